"""A camera's frames without a camera: two seconds are gathered, the newest asked about, old ones dropped."""

import threading
import time
from fractions import Fraction

import av
import numpy as np
from violence_films import picture

from core.errors import JobError
from core.labs.video_violence.clips.recipes import LIGHT
from core.labs.video_violence.live import Live, drawn_over


def wait(condition) -> None:
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    assert condition()


def fed(live: Live, seconds: float, rate: float = 30.0, until: float | None = None) -> None:
    """Frames as if they had come up to now."""
    now = until or time.monotonic()
    for number in range(round(seconds * rate)):
        live.take(now - seconds + number / rate, picture(number))


def test_answers_come_after_two_seconds_with_their_delay() -> None:
    asked: list[tuple] = []
    live = Live(LIGHT, lambda raw: asked.append(raw.shape) or 0.7)
    fed(live, 2.5)
    wait(lambda: live.latest is not None)
    seen = live.snapshot()
    live.on_ended()
    assert asked[0] == (8, 256, 256, 3)
    assert seen.answers[0].probability == 0.7
    assert 2.3 < seen.answers[0].second <= 2.5
    assert 0 < seen.answers[0].delay < 20
    assert 25 < seen.rate < 35


def test_a_slow_network_is_asked_about_the_newest_frames_only() -> None:
    gate, asked = threading.Event(), []
    live = Live(LIGHT, lambda raw: asked.append(time.monotonic()) or gate.wait(120) or 0.5)
    fed(live, 2.5)
    wait(lambda: asked)
    later = time.monotonic() + 60
    fed(live, 2.5, until=later)
    assert len(live._frames) < 45  # fifteen a second for two and a half seconds, however many came
    gate.set()
    wait(lambda: len(live.snapshot().answers) == 2)
    live.on_ended()
    assert live.snapshot().answers[1].second > 60  # nothing between was queued


def test_a_worker_that_fails_is_told_and_asked_again() -> None:
    answers = iter([JobError("The worker is gone.")])

    def judge(raw: np.ndarray) -> float:
        if error := next(answers, None):
            raise error
        return 0.2

    live = Live(LIGHT, judge)
    fed(live, 2.5)
    wait(lambda: live.snapshot().trouble)
    assert live.snapshot().trouble == "The worker is gone."
    fed(live, 2.5, until=time.monotonic() + 5)
    wait(lambda: live.latest == 0.2)
    assert live.snapshot().trouble == ""
    live.on_ended()


def test_frames_go_back_with_their_time_and_a_bar() -> None:
    live = Live(LIGHT, lambda raw: 0.9)
    frame = av.VideoFrame.from_ndarray(picture(0, (320, 240)), format="rgb24")
    frame.pts, frame.time_base = 77, Fraction(1, 90_000)
    back = live.recv(frame)
    live.on_ended()
    assert (back.pts, back.time_base, back.width, back.height) == (77, Fraction(1, 90_000), 320, 240)
    high, low = drawn_over(picture(0, (320, 240)), 0.75), drawn_over(picture(0, (320, 240)), 0.25)
    assert high[1, 200].tolist() == [204, 75, 95]
    assert low[1, 2].tolist() == [15, 143, 145]
    assert (high[20:] == picture(0, (320, 240))[20:]).all()
