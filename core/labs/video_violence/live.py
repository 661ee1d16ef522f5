"""Judge a live camera: keep the newest frames, ask a worker in a thread, and draw the probability on the frames.

This module knows no page. `recv` runs on the video's thread and never waits for the network; `judge` runs on the thread
of this class. Old frames are dropped, so the delay stays bounded if the network is slower than the camera.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import TamrinError
from core.labs.video_violence import check, messages
from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import Recipe
from core.late import Late

if TYPE_CHECKING:
    import av
else:
    av = Late("av")
cv2 = Late("cv2")

RATE = 15.0  # frames per second that are kept
PAUSE = 0.15  # seconds between an answer and the next question
KEPT = 600  # answers that are kept


@dataclass(frozen=True)
class Answer:
    """A prediction of the network."""

    second: float  # since the first frame, when the window ended
    probability: float
    delay: float  # seconds from the newest frame of the window to the answer


@dataclass(frozen=True)
class Snapshot:
    """Values that a page draws."""

    answers: tuple[Answer, ...]
    rate: float  # recent frames per second
    trouble: str


class Live:
    """One camera: `recv` takes frames, `snapshot` returns the present state, `on_ended` stops it."""

    def __init__(self, recipe: Recipe, judge: Callable[[np.ndarray], float]) -> None:
        self._recipe, self._judge = recipe, judge
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._frames: deque[tuple[float, np.ndarray]] = deque()
        self._arrivals: deque[float] = deque(maxlen=60)
        self._answers: deque[Answer] = deque(maxlen=KEPT)
        self._first, self._trouble = 0.0, ""
        self._thread: threading.Thread | None = None

    async def recv_queued(self, frames: list[av.VideoFrame]) -> list[av.VideoFrame]:
        """Process the newest of the queued frames; drop the rest."""
        return [self.recv(frames[-1])]

    def recv(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Keep a small copy of a frame and return the frame with the latest probability drawn on it."""
        picture = frame.to_ndarray(format="rgb24")
        self.take(time.monotonic(), picture)
        drawn = av.VideoFrame.from_ndarray(drawn_over(picture, self.latest), format="rgb24")
        drawn.pts, drawn.time_base = frame.pts, frame.time_base
        return drawn

    def take(self, now: float, picture: np.ndarray) -> None:
        """Keep a frame `(height, width, 3)` that arrived at `now` (monotonic seconds)."""
        with self._lock:
            self._first = self._first or now
            self._arrivals.append(now)
            if self._frames and now - self._frames[-1][0] < 1 / RATE - 0.01:
                return
        small = recipes.resize(picture, self._recipe.read or self._recipe.side)
        with self._lock:
            self._frames.append((now, small))
            while self._frames[0][0] < now - check.WINDOW - 0.5:
                self._frames.popleft()
            if self._thread is None:
                self._thread = threading.Thread(target=self._ask, daemon=True)
                self._thread.start()

    def on_ended(self) -> None:
        """Stop the thread: the camera has disconnected."""
        self._ended.set()

    @property
    def latest(self) -> float | None:
        """Return the newest probability, None before there is one."""
        answers = self._answers
        return answers[-1].probability if answers else None

    def snapshot(self) -> Snapshot:
        """Return the present state."""
        with self._lock:
            lately = [at for at in self._arrivals if at > time.monotonic() - 3]
            rate = (len(lately) - 1) / (lately[-1] - lately[0]) if len(lately) > 2 else 0.0
            return Snapshot(tuple(self._answers), rate, self._trouble)

    def _ask(self) -> None:
        asked = 0.0
        while not self._ended.wait(PAUSE):
            with self._lock:
                frames = list(self._frames)
            newest = frames[-1][0]
            if newest - frames[0][0] < check.WINDOW or newest <= asked:
                if time.monotonic() - newest > 30:  # the camera has disconnected without notice
                    return
                continue
            asked = newest
            self._answer(frames, newest)

    def _answer(self, frames: list[tuple[float, np.ndarray]], newest: float) -> None:
        seconds, pictures = np.array([at for at, _ in frames]), [picture for _, picture in frames]
        try:
            raw = check.differences(self._recipe, seconds, pictures, newest - check.WINDOW, newest)
            probability, trouble = self._judge(raw), ""
        except TamrinError as error:
            probability, trouble = None, str(error)
        with self._lock:
            self._trouble = trouble
            if probability is not None:
                self._answers.append(Answer(newest - self._first, probability, time.monotonic() - newest))


def drawn_over(picture: np.ndarray, probability: float | None) -> np.ndarray:
    """Draw a bar and a number at the top of `(height, width, 3)` RGB; before the first prediction only a text."""
    height, width = picture.shape[:2]
    out, bar = picture.copy(), max(14, height // 16)
    out[:bar] = out[:bar] // 3
    if probability is not None:
        colour = (204, 75, 95) if probability >= 0.5 else (15, 143, 145)
        out[:bar, : round(width * probability)] = colour
    text = messages.filling if probability is None else messages.p_fight_value.format(probability=probability)
    cv2.putText(out, text, (8, round(bar * 0.78)), cv2.FONT_HERSHEY_SIMPLEX, bar / 30, (255, 255, 255), 1, cv2.LINE_AA)
    return out
