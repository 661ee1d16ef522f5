"""Reading a video: right times whatever the rate or turn, and a sentence for everything that is none."""

import gc
import io

import cv2
import numpy as np
import pytest
from PIL import Image
from violence_films import even, film, picture, turned

from core.errors import BrokenVideoError, NotAVideoError, VideoLimitError
from core.labs.video_violence.clips.video import ENDLESS, Limits, Video, declared_frames
from tests.attacks import hostile_media


def times(content: bytes, **limits: float) -> list[float]:
    with Video(content, Limits(**limits)) as video:
        return [frame.seconds for frame in video.frames()]


@pytest.mark.parametrize("rate", [8, 25, 29.97, 120])
def test_times_of_a_constant_rate(rate: float) -> None:
    wanted = even(2, rate)
    assert times(film(wanted)) == pytest.approx(wanted, abs=1e-3)


def test_times_of_a_variable_rate_are_the_frames_own() -> None:
    wanted = [0, 0.04, 0.3, 0.31, 1.0, 1.9, 2.0]
    assert times(film(wanted)) == pytest.approx(wanted, abs=1e-3)


def test_times_begin_at_zero_when_the_stream_does_not() -> None:
    late = film([5.0, 5.5, 6.0], container="matroska")
    assert times(late) == pytest.approx([0, 0.5, 1.0], abs=1e-3)


@pytest.mark.parametrize(
    ("codec", "container"),
    [("libx264", "matroska"), ("libvpx-vp9", "webm"), ("libx264", "mpegts"), ("libx264", "mov"), ("mpeg4", "avi")],
)
def test_codecs_and_containers(codec: str, container: str) -> None:
    assert times(film(even(1, 24), codec=codec, container=container)) == pytest.approx(even(1, 24), abs=2e-3)


def test_odd_sizes_are_read_at_any_size() -> None:
    odd = film(even(1, 10), size=(63, 47), codec="libvpx-vp9", container="webm")
    with Video(odd) as video:
        frames = list(video.frames())
        assert frames[0].size == (63, 47)
        assert frames[0].pixels(32, 24).shape == (24, 32, 3)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_files_are_seen_upright_as_opencv_sees_them(degrees: int, tmp_path) -> None:
    path = tmp_path / "turned.mp4"
    path.write_bytes(turned(film(even(1, 10)), degrees))
    capture = cv2.VideoCapture(str(path))
    truth = cv2.cvtColor(capture.read()[1], cv2.COLOR_BGR2RGB).astype(int)
    with Video(path) as video:
        frame = next(video.frames())
        assert frame.size == truth.shape[1::-1]
        seen = frame.pixels(*frame.size).astype(int)
    assert np.abs(seen - truth).mean() < 3


def test_reading_may_begin_at_a_key_frame_and_keeps_the_times() -> None:
    content = film(even(6, 24), codec="libx264")
    with Video(content) as video:
        late = [frame.seconds for frame in video.frames(after=4.5)]
    assert late[0] <= 4.5
    assert set(np.round(late, 3)) <= set(np.round(even(6, 24), 3))


def still(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture(0)).save(buffer, kind)
    return buffer.getvalue()


GOOD = film(even(3, 24))
LONG = film(even(8, 24), container="avi", codec="mpeg4")
CUT = LONG[: len(LONG) // 2]
REFUSED = {
    "nothing": (b"", NotAVideoError, "0 bytes"),
    "text": (b"hello, this is a letter\n" * 50, NotAVideoError, "not a video"),
    "zeros": (bytes(5000), NotAVideoError, "not a video"),
    "a JPEG renamed": (still("JPEG"), NotAVideoError, "single image"),
    "a PNG renamed": (still("PNG"), NotAVideoError, "single image"),
    "an animated PNG": (b"\x89PNG\r\n\x1a\n" + bytes(29) + b"acTL" + bytes(90), NotAVideoError, "Animated PNGs"),
    "one frame": (film([0.0]), NotAVideoError, "single image"),
    "sound alone": (film([], sound=True, only_sound=True), NotAVideoError, "but no video"),
    "cut before its index": (GOOD[: len(GOOD) // 2], BrokenVideoError, "cut off or damaged"),
    "cut in the middle": (CUT, BrokenVideoError, "Copy or export"),
    "a playlist": (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", NotAVideoError, "not a video"),
    "a list of files": (b"ffconcat version 1.0\nfile /etc/hosts\n", NotAVideoError, "not a video"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_told_why(name: str) -> None:
    content, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        times(content)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"seconds": 1.0}, "longer than"),
        ({"frames": 20}, "more than 20 frames"),
        ({"bytes": 1000}, "MB"),
        ({"pixels": 1000}, "64 × 48"),
        ({"patience": -1.0}, "takes longer"),
    ],
)
def test_limits_count_what_is_read(limits: dict, words: str) -> None:
    with pytest.raises(VideoLimitError, match=words):
        times(GOOD, **limits)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(NotAVideoError, match="no file"):
        Video("/nowhere/clip.mp4")


@pytest.mark.parametrize("declared", [50_000_000, 2**31])
def test_a_head_that_declares_millions_of_frames_is_refused_before_it_costs_memory(
    declared: int,
) -> None:
    content = hostile_media.mp4(declared, declared) + bytes(1000)
    assert declared_frames(io.BytesIO(content)) == declared
    with pytest.raises(VideoLimitError, match="more than 108,000 frames"):
        Video(content)
    run = hostile_media.box(b"moof", hostile_media.box(b"traf", hostile_media.box(b"trun", bytes(4), b"\x10\0\0\0")))
    with pytest.raises(VideoLimitError, match="more than 108,000 frames"):
        Video(GOOD + run)


def test_boxes_tell_the_frames_of_good_files_and_end_on_any_bytes() -> None:
    assert declared_frames(io.BytesIO(film(even(2, 24)))) == len(even(2, 24))
    assert declared_frames(io.BytesIO(film(even(2, 24), container="webm", codec="libvpx-vp9"))) == 0
    assert declared_frames(io.BytesIO(bytes(5000))) == 0
    assert declared_frames(io.BytesIO(hostile_media.box(b"free") * 300_000)) == ENDLESS
    two = hostile_media.mp4(1_500_000, 1)  # the same track twice
    at = two.index(b"trak") - 4
    assert declared_frames(io.BytesIO(two + hostile_media.box(b"moov", two[at:]))) == 3_000_000
    sound = two.replace(b"vide", b"soun")  # one sample a frame, which costs nothing; others do
    assert declared_frames(io.BytesIO(sound)) == 0
    times = sound.index(b"stts") + 19
    assert declared_frames(io.BytesIO(sound[:times] + b"\2" + sound[times + 1 :])) == 1_500_000
    rng = np.random.default_rng(0)
    for _ in range(50):
        declared_frames(io.BytesIO(GOOD[: int(rng.integers(0, len(GOOD)))] + rng.bytes(300)))


def test_frames_are_let_go_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        with Video(film(even(2, 24))) as video:
            assert len([frame.size for frame in video.frames()]) == 48
        left = sum(type(one).__name__ == "VideoFrame" for one in gc.get_objects())
        assert left <= 2, "more than the first one and the last"
    finally:
        gc.enable()
