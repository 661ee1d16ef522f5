"""The minimal inputs of pictures, faces, videos and clips beside the project, against their right values."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from core.errors import TamrinError
from core.files import kinds
from core.labs.video_violence.clips import encode
from core.labs.video_violence.clips.video import Video

CASES = Path(__file__).parents[4] / "shared" / "cases"
KINDS = {"z": "pictures", "u": "faces", "v": "video", "c": "clips"}
RIGHT = json.loads((CASES / "right.json").read_text()) if (CASES / "right.json").is_file() else {}
NAMES = [name for name in RIGHT if name[0] in KINDS]
# What the right values say in words only.
REFUSED = {"z_near_copies.zip": "too few different images"}
TOLD = {
    "z_parts_only.zip": "are sets of a split, not classes",
    "v_scuffle_1_a_second.mp4": "cannot judge",
    "v_cut.avi": r"2\.\d s could be read.* 30 of 50 frames",
    "u_every_picture_twice.zip": "200 images are .*duplicates",
    "u_one_empty.zip": r"9_0_0_20170109999999999\.jpg\.chip\.jpg is empty",
    "c_train_val_fight_nonfight.zip": "are sets of a split",
}


@pytest.mark.parametrize("name", NAMES or ["absent"])
def test_the_minimal_inputs_have_their_right_values(name: str) -> None:
    if not NAMES:
        pytest.skip("needs the minimal inputs beside the project")
    if name in REFUSED:
        with pytest.raises(TamrinError, match=REFUSED[name]):
            kinds.read(KINDS[name[0]], CASES / name)
        return
    found = kinds.read(KINDS[name[0]], CASES / name).as_json()
    right = {key: value for key, value in RIGHT[name].items() if key not in ("must", "means", "times")}
    assert {key: found.get(key) for key in right} == right
    assert re.search(TOLD.get(name, ""), " ".join(found["told"]))


@pytest.mark.parametrize("name", ["v_mirrored.mp4", "v_equal_stamps.webm", "v_av1.mp4", "z_16bit_float_alpha.zip"])
def test_what_stands_in_words_in_the_right_values(name: str) -> None:
    if name not in RIGHT:
        pytest.skip("needs the minimal inputs beside the project")
    path = CASES / name
    if name == "v_mirrored.mp4":
        with Video(path) as video:
            first = next(video.frames()).pixels(160, 96).astype(int)
        assert first[:4].mean() > 200 > 60 > first[-4:].mean()  # white on top
        red = first[40:, :, 0] - first[40:, :, 1:].mean(axis=2)
        assert red[:, -20:].max() > 100 > red[:, :20].max()
    elif name == "v_equal_stamps.webm":
        times = kinds.read("video", path).summary["times"]
        wanted = {**dict.fromkeys(range(20, 24), 6.0), 24: 6.1, **dict.fromkeys(range(28, 32), 9.0)}
        assert all(abs(times[row] - second) < 0.1 for row, second in wanted.items())
    elif name == "v_av1.mp4":
        assert encode.for_browsers(path.read_bytes()) is None
    else:
        means = kinds.read("pictures", path).summary["means"]
        assert [means[one] for one in ("16bit.png", "16bit.tif", "float.tif")] == [127.5] * 3
        assert np.ptp(means["hidden_magenta.png"]) <= 6
