"""A stored network on a user's own images in class folders, beside its test images."""

from pathlib import Path

import numpy as np
import pytest

from core import labs, settings
from core.errors import PicturesError, StoreError
from core.labs.images import elsewhere
from core.labs.images.spec import Spec
from core.runs import runs
from core.runs.store import Run, Store
from tests.core.labs.images.stand_ins import digit, digits, grey_png, zipped

STORE = Store(str(settings.SHIPPED), shipped=None)


@pytest.fixture(scope="module")
def run() -> Run:
    return STORE.find("images", runs.key("images", Spec(data="digits")))


def test_a_zip_is_compared_with_the_test_set(run: Run) -> None:
    found = labs.own_upload("images", run.key, STORE.url, zipped(digits(6)), "mine.zip")
    assert found.classes == tuple("0123456789")
    assert np.bincount(found.there.truth).tolist() == [6] * 10
    assert found.there.probabilities.sum(axis=1) == pytest.approx(1)
    assert found.home.right / len(found.home.truth) == pytest.approx(run.metrics["test_accuracy"])
    shift = {one.name: one for one in found.shift}
    assert shift["original size, pixels (median)"].there == "64 × 48"
    assert shift["colour"].there == "0.00"  # grey
    assert float(shift["colour"].home) > 0.1


def test_unknown_classes_are_left_out_and_named_and_cases_do_not_matter(run: Run) -> None:
    files = digits(3) | {f"mine/Rose/{n}.png": digit(n) for n in range(2)}
    found = labs.own_upload("images", run.key, STORE.url, zipped(files), "mine.zip")
    assert len(found.there.truth) == 30
    assert "2 images left out: this network does not know the classes Rose." in found.told


def test_one_class_alone_is_told(run: Run) -> None:
    files = {name: content for name, content in digits(8).items() if "/3/" in name}
    found = labs.own_upload("images", run.key, STORE.url, zipped(files), "mine.zip")
    assert found.sentence().endswith("All are of one class, “3”: the accuracy is its recall.")


def test_a_broken_image_is_left_out_and_told(run: Run) -> None:
    files = digits(1) | {"mine/4/broken.png": b"\x89PNG but no more"}
    found = labs.own_upload("images", run.key, STORE.url, zipped(files), "mine.zip")
    assert len(found.there.truth) == 10
    assert any("broken.png" in told for told in found.told)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "no images in class folders"),
        ({"a.txt": b"hello"}, "no images in class folders"),
        (digits(1, "digit {}"), "0 images in folders named as this network's classes"),
        ({name: one for name, one in digits(2).items() if "/7/" in name}, "2 images in folders named as"),
        ({f"mine/1/{n}.png": b"" for n in range(10_000)}, "cannot be used"),
        ({"1/a.svg": b"<svg/>", "2/b.svg": b"<svg/>"}, "None of the 2 images"),
    ],
    ids=["empty", "no images", "other names", "too few", "ten thousand empty files", "formats that are not read"],
)
def test_files_that_cannot_be_used_get_a_sentence(run: Run, files: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(PicturesError, match=sentence):
        labs.own_upload("images", run.key, STORE.url, zipped(files), "mine.zip")


def test_a_huge_image_is_read_within_its_limit_or_left_out(run: Run) -> None:
    large = np.zeros((5000, 8000), np.uint8)  # 40 megapixels
    huge = np.zeros((8000, 8000), np.uint8)  # 64: more than are decoded
    files = digits(1) | {"mine/1/large.png": grey_png(large), "mine/1/huge.png": grey_png(huge)}
    found = labs.own_upload("images", run.key, STORE.url, zipped(files), "mine.zip")
    assert len(found.there.truth) == 11
    assert any("huge.png" in told for told in found.told)


def test_a_file_that_is_no_archive_gets_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(PicturesError):
        elsewhere.of_run(run, STORE, path)
    with pytest.raises(StoreError, match="no longer saved"):
        labs.own_upload("images", "0" * 16, STORE.url, b"", "mine.zip")
