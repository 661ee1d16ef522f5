"""Define a short made-up film: the content of its regions, the phrases so far, and four candidate words."""

from dataclasses import dataclass

import numpy as np

from core.labs.concepts.kit import attention

SIZE = ("woman", "bread", "knife", "cutting")  # meaning of each number of a feature
FRAMES = ("frame 1", "frame 2", "frame 3")
REGIONS = ("top left", "top right", "bottom left", "bottom right")
SHOWN = (  # visible content of each region of each frame
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
STATE = np.array([0.6, -0.4])  # decoder state after "a woman is cutting": it queries the action and its object
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
PHRASE_FEATURES = np.array([[1.0, 0.0, 0.0, 3.0], [-2.0, 4.0, 1.0, -2.0]])  # the continuation that each phrase suggests
PHRASE_SCORES = np.array([0.0, 1.5])
GATE_SCORE = 0.0
WORDS = ("woman", "bread", "knife", "cutting")
WORD_FEATURES = np.eye(4)


@dataclass(frozen=True)
class Scene:
    """A film of some frames and the phrases generated so far."""

    frames: int = 3
    phrases: int = 2

    @property
    def features(self) -> np.ndarray:
        """Return `(frames, regions, size)`; the last frame is the one in which the bread is cut."""
        return FEATURES[-self.frames :]

    @property
    def written(self) -> np.ndarray:
        return PHRASE_FEATURES[: self.phrases]
