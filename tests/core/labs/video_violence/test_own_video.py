"""Videos as cameras and phones write them: upright, in their own proportions and times, and judged only where seen."""

import struct

import numpy as np
import pytest
from test_check import Fake
from violence_films import even, film, picture

from core.errors import BrokenVideoError
from core.files import kinds
from core.labs.video_violence import check
from core.labs.video_violence.clips import encode
from core.labs.video_violence.clips.video import Video


def matrixed(content: bytes, a: int, b: int, c: int, d: int) -> bytes:
    """An MP4 whose track header lays its pictures out by this matrix."""
    plain = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    other = struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 0x40000000)
    at = content.index(plain, content.index(b"tkhd"))
    return content[:at] + other + content[at + len(plain) :]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("right", [1, -1])
@pytest.mark.parametrize("down", [1, -1])
def test_mirrored_and_turned_pictures_are_upright(swapped: bool, right: int, down: int) -> None:
    matrix = (0, down, right, 0) if swapped else (right, 0, 0, down)
    content = matrixed(film(even(1, 10)), *matrix)
    plain = picture(0).astype(int)
    wanted = (plain.transpose(1, 0, 2) if swapped else plain)[::down, ::right]
    with Video(content) as video:
        frame = next(video.frames())
        assert frame.size == wanted.shape[1::-1]
        assert np.abs(frame.pixels(*frame.size).astype(int) - wanted).mean() < 4


def summary(content: bytes, tmp_path, name: str = "film.mp4") -> tuple[dict, str]:
    (tmp_path / name).write_bytes(content)
    found = kinds.read("video", tmp_path / name)
    return found.summary, " ".join(found.told)


def test_a_cut_file_says_how_much_is_there(tmp_path) -> None:
    whole = film(even(8, 24), container="avi", codec="mpeg4")
    found, told = summary(whole[: int(len(whole) * 0.6)], tmp_path, "cut.avi")
    assert 60 < found["frames"] < found["promised_frames"] == 192
    assert "Copy or export it again" in told
    with pytest.raises(BrokenVideoError, match="could be read"), Video(whole[: int(len(whole) * 0.6)]) as video:
        list(video.frames())


@pytest.mark.parametrize(("rate", "judged"), [(1, False), (2, False), (4, False), (6, False), (8, True), (25, True)])
def test_under_eight_frames_a_second_nothing_is_judged(rate: int, judged: bool, tmp_path) -> None:
    content = film(even(6, rate))
    found = check.analyse(content, Fake())
    assert all((window["probability"] is not None) == judged for window in found["windows"])
    assert ("cannot judge" in " ".join(found["told"])) != judged
    assert ("cannot judge" in summary(content, tmp_path)[1]) != judged
    assert bool(check.spans(found["windows"], 0.5)) == judged


def test_stretches_of_a_variable_rate_are_judged_where_they_are_seen() -> None:
    times = [*even(4, 25), 4.0, 5.0, 6.0, 7.0, *(8 + i / 25 for i in range(100))]
    found = check.analyse(film(times), Fake())
    judged = [window["probability"] is not None for window in found["windows"]]
    assert (judged[0], judged[5], judged[-1]) == (True, False, True)
    assert "stretches of this video" in found["told"][0]


@pytest.mark.parametrize(
    ("container", "codec", "name"),
    [
        ("asf", "wmv2", "a.wmv"),
        ("mpegts", "libx264", "a.MTS"),
        ("gif", "gif", "a.gif"),
        ("flv", "libx264", "a.flv"),
        ("vob", "mpeg2video", "a.vob"),
        ("3gp", "libx264", "a.3gp"),
    ],
)
def test_containers_of_cameras_are_read_and_may_be_chosen(container: str, codec: str, name: str, tmp_path) -> None:
    import io
    from fractions import Fraction

    import av

    from core.labs.video_violence.view.films import FAMILIES

    target = io.BytesIO()
    with av.open(target, "w", format=container) as out:
        stream = out.add_stream(codec, rate=25)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    found, _ = summary(target.getvalue(), tmp_path, name)
    assert found["frames"] == 25
    assert found["last"] == pytest.approx(0.96, abs=0.03)
    assert name.rsplit(".", 1)[1].lower() in FAMILIES


def test_pixels_that_are_not_square_are_shown_as_wide_as_they_are(tmp_path) -> None:
    import io
    from fractions import Fraction

    import av

    target = io.BytesIO()
    with av.open(target, "w", format="mpegts") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 144, 108, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for number in range(25):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(number, (144, 108)), format="rgb24")))
        out.mux(stream.encode(None))
    found, told = summary(target.getvalue(), tmp_path, "a.MTS")
    assert (found["stored"], found["shown"], found["size"]) == ([144, 108], [192, 108], [192, 108])
    assert "not square" in told


def test_equal_times_can_be_written_for_browsers() -> None:
    copy = encode.h264((second, picture(n)) for n, second in enumerate([0, 0.1, 0.1, 0.1, 0.2]))
    with Video(copy) as video:
        assert [frame.seconds for frame in video.frames()] == pytest.approx([0, 0.1, 0.1, 0.1, 0.2], abs=1e-3)


def test_an_avi_that_holds_frames_back_is_not_called_cut(tmp_path) -> None:
    content = film(even(2, 10), container="avi", codec="mpeg4")  # 24 places a second, of which 10 hold a frame
    found, told = summary(content, tmp_path, "sparse.avi")
    assert found["frames"] == 20 < found["promised_frames"]
    assert "could be read" not in told


@pytest.mark.parametrize("container", ["avi", "matroska", "mpegts"])
def test_a_cut_file_is_judged_as_far_as_it_goes_and_told(container: str) -> None:
    codec = "mpeg4" if container == "avi" else "libx264"
    whole = film(even(8, 24), container=container, codec=codec)
    found = check.analyse(whole[: int(len(whole) * 0.6)], Fake())
    assert 3 <= found["seconds"] < 7
    assert found["windows"][-1]["end"] == pytest.approx(found["seconds"], abs=0.6)
    assert all(window["probability"] is not None for window in found["windows"])
    if container != "mpegts":  # a stream without a table of contents may end anywhere
        assert "Only this part was judged" in " ".join(found["told"])


def test_an_animated_gif_is_said_to_be_one(tmp_path) -> None:
    import io

    from PIL import Image

    target, frames = io.BytesIO(), [Image.fromarray(picture(n)) for n in range(20)]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=100)
    found, told = summary(target.getvalue(), tmp_path, "a.gif")
    assert found["frames"] == 20
    assert "animated GIF" in told
    frames[0].save(target := io.BytesIO(), "GIF")
    from core.errors import NotAVideoError

    with pytest.raises(NotAVideoError, match="single image"):
        summary(target.getvalue(), tmp_path, "b.gif")
