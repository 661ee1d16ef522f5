"""Data of a person's own: what is right is read, what is wrong is refused with a sentence that names it."""

import io
import re
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import FacesError, SpecError, TableError
from core.files import kinds
from core.labs.from_scratch.data import data, faces, preprocessing, tables
from core.labs.from_scratch.spec import Spec

RNG = np.random.default_rng(0)


def npz(path: Path, **changes) -> str:
    """A small data set in UTKFace's form, not of faces."""
    n = 240
    arrays = {
        "pixels": RNG.integers(0, 256, (n, 16, 16), dtype=np.uint8),
        "age": RNG.integers(1, 100, n),
        "gender": RNG.integers(0, 2, n),
        "ethnicity": RNG.integers(0, 5, n),
    } | changes
    np.savez(path, **{key: value for key, value in arrays.items() if value is not None})
    return str(path)


def jpeg(side: int = 20) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(RNG.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


def names(n: int = 205) -> list[str]:
    return [f"{1 + i % 90}_{i % 2}_{i % 5}_2017010{i % 10}{i:06}.jpg.chip.jpg" for i in range(n)]


def test_a_npz_is_read_and_brought_to_the_side(tmp_path: Path) -> None:
    found = faces.read(npz(tmp_path / "a.npz"), 12)
    assert found.pixels.shape == (240, 12, 12)
    assert (found.age.max() < 100, found.gender.dtype) == (True, np.int64)
    colour = np.repeat(RNG.integers(0, 256, (240, 12, 12, 1), dtype=np.uint8), 3, axis=3)
    grey = faces.read(npz(tmp_path / "b.npz", pixels=colour), 12)
    np.testing.assert_array_equal(grey.pixels, colour[..., 0])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"age": None}, "lacks the array 'age'"),
        ({"pixels": None}, "lacks the array 'pixels'"),
        ({"pixels": RNG.random((240, 16, 16))}, "pixels of .* must be uint8"),
        ({"pixels": np.zeros((240, 256), np.uint8)}, "pixels of .* must be uint8"),
        ({"pixels": np.zeros((240, 16, 16, 7), np.uint8)}, "pixels of .* must be uint8"),
        ({"pixels": np.zeros((240, 2, 2), np.uint8)}, "at least 200"),
        ({"pixels": np.zeros((3, 16, 16), np.uint8)}, "at least 200"),
        ({"age": np.zeros(7, int)}, "age of .* one integer per image"),
        ({"age": np.zeros(240)}, "age of .* one integer per image"),
        ({"age": np.full(240, 300)}, "age of .* UTKFace has 0 to 120"),
        ({"gender": np.full(240, 2)}, "gender of .* UTKFace has 0 to 1"),
        ({"ethnicity": np.full(240, -1)}, "ethnicity of .* UTKFace has 0 to 4"),
        ({"age": np.array([object()] * 240)}, "plain numbers"),
    ],
)
def test_a_wrong_npz_is_refused_by_name(changes: dict, word: str, tmp_path: Path) -> None:
    with pytest.raises(FacesError, match=word):
        faces.read(npz(tmp_path / "faces.npz", **changes), 16)


def test_what_is_no_npz_or_broken_is_refused(tmp_path: Path) -> None:
    whole = Path(npz(tmp_path / "whole.npz")).read_bytes()
    for number, content in enumerate([b"", b"not a zip", whole[: len(whole) // 2], whole[:-30]]):
        path = tmp_path / f"{number}.npz"
        path.write_bytes(content)
        with pytest.raises(FacesError, match="Is the file whole"):
            faces.read(str(path), 16)
    for source in ("", str(tmp_path / "nothing.npz")):
        with pytest.raises(FacesError, match="There is no file or folder"):
            faces.read(source, 16)


def test_a_npz_that_claims_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (10**12, 48, 48)})
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w") as packed:
        for name in faces.NEEDED:
            packed.writestr(f"{name}.npy", header.getvalue())
    with pytest.raises(FacesError, match="plain numbers"):
        faces.read(str(tmp_path / "bomb.npz"), 48)


def test_a_npz_that_unpacks_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Path(npz(tmp_path / "big.npz")).read_bytes()
    monkeypatch.setattr(faces, "MOST_BYTES", 10_000)
    with pytest.raises(FacesError, match="unpacks to more than"):
        faces.from_bytes(content, "big.npz", 16)
    with pytest.raises(FacesError, match="is larger than"):
        faces.read(str(tmp_path / "big.npz"), 16)


@pytest.mark.parametrize("form", ["folder", "zip", "tar.gz"])
def test_pictures_are_read_from_folder_and_archive(form: str, tmp_path: Path) -> None:
    content = [(name, jpeg()) for name in [*names(), "61_1_20170109150557335.jpg.chip.jpg"]]
    found = faces.read(str(packed(content, form, tmp_path)), 10)
    assert found.pixels.shape == (205, 10, 10)
    assert "1 image without all three labels" in found.notes[0]
    order = sorted(range(205), key=lambda i: names()[i]) if form == "folder" else range(205)
    assert list(found.age) == [1 + i % 90 for i in order]
    assert list(found.ethnicity) == [i % 5 for i in order]


def packed(content: list[tuple[str, bytes]], form: str, tmp_path: Path) -> Path:
    if form == "zip":
        with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
            for name, picture in content:
                archive.writestr(f"crop_part1/{name}", picture)
            archive.writestr("README.txt", "not a picture")
        return tmp_path / "faces.zip"
    if form == "tar.gz":
        with tarfile.open(tmp_path / "faces.tar.gz", "w:gz") as archive:
            for name, picture in content:
                entry = tarfile.TarInfo(f"./crop_part1/{name}")
                entry.size = len(picture)
                archive.addfile(entry, io.BytesIO(picture))
        return tmp_path / "faces.tar.gz"
    (tmp_path / "faces" / "part").mkdir(parents=True)
    for name, picture in content:
        (tmp_path / "faces" / "part" / name).write_bytes(picture)
    return tmp_path / "faces"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ([(f"holiday {i}.jpg", b"") for i in range(300)], "'holiday 0.jpg' and 299 more .* are not named"),
        ([(name, jpeg()) for name in names(20)], "has 20 images named as UTKFace's are"),
        ([], "has 0 images"),
        ([(name, b"no picture") for name in names()], "damaged, or not an image that can be read"),
        ([(name, jpeg()[:200]) for name in names()], "damaged, or not an image that can be read"),
    ],
)
def test_other_pictures_are_refused_with_a_sentence(content: list, word: str, tmp_path: Path) -> None:
    with pytest.raises(FacesError, match=word):
        faces.read(str(packed(content, "zip", tmp_path)), 10)


def test_what_is_neither_archive_nor_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "faces.txt").write_text("hello")
    with pytest.raises(FacesError, match="not a zip file that can be read"):
        faces.read(str(tmp_path / "faces.txt"), 10)
    whole = packed([(name, jpeg()) for name in names()], "tar.gz", tmp_path).read_bytes()
    (tmp_path / "half.tar.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FacesError, match="at least 200 are needed"):
        faces.read(str(tmp_path / "half.tar.gz"), 10)


def test_too_large_a_picture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.files.archives.pictures.MOST_SHRUNK", 300)
    content = [(name, jpeg(20)) for name in names()]
    with pytest.raises(FacesError, match="20 × 20 pixels, which is too large"):
        faces.read(str(packed(content, "zip", tmp_path)), 10)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("25_1_3_20170109.jpg", (25, 1, 3)),
        ("116_0_0_x.PNG", (116, 0, 0)),
        ("25_1_20170109.jpg", None),
        ("130_0_0_x.jpg", None),
        ("25_2_3_x.jpg", None),
        ("25_1_5_x.jpg", None),
        ("IMG_0001.jpg", None),
        ("25_1_3_x.exe", None),
    ],
)
def test_labels_stand_in_the_file_name(name: str, labels: tuple | None) -> None:
    assert faces.labels_of(name) == labels


def sheet(rows: int = 60, **columns) -> bytes:
    lines = [",".join(columns)] + [",".join(str(values(i)) for values in columns.values()) for i in range(rows)]
    return "\n".join(lines).encode()


GOOD = {"size": lambda i: i / 7, "colour": lambda i: "red" if i % 3 else "blue", "price": lambda i: 3 * i + 0.5}


def test_a_table_gives_numbers_and_columns_of_words() -> None:
    table = tables.parse(sheet(**GOOD), "shop.csv", "price")
    assert table.columns == ("size", "colour = blue", "colour = red")
    np.testing.assert_allclose(table.inputs[:3], [[0, 1, 0], [1 / 7, 0, 1], [2 / 7, 0, 1]], rtol=1e-6)
    assert (table.classes, table.targets.dtype, table.inputs.dtype) == ((), np.float32, np.float32)
    np.testing.assert_allclose(table.targets[:3], [0.5, 3.5, 6.5])


def test_words_and_few_whole_numbers_are_classes() -> None:
    assert tables.parse(sheet(**GOOD), "s", "colour").classes == ("blue", "red")
    stars = tables.parse(sheet(size=GOOD["size"], stars=lambda i: i % 5), "s", "stars")
    assert (stars.classes, list(stars.targets[:6])) == (("0", "1", "2", "3", "4"), [0, 1, 2, 3, 4, 0])
    flags = tables.parse(sheet(size=GOOD["size"], sold=lambda i: i % 2 == 0), "s", "sold")
    assert flags.classes == ("False", "True")


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_and_a_mark_at_the_start_are_understood(separator: str) -> None:
    content = b"\xef\xbb\xbf" + sheet(**GOOD).replace(b",", separator.encode())
    assert tables.parse(content, "s", "price").columns[0] == "size"


def test_rows_without_target_and_free_text_are_left_out_and_said_to_be() -> None:
    table = tables.parse(
        sheet(
            size=GOOD["size"],
            name=lambda i: f"person {i}",
            empty=lambda i: "",
            price=lambda i: "" if i < 5 else "inf" if i == 5 else "1e300" if i == 6 else i,
        ),
        "s",
        "price",
    )
    assert table.columns == ("size",)
    assert len(table.targets) == 53
    assert np.isfinite(table.targets).all()
    assert table.notes == (
        "Lines 2, 3, 4, 5, 6 and 2 more left out: no value in 'price'.",
        "Left out, because they are empty or free text: name, empty.",
    )


def test_missing_and_endless_numbers_become_the_mean_of_the_training_part() -> None:
    rows = sheet(size=lambda i: ("", "inf", "1e300", 4)[i] if i < 4 else i, price=lambda i: i + 0.5)
    table = tables.parse(rows, "s", "price")
    assert np.isnan(table.inputs[:3, 0]).all()
    dataset = data.Dataset("s", table.inputs, table.targets)
    prepared = preprocessing.prepare(dataset, Spec(task="csv", evenness=0.0))
    everywhere = np.concatenate([part.inputs[:, 0] for part in (prepared.train, prepared.validation, prepared.test)])
    assert np.isfinite(everywhere).all()
    assert np.sum(everywhere == 0) >= 3


@pytest.mark.parametrize(
    ("content", "target", "word"),
    [
        (b"", "price", "s.csv is empty"),
        (b"\xff\xfe\x00\x01" * 40, "price", "s.csv"),
        (b"\x00" * 200, "price", "s.csv"),
        (b"one line", "price", "columns: 1, rows: 0"),
        (sheet(10, **GOOD), "price", "30 rows are needed"),
        (sheet(**GOOD), "weight", "no column 'weight'; its columns are size, colour, price"),
        (sheet(**GOOD), "", "no column ''"),
        (sheet(size=GOOD["size"]), "size", "columns: 1,"),
        (sheet(size=GOOD["size"], price=lambda i: 3), "price", "the same value in every row"),
        (sheet(size=GOOD["size"], price=lambda i: ""), "price", "Only 0 rows"),
        (sheet(size=GOOD["size"], name=lambda i: f"n{i}"), "name", "60 different words"),
        (sheet(name=lambda i: f"n{i}", price=GOOD["price"]), "price", "0 columns of numbers"),
        (sheet(size=GOOD["size"], price=lambda i: '"unclosed' if i == 7 else i), "price", "different words"),
    ],
)
def test_a_hostile_table_is_refused_with_a_sentence(content: bytes, target: str, word: str) -> None:
    with pytest.raises(TableError, match=word):
        tables.parse(content, "s.csv", target)


def test_too_large_and_absent_tables_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TableError, match="There is no file"):
        tables.read(str(tmp_path / "none.csv"), "price")
    with pytest.raises(TableError, match="There is no file"):
        tables.read(str(tmp_path), "price")
    path = tmp_path / "shop.csv"
    path.write_bytes(sheet(**GOOD))
    assert tables.read(str(path), "price").name == "shop.csv"
    for limit, word in (("MOST_BYTES", "larger than"), ("MOST_ROWS", "more than"), ("MOST_COLUMNS", "3 columns")):
        with monkeypatch.context() as patched:
            patched.setattr(tables, limit, 2)
            with pytest.raises(TableError, match=word):
                tables.read(str(path), "price")


def test_a_formula_or_a_tag_in_a_table_is_only_text() -> None:
    kinds = ("=1+1", "<script>alert(1)</script>")
    table = tables.parse(sheet(size=GOOD["size"], kind=lambda i: kinds[i % 2]), "s", "kind")
    assert table.classes == tuple(sorted(kinds))


def test_the_parts_are_apart_and_whole() -> None:
    for seed in range(3):
        train, validation, test = preprocessing.split(1000, Spec(seed=seed))
        assert (len(train), len(validation), len(test)) == (630, 70, 300)
        assert sorted(np.concatenate([train, validation, test])) == list(range(1000))
    assert not np.array_equal(preprocessing.split(1000, Spec(seed=0))[0], preprocessing.split(1000, Spec(seed=1))[0])
    with pytest.raises(SpecError, match="too few"):
        preprocessing.split(10, Spec())


def test_principal_axes_are_remembered_for_the_same_rows_alone() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    first = preprocessing.principal_axes(rows, 2)
    assert preprocessing.principal_axes(rows.copy(), 2) is first
    assert preprocessing.principal_axes(rows, 3).shape == (3, 5)
    other = preprocessing.principal_axes(rows[:40], 2)
    assert not np.allclose(abs(other), abs(first))
    for count in range(40, 40 + preprocessing.REMEMBERED_AXES):
        preprocessing.principal_axes(rows[:count], 1)
    assert preprocessing.principal_axes(rows, 2) is not first
    np.testing.assert_array_equal(preprocessing.principal_axes(rows, 2), first)


@pytest.mark.parametrize("components", [0, 5])
def test_nothing_is_fitted_on_validation_or_test(components: int) -> None:
    """Other rows outside the training part change nothing inside it."""
    chosen = Spec(task="csv", components=components)
    inputs, targets = RNG.normal(size=(200, 8)).astype(np.float32), RNG.normal(size=200).astype(np.float32)
    prepared = preprocessing.prepare(data.Dataset("a", inputs, targets), chosen)
    train, validation, test = preprocessing.split(200, chosen)
    spoiled, wrong = inputs.copy(), targets.copy()
    spoiled[np.concatenate([validation, test])] *= 1000
    wrong[np.concatenate([validation, test])] += 1e6
    again = preprocessing.prepare(data.Dataset("a", spoiled, wrong), chosen)
    np.testing.assert_array_equal(prepared.train.inputs, again.train.inputs)
    assert (prepared.offset, prepared.scale) == (again.offset, again.scale)
    assert prepared.offset == pytest.approx(targets[train].mean(), rel=1e-5)


def test_pca_and_evenness_are_what_they_say() -> None:
    spread = np.array([9, 3, 1, 0.5], np.float32)
    inputs = RNG.normal(size=(4000, 4)).astype(np.float32) * spread
    dataset = data.Dataset("a", inputs, inputs[:, 0])
    deviations = {}
    for evenness in (0.0, 0.5, 1.0):
        prepared = preprocessing.prepare(dataset, Spec(task="csv", components=3, evenness=evenness))
        deviations[evenness] = prepared.train.inputs.std(axis=0)
        np.testing.assert_allclose(np.corrcoef(prepared.train.inputs.T), np.eye(3), atol=1e-3)
    np.testing.assert_allclose(deviations[0.0], spread[:3] / 9, rtol=0.05)
    np.testing.assert_allclose(deviations[0.5], np.sqrt(spread[:3] / 9), rtol=0.05)
    np.testing.assert_allclose(deviations[1.0], 1, rtol=1e-3)
    with pytest.raises(SpecError, match="at most 4 are possible"):
        preprocessing.prepare(dataset, Spec(task="csv", components=9))


def test_constant_columns_do_no_harm() -> None:
    inputs = np.ones((100, 3), np.float32)
    inputs[:, 0] = RNG.normal(size=100)
    for rows in (inputs, np.ones((100, 3), np.float32)):
        prepared = preprocessing.prepare(
            data.Dataset("a", rows, RNG.normal(size=100).astype(np.float32)), Spec(task="csv")
        )
        assert np.isfinite(prepared.train.inputs).all()
        assert not prepared.train.inputs[:, 1:].any()


def test_mirrored_copies_are_of_the_training_part_alone() -> None:
    dataset = data.digits()
    prepared = preprocessing.prepare(dataset, Spec(mirror=True))
    plain = preprocessing.prepare(dataset, Spec())
    n = prepared.originals
    assert (len(prepared.train.inputs), len(plain.train.inputs)) == (2 * n, n)
    np.testing.assert_array_equal(prepared.test.inputs, plain.test.inputs)
    np.testing.assert_array_equal(prepared.train.targets[:n], prepared.train.targets[n:])
    raw = dataset.inputs[preprocessing.split(len(dataset.inputs), Spec())[0]]
    assert preprocessing.mirrored(raw, (8, 8))[0].reshape(8, 8)[0].tolist() == raw[0].reshape(8, 8)[0, ::-1].tolist()
    np.testing.assert_array_equal(preprocessing.mirrored(preprocessing.mirrored(raw, (8, 8)), (8, 8)), raw)


def test_the_two_data_sets_that_come_along() -> None:
    digits, diabetes = data.digits(), data.diabetes()
    assert (digits.inputs.shape, diabetes.inputs.shape) == ((1797, 64), (442, 10))
    assert (digits.inputs.max(), len(digits.classes), digits.picture) == (1.0, 10, (8, 8))
    assert (diabetes.classes, diabetes.targets.max()) == ((), 346)
    for dataset, task in ((digits, "digits"), (diabetes, "diabetes")):
        stamp = data.data_stamp(Spec(task=task))
        assert stamp == {"source": dataset.source, "rows": len(dataset.inputs), "fingerprint": dataset.fingerprint}


def test_a_stamp_follows_the_content_of_a_persons_file(tmp_path: Path) -> None:
    path = Path(npz(tmp_path / "a.npz"))
    chosen = Spec(task="age", faces=str(path))
    first = data.data_stamp(chosen)
    assert data.data_stamp(chosen) == first
    npz(path, age=np.full(240, 30))
    assert data.data_stamp(chosen)["fingerprint"] != first["fingerprint"]
    folder = data.data_stamp(Spec(task="age", faces=str(tmp_path)))
    (tmp_path / "25_1_3_x.jpg").write_bytes(b"more")
    assert data.data_stamp(Spec(task="age", faces=str(tmp_path)))["fingerprint"] != folder["fingerprint"]


def test_faces_as_systems_pack_them_are_read_and_copies_never_stand_on_two_sides(tmp_path: Path) -> None:
    content = [(name, noisy(number)) for number, name in enumerate(names())]
    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        for name, picture in content:
            archive.writestr(f"a/{name}", picture)
            archive.writestr(f"b\\{name}", picture)
            archive.writestr(f"__MACOSX/a/._{name}", b"\x00\x05\x16\x07")
        archive.writestr("a/9_0_0_20170109999999999.jpg.chip.jpg", b"")
        for number, (_, picture) in enumerate(content[:60]):  # under other names, so they stay
            archive.writestr(f"c/{number + 1}_0_0_2018.jpg", picture)
    found = faces.read(str(tmp_path / "faces.zip"), 12)
    assert (len(found.pixels), found.files, found.left_out) == (265, 471, 1)
    assert re.search(r"1 image was left out: .*empty \(0 bytes\)", " ".join(found.notes))
    assert "205 images are exact duplicates" in " ".join(found.notes)
    summary = kinds.read("faces", tmp_path / "faces.zip").summary
    assert summary == {"files": 471, "pictures": 265, "left_out": 1}
    chosen = Spec(task="gender", faces=str(tmp_path / "faces.zip"), side=12)
    dataset = data.load(chosen)
    train, validation, test = (
        {dataset.inputs[row].tobytes() for row in part}
        for part in preprocessing.apart(preprocessing.split(len(dataset.inputs), chosen), dataset)
    )
    assert not train & validation
    assert not train & test
    assert not validation & test


def noisy(seed: int) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 12)).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
