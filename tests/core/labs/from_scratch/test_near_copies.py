"""Near copies of faces, pictures and clips: the same one resaved, resized, mirrored or brightened stays on one side."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from core.errors import FacesError, SpecError
from core.files import kinds
from core.files.archives import twins
from core.labs.from_scratch.data import data, preprocessing
from core.labs.from_scratch.spec import Spec
from core.labs.images.data import folders
from core.labs.images.data.pictures import split

SIDE = 64
EACH = 100


def photograph(number: int) -> Image.Image:
    """Soft shapes with an edge, as light falls on a face; no two alike."""
    rng = np.random.default_rng(number)
    coarse = rng.integers(30, 200, (7, 7, 3)).astype(np.uint8)
    fine = Image.fromarray(rng.integers(0, 50, (SIDE, SIDE, 3)).astype(np.uint8))
    soft = Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return Image.blend(soft, fine, 0.1)


def resaved(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue()))


COPIES = {
    "resaved": lambda one: resaved(one, 40),
    "smaller": lambda one: one.resize((31, 31)),
    "larger": lambda one: one.resize((100, 100)),
    "mirrored": lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "darker": lambda one: ImageEnhance.Brightness(one).enhance(0.6),
    "brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.4),
    "contrast": lambda one: ImageEnhance.Contrast(one).enhance(1.5),
    "grey": lambda one: one.convert("L"),
    "mirrored, resaved, brighter": lambda one: resaved(
        ImageEnhance.Brightness(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT)).enhance(1.2), 50
    ),
}


def packed(path: Path, files: dict[str, Image.Image]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, picture in files.items():
            buffer = io.BytesIO()
            picture.save(buffer, "PNG", compress_level=1)
            archive.writestr(name, buffer.getvalue())
    return path


def parted(parts: list[np.ndarray], key: np.ndarray) -> int:
    """How many pictures have a copy in another part."""
    return sum(int(np.isin(key[one], np.concatenate([key[o] for o in parts if o is not one])).sum()) for one in parts)


@pytest.mark.parametrize("how", COPIES)
def test_no_face_is_tested_on_whose_copy_was_trained_on(how: str, tmp_path: Path) -> None:
    faces = {f"{1 + n % 90}_{n % 2}_0_{2000 + n}.png": photograph(n) for n in range(EACH)}
    copies = {f"{1 + n % 90}_{n % 2}_0_{5000 + n}.png": COPIES[how](photograph(n)) for n in range(EACH)}
    place = packed(tmp_path / "faces.zip", faces | copies)
    chosen = Spec(task="gender", faces=str(place), side=32)
    dataset = data.load(chosen)
    before, key = preprocessing.split(len(dataset.inputs), chosen), np.arange(2 * EACH) % EACH
    assert parted(list(before), key) > 0.3 * EACH
    parts = preprocessing.apart(before, dataset)
    assert parted(list(parts), key) == 0
    assert set(parts[2]) == set(before[2])  # the test part stays whole
    assert len(parts[0]) > 60
    found = kinds.read("faces", place)
    assert f"{EACH} images are (near-)duplicates" in " ".join(found.told)
    assert len(found.thumbnails) == 8
    for caption, content in found.thumbnails:
        assert re.fullmatch(r"\d+, [mf]", caption)
        assert Image.open(io.BytesIO(content)).size == (48, 48)


def test_different_faces_are_no_copies(tmp_path: Path) -> None:
    place = packed(tmp_path / "faces.zip", {f"20_{n % 2}_0_{n}.png": photograph(n) for n in range(200)})
    chosen = Spec(task="gender", faces=str(place), side=32)
    dataset = data.load(chosen)
    before = preprocessing.split(200, chosen)
    assert all(one is other for one, other in zip(before, preprocessing.apart(before, dataset), strict=True))


def test_too_few_different_faces_are_a_sentence(tmp_path: Path) -> None:
    files = {f"20_{n % 2}_0_{n}.png": resaved(photograph(n % 12), 50 + n // 6) for n in range(200)}
    place = packed(tmp_path / "faces.zip", files)
    with pytest.raises(FacesError, match=r"too few different images .* only 12 remain"):
        kinds.read("faces", place)
    chosen = Spec(task="gender", faces=str(place), side=32)
    with pytest.raises(SpecError, match="too few different images"):
        preprocessing.prepare(data.load(chosen), chosen)


@pytest.mark.parametrize("how", sorted(set(COPIES) - {"grey"}))  # of a coloured one
def test_no_picture_is_tested_on_whose_copy_was_trained_on(how: str, tmp_path: Path) -> None:
    files = {f"{'ab'[n % 2]}/{n}.png": photograph(n) for n in range(60)}
    files |= {f"{'ab'[n % 2]}/copy of {n}.png": COPIES[how](photograph(n)) for n in range(60)}
    made = folders.read(str(packed(tmp_path / "x.zip", files)), 32)
    key = np.array([int(name.split("/")[1].removeprefix("copy of ").split(".")[0]) for name in made.names])
    found = split(made, 0.15, 0.2)
    assert parted([found.train, found.validation, found.test], key) == 0
    assert len(found.pairs) >= 60


def test_many_equal_pictures_are_one_group_soon() -> None:
    leaders, pairs = twins.search(np.repeat(np.asarray(photograph(1))[None], 1000, 0))
    assert set(leaders) == {0}
    assert len(pairs) == twins.MOST_PAIRS
