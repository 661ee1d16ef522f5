"""Preprocessing from frames to network input: absolute differences, cropped, resized, mirrored, standardised.

All functions are pure. `REPORT` is the recipe of the course report (10 differences of adjacent frames spread over the
clip, 15% cropped from every side, 256 x 256, zero mean and unit variance). `LIGHT` is that of the shipped network:
times instead of frame numbers, so that a camera's rate does not matter; three successive differences as the three
channels; and a square around the most motion of the clip, because people are small in surveillance video.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.late import Late

cv2 = Late("cv2")

FLOOR = 2.0  # grey levels: minimum divisor of standardisation, so that sensor noise is not amplified
MOTION = 8  # grey levels above noise and compression artefacts of a still scene
EQUAL = 1e-6  # relative difference below which the motion of two squares is equal
LEAST = 1e-4  # share of pixels above `MOTION`; in the surveillance fights at least 1e-3


@dataclass(frozen=True)
class Recipe:
    """Parameters of the preprocessing of a clip to `(differences, side, side, 3)`."""

    name: str
    differences: int  # per clip
    step: float  # seconds from one frame of a pair to the next; 0 means adjacent frames, whatever the rate
    stacked: bool  # three successive grey differences as channels, instead of one in colour
    crop: float  # share that is cropped from every side
    box: float  # side of the square around the most motion, as a share of the frame; 0 is the whole frame
    read: int  # size to which frames are resized when read, whatever their aspect; 0 keeps it
    side: int  # input size of the network in pixels
    vertical_flip: bool  # in training; horizontal flips always
    floor: float  # minimum standard deviation in the division, in grey levels

    @property
    def frames(self) -> int:
        """Return the number of frames per difference."""
        return 4 if self.stacked else 2


REPORT = Recipe("report", 10, 0.0, False, 0.15, 0.0, 0, 256, True, 1e-3)
LIGHT = Recipe("light", 8, 0.16, True, 0.0, 0.625, 256, 160, False, FLOOR)
RECIPES = {recipe.name: recipe for recipe in (REPORT, LIGHT)}


def reading_size(recipe: Recipe, width: int, height: int, longest: int = 854) -> tuple[int, int]:
    """Return width and height at which frames of a video are read."""
    if recipe.read:
        return recipe.read, recipe.read
    share = min(1.0, longest / max(width, height))
    return max(8, round(width * share)), max(8, round(height * share))


def positions(recipe: Recipe, seconds: np.ndarray, start: float, end: float) -> np.ndarray:
    """Return the frames of each difference of the clip from `start` to `end`.

    Args:
        seconds: `(frames,)` increasing times of the frames.

    Returns:
        `(differences, 2)` or, stacked, `(differences, 4)` indices. Differences start at equal distances; between them
        frames are skipped (the report: interval = frames / 10).
    """
    if recipe.step == 0.0:
        inside = np.flatnonzero((seconds >= start) & (seconds < end))
        inside = inside if len(inside) >= 2 else np.array([0, len(seconds) - 1])
        first = inside[0] + np.floor(np.arange(recipe.differences) * (len(inside) - 1) / recipe.differences).astype(int)
        return np.stack([first, first + 1], axis=1)
    return shown(seconds, moments(recipe, start, end))


def moments(recipe: Recipe, start: float, end: float) -> np.ndarray:
    """Return the times `(differences, frames)` in seconds at which the frames of a clip are sampled."""
    reach = recipe.step * (recipe.frames - 1)
    first = start + np.arange(recipe.differences) * max(end - start - reach, 0.0) / max(recipe.differences - 1, 1)
    return first[:, None] + recipe.step * np.arange(recipe.frames)


def shown(seconds: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the index of the frame visible at each wanted second: the last one that has appeared by then."""
    return np.clip(np.searchsorted(seconds, wanted + 1e-3, side="right") - 1, 0, len(seconds) - 1)


def difference(recipe: Recipe, frames: np.ndarray) -> np.ndarray:
    """Return one absolute difference.

    Args:
        frames: `(2 or 4, height, width, 3)` uint8, in order of time.

    Returns:
        `(height, width, 3)` uint8: `|b - a|` of two frames (`cv2.absdiff`), or the grey `|b - a|, |c - b|, |d - c|`.
    """
    steps = [cv2.absdiff(later, earlier) for earlier, later in pairwise(frames)]
    if not recipe.stacked:
        return steps[0]
    return np.stack([cv2.cvtColor(step, cv2.COLOR_RGB2GRAY) for step in steps], axis=-1)


def crop(recipe: Recipe, picture: np.ndarray) -> np.ndarray:
    """Crop the recipe's share from every side of `(height, width, 3)`."""
    height, width = picture.shape[:2]
    down, right = round(height * recipe.crop), round(width * recipe.crop)
    return picture[down : height - down, right : width - right]


def resize(picture: np.ndarray, side: int) -> np.ndarray:
    """Resize to `(side, side, 3)`, ignoring the aspect ratio."""
    if picture.shape[:2] == (side, side):
        return picture
    way = cv2.INTER_AREA if min(picture.shape[:2]) > side else cv2.INTER_LINEAR
    return cv2.resize(picture, (side, side), interpolation=way)


def motion_box(recipe: Recipe, clip: np.ndarray) -> tuple[int, int, int]:
    """Return top, left and side of the square with the most motion in `(differences, height, width, 3)`.

    If a small motion is inside many squares, the one with the closest centre is taken; without any motion it is the
    central one, and without a square in the recipe the largest one at the top left.
    """
    height, width = clip.shape[1:3]
    side = round(min(height, width) * recipe.box)
    if not side or side >= min(height, width):
        return 0, 0, min(height, width)
    summed = clip.sum(axis=0, dtype=np.uint16).astype(np.float32) @ np.ones(clip.shape[3], np.float32)
    motion = np.maximum(summed / np.float32(len(clip) * clip.shape[3]) - recipe.floor, 0)
    table = cv2.integral(motion)
    sums = table[side:, side:] - table[:-side, side:] - table[side:, :-side] + table[:-side, :-side]
    if sums.max() < 1e-6:  # nothing moves: take the middle
        return (height - side) // 2, (width - side) // 2, side
    best = np.argwhere(sums >= sums.max() * (1 - EQUAL))
    centre = [np.average(np.arange(n), weights=motion.sum(axis=1 - axis)) for axis, n in enumerate(motion.shape)]
    top, left = best[np.square(best - (np.array(centre) + 0.5 - side / 2)).sum(axis=1).argmin()]
    return int(top), int(left), side


def moves(raw: np.ndarray) -> bool:
    """Return whether anything moves in raw differences; compression artefacts of a still scene do not count."""
    return bool(np.mean(raw > MOTION) > LEAST)


def cut(recipe: Recipe, clip: np.ndarray, box: tuple[int, int, int] | None = None) -> np.ndarray:
    """Return `(differences, side, side, 3)` uint8: the square around the most motion (or the given one), resized."""
    if not recipe.box:
        return np.stack([resize(picture, recipe.side) for picture in clip])
    top, left, side = box or motion_box(recipe, clip)
    return np.stack([resize(picture[top : top + side, left : left + side], recipe.side) for picture in clip])


def standardise(recipe: Recipe, clip: np.ndarray) -> np.ndarray:
    """Standardise each difference of `(differences, side, side, 3)` to zero mean and unit variance, as float32.

    Constant differences (a black or frozen clip) become zeros, because the divisor is at least the recipe's floor.
    """
    clip = clip.astype(np.float32)
    mean = clip.mean(axis=(1, 2, 3), keepdims=True)
    deviation = clip.std(axis=(1, 2, 3), keepdims=True)
    return (clip - mean) / np.maximum(deviation, recipe.floor)


def raw(recipe: Recipe, frames: np.ndarray) -> np.ndarray:
    """Return one difference, cropped and at the reading size, not yet standardised: uint8, as it is cached."""
    picture = crop(recipe, difference(recipe, frames))
    return resize(picture, recipe.read) if recipe.read else resize(picture, recipe.side)
