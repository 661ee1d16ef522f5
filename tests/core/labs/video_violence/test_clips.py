"""Lists of clips, splits by source, and what is wrong with a list as a sentence."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from violence_films import even, film

from core.errors import ClipsError, JobError, NotAVideoError
from core.files import kept, kinds
from core.labs.video_violence import experiment
from core.labs.video_violence.clips import clips, listing as clip_listing
from core.labs.video_violence.clips.layouts import KINDS
from core.labs.video_violence.clips.listing import Clip
from core.labs.video_violence.clips.recipes import LIGHT
from core.labs.video_violence.clips.video import Video
from core.learn.fit import Fit
from core.runs.runs import Outcome

TINY = film(even(1.5, 10))


def made(count: int = 60, sources: int = 20) -> list[Clip]:
    return [Clip(Path(f"{i}.mp4"), i % 2, f"scene {i // 2 % sources}") for i in range(count)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_source_stands_in_two_parts(seed: int) -> None:
    found = made(120, 40)
    parts = clips.parts(found, seed)
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(120))
    sources = [{found[row].source for row in rows} for rows in parts.values()]
    assert not sources[0] & sources[1]
    assert not sources[0] & sources[2]
    assert not sources[1] & sources[2]
    assert len(parts["validation"]) == pytest.approx(6, abs=4)
    assert len(parts["test"]) == pytest.approx(18, abs=6)
    assert all({found[row].label for row in rows} == {0, 1} for rows in parts.values())


def test_folds_hold_every_clip_out_once_and_no_source_is_on_both_sides() -> None:
    found = made(60, 15)
    folds = clips.folds(found, 5, 0)
    assert sorted(np.concatenate([held for _, held in folds]).tolist()) == list(range(60))
    for train, held in folds:
        assert not {found[i].source for i in train} & {found[i].source for i in held}


def test_too_few_sources_are_a_sentence() -> None:
    with pytest.raises(ClipsError, match="too few sources"):
        clips.parts(made(60, 2), 0)
    with pytest.raises(ClipsError, match="cannot make 5 folds"):
        clips.folds(made(60, 3), 5, 0)


def written(folder: Path) -> Path:
    for kind in ("fight", "noFight"):
        (folder / kind).mkdir(parents=True)
        for number in range(6):
            (folder / kind / f"{number}.mp4").write_bytes(TINY)
    return folder


def test_a_folder_and_a_table_give_the_same_clips(tmp_path: Path) -> None:
    folder = written(tmp_path / "clips")
    plain = clip_listing.listed(str(folder))
    assert [clip.label for clip in plain] == [0] * 6 + [1] * 6
    rows = [f"{clip.path.relative_to(folder)},{KINDS[clip.label]},{n // 3}" for n, clip in enumerate(plain)]
    (folder / "clips.csv").write_text("path,label,source\n" + "\n".join(rows))
    table = clip_listing.listed(str(folder))
    assert [(c.path, c.label) for c in table] == [(c.path, c.label) for c in plain]
    assert [c.source for c in table] == ["0"] * 3 + ["1"] * 3 + ["2"] * 3 + ["3"] * 3
    assert clips.fingerprint(table) != clips.fingerprint(plain)


def test_differences_are_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = clip_listing.listed(str(written(tmp_path / "clips")))[:2]
    first = np.stack([clips.differences(one, LIGHT, tmp_path / "cache") for one in found])
    assert (first.shape, first.dtype) == ((2, 2, 8, 256, 256, 3), np.uint8)
    monkeypatch.setattr(clips, "_computed", None)
    assert (np.stack([clips.differences(one, LIGHT, tmp_path / "cache") for one in found]) == first).all()


def zipped(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unpacked(content: bytes, **answers: str) -> clip_listing.Found:
    with clip_listing.unpacked(content, "x.zip", answers) as found:
        assert all(clip.path.is_file() for clip in found.clips)
    assert not any(clip.path.exists() for clip in found.clips)
    return found


def test_a_zip_is_unpacked_and_gone() -> None:
    names = {f"mine/{kind}/{n}.mp4": TINY for kind in KINDS for n in range(6)}
    assert len(unpacked(zipped({**names, "mine/readme.txt": b"x"})).clips) == 12
    names["mine/clips.csv"] = b"path,label,source\n" + b"".join(
        f"{kind}/{n}.mp4,{kind},{n}\n".encode() for kind in KINDS for n in range(6)
    )
    assert [clip.source for clip in unpacked(zipped(names)).clips] == ["0", "1", "2", "3", "4", "5"] * 2


def test_bad_zips_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClipsError, match="not a zip file that can be read"):
        unpacked(b"no zip")
    names = {f"mine/{kind}/{n}.mp4": TINY for kind in KINDS for n in range(6)}
    assert [one.reason for one in unpacked(zipped(names | {"../out.mp4": b"x"})).left_out] == [
        "its path leads out of the archive"
    ]
    monkeypatch.setattr("core.files.archives.archives.MOST_BYTES", 1000)
    with pytest.raises(ClipsError, match="unpacks to more than"):
        unpacked(zipped(names))


@pytest.mark.parametrize("place", ["{outside}/{{n}}.mp4", "../../../{outside}/{{n}}.mp4", "/etc/passwd"])
def test_a_table_in_a_zip_names_no_file_of_the_server(place: str, tmp_path: Path) -> None:
    for n in range(6):
        (tmp_path / f"{n}.mp4").write_bytes(TINY)
    place = place.format(outside=tmp_path)
    names = {f"fight/{n}.mp4": TINY for n in range(6)}
    rows = "".join(f"fight/{n}.mp4,fight,{n}\n{place.format(n=n)},noFight,n{n}\n" for n in range(6))
    payload = {"content": zipped({**names, "clips.csv": b"path,label,source\n" + rows.encode()}), "digest": "upload"}
    with pytest.raises(ClipsError, match="outside of the archive"):
        experiment.train_upload(payload | {"spec": {}}, print, lambda: False)


def test_own_clips_leave_no_network_if_their_training_is_stopped_before_its_first_epoch_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(experiment, "train_on", lambda *given: Outcome(Fit(stopped="by the person"), {}, {}))
    names = {f"mine/{kind}/{n}.mp4": TINY for kind in KINDS for n in range(6)}
    payload = {"content": zipped(names), "digest": "upload", "spec": {}}
    with pytest.raises(JobError, match="before the first epoch ended"):
        experiment.train_upload(payload, print, lambda: True)


def test_a_pipe_or_an_endless_file_holds_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", Path("/dev/zero")):
        with pytest.raises(ClipsError, match="missing or not a file"):
            clips.fingerprint([Clip(path, 0, "a")])
        with pytest.raises(NotAVideoError), Video(path):
            pass


def test_what_a_killed_worker_had_unpacked_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMRIN_HOME", str(tmp_path))
    code = "import os, sys, time; from core.files import kept\nwith kept.scratch() as folder:\n"
    code += " (folder / 'clip.mp4').write_bytes(b'x'); print('ready', flush=True); time.sleep(60)"
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "ready\n"
    (left,) = (tmp_path / "uploads").glob("*/clip.mp4")
    kept.empty(tmp_path / "uploads")
    assert left.exists()
    worker.kill()
    worker.wait()
    kept.empty(tmp_path / "uploads")
    assert not left.exists()


def test_bad_lists_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ClipsError, match="no folder or CSV"):
        clip_listing.listed(str(tmp_path / "nowhere"))
    with pytest.raises(ClipsError, match="no two kinds of clips"):
        clip_listing.listed(str(tmp_path))
    (tmp_path / "clips.csv").write_text("file,kind\na.mp4,fight\n")
    with pytest.raises(ClipsError, match="needs the columns"):
        clip_listing.listed(str(tmp_path))
    (tmp_path / "clips.csv").write_text("path,label\n" + "a.mp4,fight\n" * 9)
    with pytest.raises(ClipsError, match=r"0 clips of noFight; .*a\.mp4 is left out: clips\.csv names it"):
        clip_listing.listed(str(tmp_path))
    with pytest.raises(ClipsError, match=r"gone\.mp4 of the table is missing"):
        clips.fingerprint([Clip(tmp_path / "gone.mp4", 0, "a")])
    (tmp_path / "text.mp4").write_text("hello" * 100)
    with pytest.raises(ClipsError, match=r"text\.mp4 cannot be used"):
        clips.differences(Clip(tmp_path / "text.mp4", 0, "a"), LIGHT, tmp_path / "cache")


@pytest.mark.parametrize(
    ("fight", "other"),
    [
        ("set/Violence/V_", "set/NonViolence/NV_"),
        ("set/Fight/f", "set/NonFight/n"),
        ("a/fights/x", "a/no_fight/y"),
        ("data/fi", "data/no"),
        ("train/Fight/f", "val/NonFight/n"),
        ("set\\fight\\f", "set\\noFight\\n"),
        ("x/violent/1", "x/Normal_Videos/1"),
    ],
)
def test_usual_layouts_are_read(fight: str, other: str, tmp_path: Path) -> None:
    names = {f"{start}{n}.mp4": TINY for start in (fight, other) for n in range(6)}
    (tmp_path / "x.zip").write_bytes(zipped(names | {"__MACOSX/._f0.mp4": b"x", "set/fight/._f0.mp4": b"x"}))
    assert kinds.read("clips", tmp_path / "x.zip").summary == {"fight": 6, "other": 6, "left_out": 0}


def test_other_folders_are_named_as_found(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({f"{kind}/{n}.mp4": TINY for kind in ("cats", "dogs") for n in range(6)}))
    found = kinds.read("clips", tmp_path / "x.zip")
    assert (found.data, found.asked[0].choices) == (None, ("cats", "dogs"))
    assert "Found are cats, dogs" in found.asked[0].text
    found = kinds.read("clips", tmp_path / "x.zip", answers={"fights": "dogs"})
    assert found.summary == {"fight": 6, "other": 6, "left_out": 0}
    (tmp_path / "y.zip").write_bytes(zipped({f"cats/{n}.mp4": TINY for n in range(6)}))
    with pytest.raises(ClipsError, match="no two kinds of clips: no folders were found"):
        kinds.read("clips", tmp_path / "y.zip")
