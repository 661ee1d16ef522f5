"""Time lines: windows, their times, spans; and what hostile files get for an answer."""

import numpy as np
import pytest
from violence_films import even, film, picture

from core.errors import NotAVideoError, VideoError
from core.labs.video_violence import check
from core.labs.video_violence.clips import encode
from core.labs.video_violence.clips.recipes import LIGHT, REPORT
from core.labs.video_violence.clips.video import Video


class Fake:
    """A network that calls a window a fight by how much moves in it; no TensorFlow."""

    key, recipe = "fake", LIGHT

    def probabilities(self, clips: np.ndarray, numbers: list[np.ndarray]) -> list[float]:
        assert {found.shape for found in numbers} == {(16,)}
        return [0.9] * len(clips)


def windows(content: bytes, recipe=LIGHT) -> list[check.Window]:
    with Video(content) as video:
        return list(check.windows(video.frames(), recipe))


@pytest.mark.parametrize("rate", [8, 25, 120])
def test_windows_overlap_by_a_second_at_any_rate(rate: float) -> None:
    found = windows(film(even(6, rate)))
    assert [w.start for w in found] == [0, 1, 2, 3, 4]
    assert [w.end for w in found][:4] == [2, 3, 4, 5]
    assert found[4].end == pytest.approx(6, abs=1.1 / rate)
    assert all(w.clip.shape == (8, 160, 160, 3) and w.moving for w in found)


def test_variable_rate_and_odd_sizes() -> None:
    times = [*even(2, 30), *(2 + i / 9 for i in range(27)), *(5 + i / 50 for i in range(60))]
    found = windows(film(times, size=(63, 47), codec="libvpx-vp9", container="webm"))
    assert [w.start for w in found] == [0, 1, 2, 3, 4]


def test_a_short_video_is_one_window() -> None:
    (only,) = windows(film(even(0.8, 20)))
    assert (only.start, only.end) == (0.0, pytest.approx(0.75, abs=0.01))


def test_the_reports_recipe_reads_every_frame_at_its_own_size() -> None:
    found = windows(film(even(3, 25)), REPORT)
    assert [w.clip.shape for w in found] == [(10, 256, 256, 3)] * 2


def test_a_frozen_film_is_never_a_fight_and_a_moving_one_may_be() -> None:
    frozen = film(even(4, 10), pictures=[picture(0)] * 40)
    found = check.analyse(frozen, Fake())
    assert [w["probability"] for w in found["windows"]] == [0.0, 0.0, 0.0]
    assert {w["probability"] for w in check.analyse(film(even(4, 10)), Fake())["windows"]} == {0.9}


def test_the_answer_counts_what_was_read() -> None:
    told: list[float] = []
    found = check.analyse(film(even(5, 20), size=(80, 48)), Fake(), told.append)
    assert (found["frames"], found["size"], found["codec"], found["model"]) == (100, (80, 48), "h264", "fake")
    assert found["seconds"] == pytest.approx(4.95, abs=0.01)
    assert found["fps"] == pytest.approx(20, rel=0.02)
    assert all(0 <= share < 1 for share in told)


def test_a_check_can_be_stopped() -> None:
    found = check.analyse(film(even(30, 10)), Fake(), should_stop=lambda: True)
    assert len(found["windows"]) == check.BATCH


def test_spans_join_what_touches() -> None:
    said = (0.1, 0.6, 0.8, 0.2, 0.1, 0.1, 0.7)
    line = [{"start": s, "end": s + 2.0, "probability": p} for s, p in enumerate(said)]
    assert check.spans(line, 0.5) == [
        {"start": 1, "end": 4.0, "probability": 0.8},
        {"start": 6, "end": 8.0, "probability": 0.7},
    ]
    assert check.spans(line, 0.9) == []


def test_what_browsers_cannot_play_is_copied_with_its_times() -> None:
    odd = film(even(2, 24), size=(98, 76), codec="mpeg4", container="avi")
    copy = encode.for_browsers(odd)
    with Video(copy) as video:
        assert video.codec == "h264"
        assert [f.seconds for f in video.frames()] == pytest.approx(even(2, 24), abs=2e-3)
    assert encode.playable(copy)
    assert encode.for_browsers(copy) is None
    assert encode.for_browsers(film(even(1, 24), codec="libvpx-vp9", container="webm")) is None


def test_stills_become_a_film_and_other_bytes_do_not() -> None:
    import cv2

    stills = [cv2.imencode(".jpg", picture(4 * i, (81, 61)))[1].tobytes() for i in range(5)]
    with Video(encode.from_stills(stills, 0.16)) as video:
        frames = list(video.frames())
    assert [f.seconds for f in frames] == pytest.approx([0.16 * i for i in range(5)], abs=1e-3)
    with pytest.raises(NotAVideoError, match="take it again"):
        encode.from_stills([stills[0], b"no picture"], 0.16)


GOOD = {
    "mp4": film(even(3, 12)),
    "webm": film(even(3, 12), codec="libvpx-vp9", container="webm"),
    "avi": film(even(3, 12), codec="mpeg4", container="avi"),
    "mpegts": film(even(3, 12), container="mpegts"),
}


def mutated(number: int) -> bytes:
    """A good file with bytes changed, cut out, doubled or cut off; the same for the same number."""
    rng = np.random.default_rng(number)
    content = bytearray(GOOD[list(GOOD)[number % len(GOOD)]])
    for _ in range(int(rng.integers(1, 6))):
        at, size = int(rng.integers(0, len(content))), int(rng.integers(1, 400))
        match rng.integers(0, 5):
            case 0:
                content[at : at + size] = rng.bytes(len(content[at : at + size]))
            case 1:
                del content[at : at + size]
            case 2:
                content[at:at] = content[at : at + size]
            case 3:
                content[at : at + 4] = bytes([255, 255, 255, int(rng.integers(0, 256))])
            case 4:
                del content[max(at, 200) :]
    return bytes(content)


def test_mutated_files_are_read_or_answered_with_a_sentence() -> None:
    answers = [answered(mutated(number)) for number in range(100)]
    refused = [answer for answer in answers if isinstance(answer, str)]
    assert all(sentence.endswith(".") and len(sentence) > 20 for sentence in refused)
    assert all(answer["windows"] for answer in answers if not isinstance(answer, str))
    assert 25 < len(refused) < 95


def answered(content: bytes) -> dict | str:
    """The time line or the sentence."""
    try:
        return check.analyse(content, Fake())
    except VideoError as error:
        return str(error)
