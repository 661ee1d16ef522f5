"""Copies of one clip among others: the same bytes, or the same motion resaved, resized, brightened or mirrored."""

from collections.abc import Sequence

import numpy as np

from core.files import twins

GRID = 12  # cells a side of a picture of differences
ALIKE = 0.93  # correlation of two clips' motion from which they count as one: 251 real clips reach 0.85
MOST = 5_000  # clips above which near copies are not looked for
LEAST_MOTION = 0.2  # grey levels, mean: below it there is nothing but noise to compare


def joined(
    sources: Sequence[str], digests: Sequence[str], raw: Sequence[np.ndarray] | None
) -> tuple[list[str], list[str]]:
    """Give all sources of which one clip is a copy of the other one name; a sentence says how many copies there are.

    `raw` are differences `(phases, differences, height, width, 3)` uint8 of each clip; None: exact copies alone.
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
    for row, source in enumerate(sources):  # clips of one source stay together, so their copies do, too
        groups = twins.together(groups, np.array([[first.setdefault(source, row), row]]))
    near = f"{exact:,} of them exact" if exact else "none of them exact"
    return [sources[group] for group in groups], [
        f"{copies:,} clips are copies of others, or nearly so ({near}); copies stay in one part of the split."
    ]


def signature(raw: np.ndarray) -> np.ndarray:
    """The motion of a clip as a vector of mean 0 and length 1; zeros where hardly anything moves."""
    import cv2

    small = np.stack([cv2.resize(one, (GRID, GRID), interpolation=cv2.INTER_AREA) for one in raw[0]])
    small = small.astype(np.float32).mean(axis=-1)
    if small.mean() < LEAST_MOTION:
        return np.zeros_like(small)
    small -= small.mean()
    return small / max(float(np.linalg.norm(small)), 1e-6)
