"""Analyse a whole video in one pass: the probability of a fight in each overlapping 2 s window."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

import numpy as np

from core.errors import BrokenVideoError, NotAVideoError
from core.labs.video_violence import messages, rivals
from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import Recipe
from core.labs.video_violence.clips.video import Frame, Video

WINDOW, STRIDE = 2.0, 1.0  # seconds
REPORT_EVERY = 0.3  # seconds between two progress events
BATCH = 4  # windows per batch


@dataclass(frozen=True)
class Window:
    """A window of a video in the form that the network reads."""

    start: float
    end: float
    clip: np.ndarray  # (differences, side, side, 3) standardised
    numbers: np.ndarray  # (16,) features of the magnitude of motion
    moving: bool  # whether anything moves
    judged: bool = True  # whether there are enough frames to judge the motion


def windows(frames: Iterator[Frame], recipe: Recipe, stride: float = STRIDE) -> Iterator[Window]:
    """Yield overlapping windows while the video is read, holding only two seconds of small frames at a time.

    A video shorter than a window is one window.
    """
    held: deque[tuple[float, np.ndarray]] = deque()
    start, last, made = 0.0, -1.0, 0
    for frame in frames:
        new, last = on_grid(recipe, last, frame.seconds), frame.seconds
        while last >= start + WINDOW:
            yield _window(recipe, held, start, start + WINDOW)
            made, start = made + 1, start + stride
            while len(held) > 1 and held[1][0] <= start:
                held.popleft()
        if new:
            held.append((frame.seconds, frame.pixels(*recipes.reading_size(recipe, *frame.size))))
    if held and (made == 0 or last >= start + WINDOW - stride / 2):
        yield _window(recipe, held, start if made else 0.0, last)


GRID = 1 / 15  # seconds: of several frames in one cell of this grid the first is kept


def on_grid(recipe: Recipe, before: float, now: float) -> bool:
    """Return whether a frame at `now` is kept after one at `before`; recipes in frames, not in seconds, keep all."""
    return not recipe.step or int((now + 1e-3) / GRID) > int((before + 1e-3) / GRID) or before < 0


def _window(recipe: Recipe, held: deque[tuple[float, np.ndarray]], start: float, end: float) -> Window:
    seconds, pictures = np.array([s for s, _ in held]), [p for _, p in held]
    raw = differences(recipe, seconds, pictures, start, end)
    return Window(start, end, *read(recipe, raw), recipes.moves(raw), enough(seconds, start, end))


LEAST_RATE = 8.0  # frames per second: with fewer the network sees hardly any motion and misses fights
LONGEST_GAP = 0.5  # seconds without a new frame


def enough(seconds: np.ndarray, start: float, end: float) -> bool:
    """Return whether frames at `seconds` are dense enough to show the motion from `start` to `end`."""
    times = np.unique(seconds[(seconds >= start - 1e-3) & (seconds <= end + 1e-3)])
    if len(times) < 2:
        return False
    gaps = np.diff([start, *times, end])
    return len(times) - 1 >= LEAST_RATE * (end - start) - 1.5 and gaps.max() <= LONGEST_GAP


def read(recipe: Recipe, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the network's inputs of raw differences: the standardised square, and the features of its motion."""
    box = recipes.motion_box(recipe, raw)
    return recipes.standardise(recipe, recipes.cut(recipe, raw, box)), rivals.numbers(recipe, raw, box)


def differences(
    recipe: Recipe, seconds: np.ndarray, pictures: list[np.ndarray], start: float, end: float
) -> np.ndarray:
    """Return the raw differences of one window, `(differences, pixels, pixels, 3)` uint8."""
    rows = recipes.positions(recipe, seconds, start, end)
    return np.stack([recipes.raw(recipe, np.stack([pictures[i] for i in row])) for row in rows])


class Timed(TypedDict):
    """A stretch of a video, in seconds, and its probability; None if it has too little motion to be judged."""

    start: float
    end: float
    probability: float | None


class Span(TypedDict):
    """A segment of a video, in seconds, and the highest probability of its windows."""

    start: float
    end: float
    probability: float


class Timeline(TypedDict):
    """The windows of a video with their probabilities, and how the video was read."""

    windows: list[Timed]
    seconds: float  # of the video
    frames: int
    fps: float
    size: tuple[int, int]
    codec: str
    model: str  # key of the network
    spent: NotRequired[float]  # seconds that it took
    told: NotRequired[list[str]]  # sentences on what could not be read or judged


def analyse(
    source: bytes | str,
    network: Any,
    report: Callable[[float], None] = lambda share: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Timeline:
    """Return the timeline of a video by a `networks.Network`; of a truncated one, that of the readable part."""
    started, said, counter = time.perf_counter(), 0.0, _Counter()
    with Video(source) as video:
        found: list[Timed] = []
        for batch in _batches(windows(counter.count(video.frames()), network.recipe), BATCH):
            chances = network.probabilities(np.stack([w.clip for w in batch]), [w.numbers for w in batch])
            for window, chance in zip(batch, chances, strict=True):
                # Windows without any motion are not judged.
                judged = chance * window.moving if window.judged else None
                found.append(Timed(start=window.start, end=window.end, probability=judged))
            if time.perf_counter() - said > REPORT_EVERY:
                said = time.perf_counter()
                report(min(0.99, counter.last / video.declared) if video.declared else 0.0)
            if should_stop():
                break
        if not found:
            raise NotAVideoError(messages.too_little)
        moving = [window["probability"] is not None for window in found]
        return {
            "windows": found,
            "seconds": counter.last,
            "frames": counter.frames,
            "size": counter.size,
            "fps": counter.frames / max(counter.last, 1e-6),
            "codec": video.codec,
            "model": network.key,
            "spent": time.perf_counter() - started,
            "told": [*counter.cut, *too_few(moving)],
        }


@dataclass
class _Counter:
    """State of reading a video."""

    frames: int = 0
    last: float = 0.0
    size: tuple[int, int] = field(default=(0, 0))
    cut: list[str] = field(default_factory=list)  # a sentence if the file is truncated

    def count(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Pass frames on and count them; a file that breaks off after two frames or more ends there and is reported."""
        try:
            for frame in frames:
                self.frames, self.last, self.size = self.frames + 1, frame.seconds, frame.size
                yield frame
        except BrokenVideoError as error:
            if self.frames < 2:
                raise
            self.cut.append(messages.part_judged.format(error=error))


def _batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def spans(found: list[Timed], threshold: float) -> list[Span]:
    """Return segments whose windows reach the threshold: start, end and highest probability; adjacent ones merge."""
    out: list[Span] = []
    for window in found:
        if (probability := window["probability"]) is None or probability < threshold:
            continue
        if out and window["start"] <= out[-1]["end"]:
            out[-1]["end"] = max(out[-1]["end"], window["end"])
            out[-1]["probability"] = max(out[-1]["probability"], probability)
        else:
            out.append({"start": window["start"], "end": window["end"], "probability": probability})
    return out


def too_few(judged: Sequence[bool]) -> list[str]:
    """Return a sentence if some or all windows cannot be judged."""
    blind = len(judged) - sum(judged)
    if not blind:
        return []
    if blind == len(judged):
        return [messages.too_few_frames]
    return [messages.too_few_in_parts.format(blind=blind, judged=len(judged))]


def judge(raw: np.ndarray, url: str, key: str) -> float:
    """Return the probability of a webcam's window from raw differences `(differences, pixels, pixels, 3)` uint8."""
    from core.labs.video_violence import networks

    ready = networks.of(url, key)
    if not recipes.moves(raw):
        return 0.0
    clip, numbers = read(ready.recipe, raw)
    return ready.probabilities(clip[None], [numbers])[0]


class Payload(TypedDict):
    """Payload of a part of a job that checks a video with a stored network."""

    content: str | bytes  # path of the video, or its bytes
    store: str  # its URL
    key: str


def check_part(payload: Payload, report: Callable, should_stop: Callable) -> Timeline:
    """Check a video; called by the engine. Progress is reported in hundredths."""
    from core.labs.video_violence import networks

    ready = networks.of(payload["store"], payload["key"])
    started = time.perf_counter()

    def tell(share: float) -> None:
        seconds = time.perf_counter() - started
        report({"epoch": max(1, round(100 * share)), "epochs": 100, "logs": {}, "seconds": seconds})

    return analyse(payload["content"], ready, tell, should_stop)
