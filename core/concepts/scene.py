"""A short film on the board: what its regions show, what is written so far, and four words; all of it made up."""

from dataclasses import dataclass

import numpy as np

from core.concepts import attention

SIZE = ("woman", "bread", "knife", "cutting")  # what each number of a feature stands for
FRAMES = ("frame 1", "frame 2", "frame 3")
REGIONS = ("top left", "top right", "bottom left", "bottom right")
SHOWN = (  # what a person would see in each region of each frame
    ("her face", "a window", "her hand", "a loaf"),
    ("her face", "a knife", "her hand", "a loaf"),
    ("her arm", "a knife", "slices", "a loaf"),
)
FEATURES = np.array(
    [
        [[4, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 1], [0, 4, 0, 0]],
        [[4, 0, 0, 0], [0, 0, 4, 1], [2, 0, 1, 1], [0, 4, 0, 0]],
        [[3, 0, 0, 1], [0, 0, 4, 3], [0, 3, 0, 4], [0, 4, 0, 1]],
    ],
    float,
)
STATE = np.array([0.6, -0.4])  # the decoder's, after "a woman is cutting": it asks what is done, and to what
WEIGHTS = (  # U, W and w of the additive score
    np.array([[0.5, 0.0], [0.0, 0.5]]),
    np.array([[-0.3, 0.0], [0.4, 0.0], [0.0, 0.2], [0.0, 0.4]]),
    np.array([2.0, 2.0]),
)
REGION_SCORES = np.round(attention.score(STATE, FEATURES, WEIGHTS), 1)
FRAME_SCORES = np.round(
    attention.score(STATE, np.einsum("fr,frs->fs", attention.softmax(REGION_SCORES), FEATURES), WEIGHTS), 1
)
PHRASES = ("a woman", "is cutting")
PHRASE_FEATURES = np.array([[1.0, 0.0, 0.0, 3.0], [-2.0, 4.0, 1.0, -2.0]])  # what each phrase leads one to expect next
PHRASE_SCORES = np.array([0.0, 1.5])
GATE_SCORE = 0.0
WORDS = ("woman", "bread", "knife", "cutting")
WORD_FEATURES = np.eye(4)


@dataclass(frozen=True)
class Scene:
    """A film of some frames and some phrases written so far."""

    frames: int = 3
    phrases: int = 2

    @property
    def features(self) -> np.ndarray:
        """`(frames, regions, size)`; one frame is the last, where the bread is cut."""
        return FEATURES[-self.frames :]

    @property
    def written(self) -> np.ndarray:
        return PHRASE_FEATURES[: self.phrases]
