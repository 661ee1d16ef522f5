"""Folders and zips of pictures: what is read, and what is refused with a sentence."""

import io
import os
import stat
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import PicturesError
from core.files import kept
from core.labs.images.data import folders, sources
from core.labs.images.spec import Spec
from tests.core.labs.images.stand_ins import COLOURS, files, folder, png, zipped


def _from_zip(content: bytes, name: str, side: int) -> folders.Pictures:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_bytes(content)
        return folders.read(str(path), side)


def test_a_folder_and_its_zip_are_the_same_pictures(tmp_path: Path) -> None:
    one = folders.read(str(folder(tmp_path / "set")), 16)
    other = _from_zip(zipped({f"top/{path}": content for path, content in files().items()}), "set.zip", 16)
    assert one.classes == other.classes == ("blue", "red")
    assert one.pixels.shape == (24, 16, 16, 3)
    np.testing.assert_array_equal(one.pixels[np.argsort(one.digests)], other.pixels[np.argsort(other.digests)])
    means = one.pixels[one.labels == 1].mean(axis=(0, 1, 2))
    assert np.abs(means - COLOURS["red"]).max() < 12


def test_a_picture_is_cut_square_in_the_middle() -> None:
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 255
    buffer = io.BytesIO()
    Image.fromarray(wide).save(buffer, format="PNG")
    assert folders.decoded(buffer.getvalue(), "wide.png", 10).min() == 255


def test_the_fingerprint_is_of_contents_not_of_names(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "one"), folder(tmp_path / "other")
    assert folders.fingerprint(str(one)) == folders.fingerprint(str(other))
    (other / "red" / "0.png").write_bytes(png(COLOURS["red"], 9999))
    assert folders.fingerprint(str(one)) != folders.fingerprint(str(other))


def test_a_run_is_not_found_again_when_its_images_are_read_or_split_differently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Images that were in its training set might be in the test set of today."""
    own = f"upload-{16 * 'a'}"
    monkeypatch.setitem(sources.counted, own, 24)
    before = folders.fingerprint(str(folder(tmp_path))), sources._uploaded(own)
    monkeypatch.setattr(folders, "READING", b"of another version")
    folders._fingerprint.cache_clear()
    after = folders.fingerprint(str(tmp_path)), sources._uploaded(own)
    assert all(one != other for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("name", ["../red/1.png", "/etc/red/1.png", "set/../../red/1.png", "C:/red/1.png"])
def test_a_path_that_leads_out_of_the_zip_is_left_out_and_named(name: str) -> None:
    found = _from_zip(_with_raw_name(zipped(files()), name), "bad.zip", 16)
    assert len(found.labels) == 24
    assert found.faults == (f"{name}: its path leads out of the archive.",)
    with pytest.raises(PicturesError, match=r"The only image .* leads out"):
        _from_zip(_with_raw_name(zipped({}), name), "bad.zip", 16)


def _with_raw_name(content: bytes, name: str) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, png((0, 0, 0), 1))
    return buffer.getvalue()


def test_a_link_in_a_zip_and_out_of_a_folder_is_left_out_and_named(tmp_path: Path) -> None:
    buffer = io.BytesIO(zipped(files()))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo("red/link.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    found = _from_zip(buffer.getvalue(), "bad.zip", 16)
    assert len(found.labels) == 24
    assert "red/link.png: it is a link" in found.faults[0]
    (tmp_path / "outside.png").write_bytes(png((1, 2, 3), 1))
    (folder(tmp_path / "set") / "red" / "link.png").symlink_to(tmp_path / "outside.png")
    found = folders.read(str(tmp_path / "set"), 16)
    assert len(found.labels) == 24
    assert "leads out of the folder" in found.faults[0]


def test_what_unpacks_to_nothing_but_zeros_is_left_out_and_a_white_page_is_read() -> None:
    white = io.BytesIO()
    Image.new("RGB", (900, 900), "white").save(white, "BMP")
    found = _from_zip(
        zipped(files() | {"red/bomb.png": b"\0" * 70_000_000, "red/white.bmp": white.getvalue()}), "bomb.zip", 16
    )
    assert found.names.count("red/white.bmp") == 1
    assert found.faults == ("red/bomb.png: it takes more than 60 MB.",)


def test_a_lying_header_is_caught_by_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_FILE_BYTES", 500)
    with pytest.raises(PicturesError, match="takes more than 0 MB"):
        _from_zip(zipped(files()), "large.zip", 16)


def test_a_picture_of_too_many_pixels_counts_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.files.archives.pictures.MOST_PIXELS", 100)
    with pytest.raises(PicturesError, match="24 × 24 pixels, which is too large"):
        _from_zip(zipped(files()), "large.zip", 16)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "no images in class folders"),
        ({"1.png": png((0, 0, 0), 1)}, "no images in class folders"),
        ({path: content for path, content in files().items() if "red" in path}, "1 class folder"),
        (files() | {"few/1.png": png((0, 0, 0), 1)}, "'few' has 1 image;"),
        ({path: content[:60] for path, content in files().items()}, "cannot be used"),
        (dict.fromkeys(files(), b"<html>"), "cannot be used"),
    ],
    ids=["empty", "no folders", "one class", "small class", "cut off", "not pictures"],
)
def test_what_cannot_be_learned_from_is_a_sentence(members: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(PicturesError, match=sentence):
        _from_zip(zipped(members), "set.zip", 16)


def test_no_zip_no_folder_and_too_many_are_sentences(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(PicturesError, match="not a zip file that can be read"):
        _from_zip(b"not a zip", "x.zip", 16)
    with pytest.raises(PicturesError, match="There is no folder or zip"):
        folders.read(str(tmp_path / "nowhere"), 16)
    monkeypatch.setattr(folders, "MOST_PICTURES", 3)
    with pytest.raises(PicturesError, match="more than 3 images"):
        _from_zip(zipped(files()), "many.zip", 16)


def test_one_broken_picture_is_left_out_and_said() -> None:
    found = _from_zip(zipped(files() | {"red/broken.png": b"GIF89a"}), "set.zip", 16)
    assert len(found.labels) == 24
    assert "1 file could not be used" in found.notes[0]


def test_an_uploaded_zip_is_checked_and_found_by_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMRIN_HOME", str(tmp_path))
    keeper = kept.Keeper(tmp_path / "uploads", kept.Limits())
    upload = keeper.take([zipped(files())], "mine.zip", "ann", "tab", "zip", 10**7)
    assert kept.read("pictures", str(upload.path), "mine.zip", {}).summary["pictures"] == 24
    assert sources.offered() == []
    stamp = sources.stamp(Spec(data=sources.name_of(upload.digest)))
    assert stamp["rows"] == 24
    assert "mine" not in str(stamp)
    assert folders.read(sources.path_of(sources.name_of(upload.digest)), 16).classes == ("blue", "red")
    keeper.close()
    with pytest.raises(PicturesError):
        folders.read(sources.path_of(sources.name_of(upload.digest)), 16)
    assert isinstance(kept.read("pictures", b"no zip", "mine.zip", {}), PicturesError)
    assert not sources.own("upload-../../../etc")


def test_a_pipe_among_the_sets_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMRIN_HOME", str(tmp_path))
    (tmp_path / "pictures").mkdir()
    os.mkfifo(tmp_path / "pictures" / "endless.zip")
    assert sources.offered() == []
