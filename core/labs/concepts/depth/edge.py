"""Show the effect of max and average pooling on an edge, a thin line and noise."""

import numpy as np

from core.labs.concepts.kit import pooling
from core.labs.concepts.kit.pooling import Pool

SCENES = ("edge", "thin line", "bright dot", "dark line")
SIDE = 24


def picture(scene: str, at: int, noise: float, seed: int) -> np.ndarray:
    """Return `(24, 24, 1)` in 0 to 1: a scene at column `at` plus Gaussian noise of the given standard deviation."""
    still = np.zeros((SIDE, SIDE, 1))
    if scene == "edge":
        still[:, at:] = 1
    elif scene == "thin line":
        still[:, at] = 1
    elif scene == "bright dot":
        still[SIDE // 2, at] = 1
    else:
        still[:] = 1
        still[:, at] = 0
    return still + np.random.default_rng(seed).normal(0, noise, still.shape)


def pooled(seen: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """Return the image after each kind of pooling with adjacent windows of `size`."""
    return {kind: pooling.forward(seen, Pool(kind, size, size)) for kind in pooling.KINDS}


def contrast(seen: np.ndarray) -> float:
    """Return the brightest column's mean minus the darkest one's: 1 for a clean edge, 0 for a flat image."""
    columns = seen[..., 0].mean(0)
    return float(columns.max() - columns.min())


def middle_rows(seen: np.ndarray) -> np.ndarray:
    """Return the row through the middle, `(columns,)`."""
    return seen[seen.shape[0] // 2, :, 0]


def noise_left(noise: float, size: int, seed: int, draws: int = 400) -> dict[str, tuple[float, float]]:
    """Return mean and spread of pooled noise around 0: averaging reduces it, the maximum rises with it."""
    pure = np.random.default_rng(seed).normal(0, noise, (draws * size, size, 1))
    return {
        kind: (float(out.mean()), float(out.std()))
        for kind, out in ((kind, pooling.forward(pure, Pool(kind, size, size))) for kind in pooling.KINDS)
    }
