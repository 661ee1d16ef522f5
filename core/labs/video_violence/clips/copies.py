"""Find copies among clips: equal bytes, or the same motion resaved, resized, brightened or mirrored."""

from collections.abc import Sequence

import numpy as np

from core.files.archives import twins

GRID = 12  # cells per side of a difference image
ALIKE = 0.93  # correlation of motion from which two clips are copies; between 251 real clips it reaches 0.85
MOST = 5_000  # clips above which the search for near-duplicates is skipped
LEAST_MOTION = 0.2  # mean grey level of differences; below it there is only noise to compare


def joined(
    sources: Sequence[str], digests: Sequence[str], raw: Sequence[np.ndarray] | None
) -> tuple[list[str], list[str]]:
    """Give sources that share a copied clip one common name; also return a sentence that counts the copies.

    `raw` are differences `(phases, differences, height, width, 3)` uint8 of each clip; None: find only exact copies.
    """
    groups = twins.with_copies(np.arange(len(sources)), digests)
    exact = len(digests) - len(set(digests))
    if raw is not None and len(sources) <= MOST:
        motion = np.stack([signature(one) for one in raw])
        flat = motion.reshape(len(motion), -1)
        for turned in (flat, motion[..., ::-1].reshape(len(motion), -1)):
            for row, later, _ in twins.near(flat, turned, ALIKE):
                groups = twins.together(groups, np.stack([np.full(len(later), row), later], axis=1))
    copies = len(groups) - len(np.unique(groups))
    if not copies:
        return list(sources), []
    first: dict[str, int] = {}
    for row, source in enumerate(sources):  # clips of one source stay together, hence also their copies
        groups = twins.together(groups, np.array([[first.setdefault(source, row), row]]))
    near = f"{exact:,} of them exact" if exact else "none of them exact"
    return [sources[group] for group in groups], [
        f"{copies:,} clips are copies of others, or nearly so ({near}); copies stay in the same set."
    ]


def signature(raw: np.ndarray) -> np.ndarray:
    """Return the motion of a clip as a vector of mean 0 and norm 1; zeros if hardly anything moves."""
    import cv2

    small = np.stack([cv2.resize(one, (GRID, GRID), interpolation=cv2.INTER_AREA) for one in raw[0]])
    small = small.astype(np.float32).mean(axis=-1)
    if small.mean() < LEAST_MOTION:
        return np.zeros_like(small)
    small -= small.mean()
    return small / max(float(np.linalg.norm(small)), 1e-6)
