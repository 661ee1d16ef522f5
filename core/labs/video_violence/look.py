"""Show the network's view of a moment: frames, differences, inputs, and a Grad-CAM map over the frames."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from core.labs.video_violence import check, rivals
from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import Recipe
from core.labs.video_violence.clips.video import Frame, Video
from core.late import Late

cv2 = Late("cv2")

SHOWN = 4  # number of differences shown, spread over the window
HEIGHT = 180  # pixels of the images shown


@dataclass(frozen=True)
class Moment:
    """The frames that a network reads in one window; small enough to be sent whenever the user moves a slider."""

    start: float
    frames: np.ndarray  # (frames, height, width, 3) uint8, as they were read
    seconds: np.ndarray  # (frames,)
    rows: np.ndarray  # (differences, 2 or 4) indices of the frames of each difference
    aspect: float  # width by height, as seen


class Explained(TypedDict):
    """One window and the reasons for its probability; each list has `SHOWN` uint8 images, or their times."""

    probability: float
    network_logit: float  # log odds of the network alone
    strength_logit: float | None  # those of the motion features; None without them, or if nothing moves
    at: list[float]  # seconds
    gap: float  # seconds from a frame of `before` to that of `after`
    before: list[np.ndarray]
    after: list[np.ndarray]
    differences: list[np.ndarray]
    inputs: list[np.ndarray]  # standardised, -1 to 3 deviations drawn as black to white
    range: tuple[float, float]  # of the inputs
    heat: list[np.ndarray]  # Grad-CAM over `before`
    motion: float  # mean grey levels


def moment(content: bytes | str, url: str, key: str, start: float) -> Moment:
    """Read the frames of the window that begins at `start` seconds; runs in a worker."""
    from core.labs.video_violence import networks

    recipe = networks.of(url, key).recipe
    seconds, frames, aspect, end = _frames(content, recipe, start)
    rows = recipes.positions(recipe, seconds, start, end)
    used, where = np.unique(rows, return_inverse=True)
    return Moment(start, frames[used], seconds[used], where.reshape(rows.shape), aspect)


def look(seen: Moment, url: str, key: str, brightness: float, gain: float) -> Explained:
    """Explain a moment by the network of a key; runs in a worker. See `explain`."""
    from core.labs.video_violence import networks

    return explain(seen, networks.of(url, key), brightness, gain)


def explain(seen: Moment, network: Any, brightness: float = 0.0, gain: float = 1.0) -> Explained:
    """Return images of one window, and the reasons for its probability.

    Args:
        brightness, gain: applied to the frames first: `gain * (frame - 128) + 128 + brightness`.
    """
    from core.labs.video_violence import networks

    recipe = network.recipe
    frames = adjusted(seen.frames, brightness, gain)
    raw = np.stack([recipes.raw(recipe, frames[row]) for row in seen.rows])
    box = recipes.motion_box(recipe, raw)
    clip = recipes.standardise(recipe, recipes.cut(recipe, raw, box))
    logit, maps = networks.grad_cam(network.model, clip)
    numbers, moving = rivals.numbers(recipe, raw, box), recipes.moves(raw)
    shown = np.linspace(0, recipe.differences - 1, SHOWN).round().astype(int)
    rows = seen.rows[shown]
    return {
        "probability": network.probability(logit, numbers) * moving,
        "network_logit": logit / network.warmth,
        "strength_logit": network.second(numbers) / network.warmth if network.strength and moving else None,
        "at": seen.seconds[rows[:, 0]].tolist(),
        "gap": float(np.mean(seen.seconds[rows[:, 1]] - seen.seconds[rows[:, 0]])),
        "before": [scaled(frames[i], seen.aspect) for i in rows[:, 0]],
        "after": [scaled(frames[i], seen.aspect) for i in rows[:, 1]],
        "differences": [scaled(framed(recipe, picture, box), seen.aspect) for picture in raw[shown]],
        "inputs": list(np.clip((clip[shown] + 1) * 64, 0, 255).astype(np.uint8)),
        "range": (float(clip.min()), float(clip.max())),
        "heat": [
            scaled(warmed(recipe, frames[first], placed(maps[i], box, raw.shape[1])), seen.aspect)
            for i, first in zip(shown, rows[:, 0], strict=True)
        ],
        "motion": float(raw.mean()),
    }


def _frames(content: bytes | str, recipe: Recipe, start: float) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Read frames from just before `start` to the window's end, beginning at the previous key frame if possible."""
    for after in (max(0.0, start - 1.0), 0.0):
        with Video(content) as video:
            seconds, pictures, aspect, end = _kept(video.frames(after), recipe, start)
        if seconds and (seconds[0] <= start or after == 0.0):
            break
    return np.array(seconds), np.stack(pictures), aspect, end


def _kept(frames: Iterator[Frame], recipe: Recipe, start: float) -> tuple[list[float], list[np.ndarray], float, float]:
    """Return the frames that `check.windows` holds for this window, their aspect, and the window's end."""
    seconds: list[float] = []
    pictures: list[np.ndarray] = []
    aspect, last = 1.0, -1.0
    for frame in frames:
        aspect = frame.size[0] / frame.size[1]
        if seconds and frame.seconds >= start + check.WINDOW:
            return seconds, pictures, aspect, start + check.WINDOW
        new, last = check.on_grid(recipe, last, frame.seconds), frame.seconds
        if not new:
            continue
        if seconds and frame.seconds <= start:  # only the last frame before the window is visible at its start
            seconds.clear()
            pictures.clear()
        seconds.append(frame.seconds)
        pictures.append(frame.pixels(*recipes.reading_size(recipe, *frame.size)))
    return seconds, pictures, aspect, last


def adjusted(frames: np.ndarray, brightness: float, gain: float) -> np.ndarray:
    """Apply brightness and gain to `(..., 3)` uint8, clipped as in a camera."""
    return np.clip(gain * (frames.astype(np.float32) - 128) + 128 + brightness, 0, 255).astype(np.uint8)


def placed(heat: np.ndarray, box: tuple[int, int, int], whole: int) -> np.ndarray:
    """Place a map of the square at its position in the difference image, `(whole, whole)`."""
    top, left, side = box
    out = np.zeros((whole, whole), np.float32)
    out[top : top + side, left : left + side] = cv2.resize(heat.astype(np.float32), (side, side))
    return out


def warmed(recipe: Recipe, frame: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Darken a frame and overlay a heat map of its cropped middle."""
    height, width = frame.shape[:2]
    down, right = round(height * recipe.crop), round(width * recipe.crop)
    glow = np.zeros((height, width), np.float32)
    inner = cv2.resize(heat, (width - 2 * right, height - 2 * down))
    glow[down : height - down, right : width - right] = inner
    share = 0.75 * np.clip(glow, 0, 1)[..., None]
    colours = cv2.cvtColor(cv2.applyColorMap((255 * glow).astype(np.uint8), cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    return (frame * (1 - share) * 0.85 + colours * share).astype(np.uint8)


def framed(recipe: Recipe, picture: np.ndarray, box: tuple[int, int, int]) -> np.ndarray:
    """Brighten a difference threefold and outline the square that the network reads."""
    bright = np.clip(picture.astype(np.int32) * 3, 0, 255).astype(np.uint8)
    if recipe.box:
        top, left, side = box
        bright = cv2.rectangle(bright.copy(), (left, top), (left + side - 1, top + side - 1), (230, 150, 40), 2)
    return bright


def scaled(picture: np.ndarray, aspect: float) -> np.ndarray:
    """Resize an image to the page's height in the video's own aspect ratio."""
    width = int(np.clip(round(HEIGHT * aspect), HEIGHT // 4, 4 * HEIGHT))
    return cv2.resize(picture, (width, HEIGHT), interpolation=cv2.INTER_AREA)
