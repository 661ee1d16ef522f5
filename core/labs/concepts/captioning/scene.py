"""Define a short made-up film: the content of its regions, the phrases so far, and four candidate words."""

from dataclasses import dataclass

import numpy as np

from core.labs.concepts.captioning import messages
from core.labs.concepts.kit import attention

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
PHRASE_FEATURES = np.array([[1.0, 0.0, 0.0, 3.0], [-2.0, 4.0, 1.0, -2.0]])  # the continuation that each phrase suggests
PHRASE_SCORES = np.array([0.0, 1.5])
GATE_SCORE = 0.0
WORD_FEATURES = np.eye(4)


def words() -> tuple[str, ...]:
    """Return the candidate words, which are the meanings of the numbers of a feature, too."""
    return tuple(messages.group("words").values())


def regions() -> tuple[str, ...]:
    """Return the places of the regions of a frame."""
    return tuple(messages.group("regions").values())


def shown() -> tuple[tuple[str, ...], ...]:
    """Return the visible content of each region of each frame."""
    texts, count = tuple(messages.group("shown").values()), len(regions())
    return tuple(texts[start : start + count] for start in range(0, len(texts), count))


def phrases() -> tuple[str, ...]:
    """Return the phrases that are generated so far."""
    return tuple(messages.group("phrases").values())


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
