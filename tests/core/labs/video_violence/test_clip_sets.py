"""Zips of clips as known sets lay them out: labels, parts and sources are read; broken clips and copies do no harm."""

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from violence_films import SIZE, even, film

from core.errors import ClipsError
from core.files import kinds
from core.labs.video_violence.clips import clips, layouts as clip_layouts, listing as clip_listing
from core.labs.video_violence.clips.listing import Clip
from core.labs.video_violence.clips.recipes import LIGHT
from tests.core.files import packing

TINY = film(even(1.0, 10))


def paths(*starts: str, each: int = 6, ending: str = ".mp4") -> list[str]:
    return [f"{start}{n}{ending}" for start in starts for n in range(each)]


# Set: paths, fights, others, clips that are left out, a word of what is told.
SETS = {
    "Hockey fights": (paths("data/fi", "data/no", ending="_xvid.avi"), 6, 6, 0, "beginnings of their names"),
    "Movies": (paths("Peliculas/fights/newfi", "Peliculas/noFights/"), 6, 6, 0, "folders fights"),
    "Real life violence": (
        paths("Real Life Violence Dataset/Violence/V_", "Real Life Violence Dataset/NonViolence/NV_"), 6, 6, 0, "Viol",
    ),
    "RWF-2000": (
        [f"RWF-2000/{part}/{kind}/{name}_{n}.avi" for part in ("train", "val") for kind in ("Fight", "NonFight")
         for name in (f"{part:-<5}{kind[:3]}ab9", f"{part:-<5}{kind[:3]}_-7", f"{part:-<5}{kind[:3]}x01")
         for n in range(2)], 12, 12, 0, "12 train, 12 validation",
    ),
    "AIRTLab": (paths("violent/cam1/", "violent/cam2/", "non-violent/cam1/"), 12, 6, 0, "non-violent"),
    "Violent flows": (paths("1/Violence/a", "1/NonViolence/a", "2/Violence/a", "2/NonViolence/b", each=3), 6, 6, 0, ""),
    "UCF-Crime": (
        [*paths("Anomaly-Videos-Part-1/Abuse/Abuse00", "Anomaly-Videos-Part-2/Fighting/Fighting00"),
         *paths("Anomaly-Videos-Part-1/Assault/Assault01", "Training-Normal-Videos-Part-1/Normal_Videos0"),
         *paths("Testing_Normal_Videos_Anomaly/Normal_Videos_", each=2)], 12, 8, 6, r"left out: .*Abuse \(6\)",
    ),
    "XD-Violence": (
        [f"v{n}__#1_label_{mark}.mp4" for mark in ("A", "B1-0-0", "B2-G-0") for n in range(6)], 6, 6, 6, "XD-Violence",
    ),
    "UBI fights": (paths("videos/fight/F_", "videos/normal/N_"), 6, 6, 0, "folders fight"),
    "Bus violence": (paths("Violence/cam1_", "NoViolence/cam1_"), 6, 6, 0, "NoViolence"),
    "Persian folders": (paths("کلیپ/دعوا/", "کلیپ/عادی/"), 6, 6, 0, "دعوا"),
    "Spanish folders": (paths("violencia/", "sin violencia/"), 6, 6, 0, "sin violencia"),
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("make", ["plain", "back-slashes, outer folder, twins"])
def test_known_sets_are_read(name: str, make: str, tmp_path: Path) -> None:
    listed, fight, other, left, told = SETS[name]
    files: dict = dict.fromkeys(listed, TINY)
    if make != "plain":
        files = {packing.member(f"my set\\{path}".replace("/", "\\").encode()): TINY for path in listed}
        files |= {f"__MACOSX/my set/{listed[0].replace('/', '/._')}": b"\0\5\x16\7", "my set/._x.mp4": b"\0\5\x16\7"}
    (tmp_path / "set.zip").write_bytes(packing.zipped(files, zipfile.ZIP_STORED))
    found = kinds.read("clips", tmp_path / "set.zip")
    assert found.summary == {"fight": fight, "other": other, "left_out": left}
    assert re.search(told, " ".join(found.told))
    assert len(found.preview) == 8


def test_a_single_clip_or_file_is_told_as_one(tmp_path: Path) -> None:
    files = dict.fromkeys([*paths("data/fi", "data/no", ending=".avi"), "data/x.avi"], TINY)
    (tmp_path / "set.zip").write_bytes(packing.zipped(files | {"__MACOSX/data/._x.avi": b"x"}, zipfile.ZIP_STORED))
    told = " ".join(kinds.read("clips", tmp_path / "set.zip").told)
    assert "1 clip is named otherwise and is left out." in told
    assert re.search(r"1 file that systems leave behind .* was skipped", told)
    assert "11 clips are exact copies of others" in told


@pytest.mark.parametrize("form", ["", "gz", "xz"])
def test_tars_and_names_of_other_encodings(form: str, tmp_path: Path) -> None:
    files = dict.fromkeys(paths("set/fight/", "set/noFight/"), TINY)
    (tmp_path / "set.tar").write_bytes(packing.tarred(files, form))
    assert kinds.read("clips", tmp_path / "set.tar").summary["fight"] == 6
    files = dict.fromkeys(paths("دعوا/", "عادي/"), TINY)
    (tmp_path / "set.zip").write_bytes(packing.encoded(files, "cp1256"))
    assert kinds.read("clips", tmp_path / "set.zip").summary == {"fight": 6, "other": 6, "left_out": 0}


def test_what_is_unsure_is_asked_and_answered(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(packing.zipped(dict.fromkeys(paths("x/0/", "x/1/"), TINY)))
    found = kinds.read("clips", tmp_path / "set.zip")
    assert (found.summary["fight"], found.asked[0].assumed) == (6, "1")
    (tmp_path / "ucf.zip").write_bytes(packing.zipped(dict.fromkeys(SETS["UCF-Crime"][0], TINY)))
    assert kinds.read("clips", tmp_path / "ucf.zip").asked[0].name == "others"
    found = kinds.read("clips", tmp_path / "ucf.zip", answers={"others": "fight"})
    assert found.summary == {"fight": 18, "other": 8, "left_out": 0}
    table = b"file;kind\n" + b"".join(f"{n}.mp4;{('calm', 'fighting')[n % 2]}\n".encode() for n in range(12))
    (tmp_path / "t.zip").write_bytes(packing.zipped({f"all/{n}.mp4": TINY for n in range(12)} | {"labels.csv": table}))
    assert kinds.read("clips", tmp_path / "t.zip").summary["fight"] == 6


@pytest.mark.parametrize(("column", "fights"), [("fight", "1"), ("normal", "0"), ("not violent", "False")])
def test_the_name_of_a_column_tells_what_its_numbers_mean(column: str, fights: str, tmp_path: Path) -> None:
    other = {"0": "1", "1": "0", "False": "True"}[fights]
    table = f"id,{column}\n" + "".join(f"{n},{fights if n < 6 else other}\n" for n in range(13))
    files = {f"all/{n}.mp4": TINY for n in range(13)} | {"labels.csv": table.encode()}
    (tmp_path / "set.zip").write_bytes(packing.zipped(files))
    found = kinds.read("clips", tmp_path / "set.zip")
    assert (found.summary["fight"], found.summary["other"]) == (6, 7)
    assert f"the column {column!r} of labels.csv" in " ".join(found.told)


def test_names_may_end_in_the_kind_and_clips_of_few_frames_are_told(tmp_path: Path) -> None:
    files = dict.fromkeys([*(f"cam{n}_fight.mp4" for n in range(6)), *(f"cam{n}_no_fight.mp4" for n in range(6))], TINY)
    files["cam0_fight.mp4"] = film(even(2.0, 2))
    (tmp_path / "set.zip").write_bytes(packing.zipped(files))
    found = kinds.read("clips", tmp_path / "set.zip")
    assert found.summary == {"fight": 6, "other": 6, "left_out": 0}
    assert "1 clip (cam0_fight.mp4) has fewer than 8 frames a second" in " ".join(found.told)


def test_an_archive_without_clips_is_told_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(packing.zipped({"fight/1.jpg": b"x", "noFight/1.jpg": b"x"}))
    with pytest.raises(ClipsError, match=r"set.zip holds no clips: its files end in jpg\."):
        kinds.read("clips", tmp_path / "set.zip")


def test_a_table_with_odd_lines_uses_the_others(tmp_path: Path) -> None:
    lines = ["path;label;source", *(f"fight\\{n}.mp4;fight;{n}" for n in range(6)), "gone.mp4;fight;9"]
    lines += [*(f"calm/{n}.mp4;0;c{n}" for n in range(6)), "calm/7.mp4;perhaps;1"]
    files = dict.fromkeys(paths("s/fight/", "s/calm/", each=8), TINY) | {
        "s/clips.csv": "\n".join(lines).encode("utf-16")
    }
    (tmp_path / "set.zip").write_bytes(packing.zipped(files))
    found = kinds.read("clips", tmp_path / "set.zip")
    assert found.summary == {"fight": 6, "other": 6, "left_out": 5}
    told = " ".join(found.told)
    assert all(one in told for one in ("gone.mp4", "not in the archive", "'perhaps'", "has no line for it"))


def test_broken_clips_are_left_out_and_the_rest_is_trained_on(tmp_path: Path) -> None:
    files = dict.fromkeys(paths("fight/", "noFight/", each=7), TINY)
    files |= {"fight/3.mp4": b"", "noFight/5.mp4": TINY[:300], "fight/note.mp4": b"hello" * 99}
    (tmp_path / "set.zip").write_bytes(packing.zipped(files))
    found = kinds.read("clips", tmp_path / "set.zip")
    assert found.summary == {"fight": 6, "other": 6, "left_out": 3}
    assert all(name in " ".join(found.told) for name in ("fight/3.mp4", "noFight/5.mp4", "fight/note.mp4"))
    with clip_listing.unpacked(tmp_path / "set.zip", "set.zip", {}) as listed:
        usable = clips.usable(listed, LIGHT, tmp_path / "cache")
    assert len(usable.clips) == len(usable.raw) == 12
    assert all(name in " ".join(usable.told) for name in ("fight/3.mp4", "noFight/5.mp4", "fight/note.mp4"))
    files["fight/4.mp4"] = b""
    (tmp_path / "set.zip").write_bytes(packing.zipped(files))
    with pytest.raises(ClipsError, match="5 clips of fight; at least 6"):
        kinds.read("clips", tmp_path / "set.zip")


def scene(number: int, light: float = 1.0, size: tuple[int, int] = SIZE, mirrored: bool = False) -> list[np.ndarray]:
    """Two squares that move each on a way of its own."""
    rng = np.random.default_rng(number)
    starts, steps = rng.integers(4, 40, (2, 2)), rng.uniform(-2.5, 2.5, (2, 2))
    out = []
    for step in range(20):
        picture = np.full((48, 64, 3), 60, np.uint8)
        for start, way in zip(starts, steps, strict=True):
            y, x = (start + way * step).astype(int) % (36, 52)
            picture[y : y + 10, x : x + 10] = 150 + 20 * (number % 4)
        out.append(np.clip(picture * light, 0, 255).astype(np.uint8)[:, :: -1 if mirrored else 1])
    if size == SIZE:
        return out
    return [np.kron(one, np.ones((2, 2, 1), np.uint8)) for one in out]


COPIES = {
    "the same bytes": {},
    "resaved": {"codec": "mpeg4", "container": "avi"},
    "larger": {"size": (128, 96)},
    "mirrored": {"mirrored": True},
    "brighter": {"light": 1.25},
}


@pytest.mark.parametrize("how", COPIES)
def test_copies_of_a_clip_stay_on_one_side(how: str, tmp_path: Path) -> None:
    found = clip_listing.Found([])
    writing = {key: value for key, value in COPIES[how].items() if key in ("codec", "container")}
    drawing = {key: value for key, value in COPIES[how].items() if key not in writing}
    for n in range(12):
        for copy, how_written, how_drawn in ((0, {}, {}), (1, writing, drawing)):
            path = tmp_path / f"{n}-{copy}.mp4"
            content = film(even(2, 10), how_drawn.get("size", SIZE), pictures=scene(n, **how_drawn), **how_written)
            path.write_bytes(content)
            found.clips.append(Clip(path, n % 2, path.stem))
    usable = clips.usable(found, LIGHT, tmp_path / "cache")
    assert "12 clips are copies of others" in " ".join(usable.told)
    assert len({clip.source for clip in usable.clips}) == 12
    for seed in range(3):
        parts = clips.parts(usable.clips, seed, (0.1, 0.2))
        assert len({clip.source for rows in parts.values() for clip in [usable.clips[r] for r in rows]}) == 12
        owners = [{usable.clips[row].path.stem.split("-")[0] for row in rows} for rows in parts.values()]
        assert not owners[0] & owners[1]
        assert not owners[0] & owners[2]
        assert not owners[1] & owners[2]


def test_still_clips_are_no_copies_of_one_another() -> None:
    still = [np.zeros((2, 8, 64, 64, 3), np.uint8)] * 4
    assert clips.joined(list("abcd"), list("wxyz"), still) == (list("abcd"), [])


def given(part: str, label: int, source: str) -> Clip:
    return Clip(Path(source), label, source, part)


def test_given_parts_are_kept_and_what_is_missing_is_drawn_from_training() -> None:
    made = [given("train" if n < 40 else "validation", n % 2, str(n)) for n in range(60)]
    parts = clips.parts(made, 0)
    assert parts["validation"].tolist() == list(range(40, 60))
    assert sorted([*parts["train"], *parts["test"]]) == list(range(40))
    assert {made[row].label for row in parts["test"]} == {0, 1}
    both = [given(("train", "validation", "test")[n // 20], n % 2, str(n)) for n in range(60)]
    assert [len(rows) for rows in clips.parts(both, 0).values()] == [20, 20, 20]
    both[0] = given("train", 0, "44")  # a copy of a test clip
    assert 0 not in clips.parts(both, 0)["train"]


def test_parts_without_both_kinds_are_told_and_not_used() -> None:
    found = clip_layouts.understood([*paths("train/fight/", "train/calm/"), *paths("val/fight/")], {})
    assert set(found.parts) == {""}
    assert "a new split is made" in " ".join(found.told)


@pytest.mark.parametrize(
    ("name", "label"),
    [("Weaponized Violence", 1), ("no-violence", 0), ("Non_Fights", 0), ("NotViolent", 0), ("بدون خشونت", 0),
     ("خشونت", 1), ("Training_Normal_Videos_Anomaly", 0), ("Explosion", None), ("cats", None), ("v_Archery_g01", None),
     ("Şiddet", 1), ("Şiddet Yok", 0), ("keine Gewalt", 0), ("kavga", 1), ("بدون عنف", 0),
     ("زدوخورد", 1), ("غیر خشن", 0), ("打架", 1), ("正常", 0), ("pas de bagarre", 0), ("Kampfkunst", None)],
)  # fmt: skip
def test_names_of_folders(name: str, label: int | None) -> None:
    assert clip_layouts.kind_of(name) == label
