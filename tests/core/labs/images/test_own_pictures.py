"""A person's pictures as they come: every form and layout is read right, or told, or refused with a sentence."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import PicturesError
from core.files.archives import layouts, pictures
from core.labs.images.data import folders, sources
from core.labs.images.data.pictures import Pictures, digest, split
from core.labs.images.spec import Spec
from tests.core.files import packing
from tests.core.labs.images.stand_ins import COLOURS, members, png, read, scene, written

PLAIN = {"disc": 6, "box": 6}
# Layout, what its classes are, and what is told of it.
LAYOUTS = {
    "class folders": (members("disc", "box"), PLAIN, ""),
    "a folder around them": (members("my set/disc", "my set/box"), PLAIN, ""),
    "two folders around them": (members("a/b/disc", "a/b/box"), PLAIN, ""),
    "a stray picture beside them": (members("s/disc", "s/box") | {"cover.jpg": written(scene("disc", 9))}, PLAIN,
                                    "no class"),
    "sessions inside": (members("a/disc/session_1", "a/box/session_1", "a/disc/session_2", "a/box/session_2", each=3),
                        PLAIN, "Other folders do not count: session_1"),
    "days around": (members("2024-05-01/disc", "2024-05-01/box", "2024-05-02/disc", "2024-05-02/box", each=3), PLAIN,
                    "Other folders do not count: 2024-05-01"),
    "digits": (members("0", "1"), {"0": 6, "1": 6}, ""),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("make", ["plain", "back-slashes", "tar"])
def test_classes_are_the_level_that_parts_the_pictures(layout: str, make: str, tmp_path: Path) -> None:
    files, classes, told = LAYOUTS[layout]
    content = {
        "plain": lambda: packing.zipped(files, zipfile.ZIP_STORED),
        "back-slashes": lambda: packing.zipped(
            {packing.member(n.replace("/", "\\").encode()): c for n, c in files.items()}
        ),
        "tar": lambda: packing.tarred(files),
    }[make]()
    found = read(tmp_path, content)
    assert found.summary["classes"] == classes
    assert told in " ".join(found.told)
    assert found.summary["files"] == found.summary["pictures"] + found.summary["left_out"]


def test_spellings_of_a_class_are_joined_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, packing.zipped(members("Cat", "Dog", "cat", "dog", "Cat ", "DOG", each=5)))
    assert found.summary["classes"] == {"Cat": 15, "Dog": 15}
    assert sum("spellings of one class" in line for line in found.told) == 2
    persian = members("كتاب", "سگ", "کتاب", "سگ ", each=5)
    assert list(read(tmp_path, packing.zipped(persian)).summary["classes"].values()) == [10, 10]


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("train", "valid", "test"), [16, 8, 8]),
        (("training_set", "val", "Test Set"), [16, 8, 8]),
        (("seg_train/seg_train", "", "seg_test/seg_test"), [16, 0, 8]),
        (("Train", "", "Test"), [16, 0, 8]),
    ],
)
def test_parts_of_a_split_are_no_classes_and_are_kept(names: tuple[str, ...], parts: list[int], tmp_path: Path) -> None:
    files = {}
    for number, (name, each) in enumerate(zip(names, (8, 4, 4), strict=True)):
        for kind in ("disc", "box") if name else ():
            for n in range(each):
                files[f"export/{name}/{kind}/{n}.jpg"] = written(scene(kind, 50 * number + n))
    found = read(tmp_path, packing.zipped(files))
    assert found.summary["classes"] == {"box": sum(parts) // 2, "disc": sum(parts) // 2}
    assert list(found.summary["parts"].values()) == parts
    assert "are sets of a split, not classes" in " ".join(found.told)
    made = folders.read(str(tmp_path / "given.zip"), 32)
    parted = split(made, 0.2, 0.2)
    assert set(np.flatnonzero(made.given_parts == 2)) == set(parted.test)
    assert len(parted.validation) == (parts[1] or 4)
    assert len(parted.train) + len(parted.validation) == parts[0] + parts[1]


def test_parts_alone_are_read_by_the_names_of_the_files_or_refused(tmp_path: Path) -> None:
    files = {f"x/{part}/{kind}_{n}.jpg": written(scene(kind, 20 * p + n))
             for p, part in enumerate(("train", "valid", "test"))
             for kind in ("disc", "box") for n in range(5)}  # fmt: skip
    found = read(tmp_path, packing.zipped(files))
    assert found.summary["classes"] == {"box": 15, "disc": 15}
    assert "not classes" in " ".join(found.told)
    assert "name begins with" in " ".join(found.told)
    unnamed = {
        f"{path.split('_')[0].rsplit('/', 1)[0]}/IMG_{n}.jpg": one for n, (path, one) in enumerate(files.items())
    }
    with pytest.raises(PicturesError, match="sets of a split"):
        read(tmp_path, packing.zipped(unnamed))


def test_no_copy_stands_on_two_given_sides() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 24, 24, 3)).astype(np.uint8)
    pixels[20] = pixels[0]  # a test picture that was trained on
    pixels[15] = np.clip(pixels[1] * 0.9 + 9, 0, 255).astype(np.uint8)  # and a brighter copy of another in validation
    parts = np.array([0] * 14 + [1] * 6 + [2] * 10)
    made = Pictures("x", pixels, np.arange(30) % 2, ("a", "b"), ("",) * 30, tuple(digest(p.tobytes()) for p in pixels),
                    given_parts=parts)  # fmt: skip
    found = split(made, 0.1, 0.2)
    assert found.test.tolist() == list(range(20, 30))
    assert found.validation.tolist() == list(range(14, 20))
    assert found.train.tolist() == list(range(2, 14))
    assert found.dropped.tolist() == [0, 1]


def test_another_level_can_be_chosen(tmp_path: Path) -> None:
    files = packing.zipped(members("indoor/disc", "indoor/box", "outdoor/disc", "outdoor/box"))
    found = read(tmp_path, files)
    assert found.summary["classes"] == {"indoor": 12, "outdoor": 12}
    (question,) = found.asked
    assert (question.choices, question.assumed) == (("1", "2"), "1")
    assert read(tmp_path, files, class_level="2").summary["classes"] == {"box": 12, "disc": 12}


@pytest.mark.parametrize("ending", ["{}.jpg", "{}"])
def test_a_table_beside_the_pictures_names_their_classes(ending: str, tmp_path: Path) -> None:
    files, rows = {}, [("id", "breed", "age")]
    for kind in ("disc", "box"):
        for n in range(6):
            files[f"data/images/{kind[0]}{n}x.jpg"] = written(scene(kind, n))
            rows.append((ending.format(f"{kind[0]}{n}x"), kind, str(n)))
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    found = read(tmp_path, packing.zipped(files | {"data/labels.csv": table.getvalue().encode()}))
    assert found.summary["classes"] == {"box": 6, "disc": 6}
    assert "column 'breed' of labels.csv" in " ".join(found.told)


PARTED = (("train", "disc"), ("test", "box"))
NAMED = {f"ds/{part}/{n}.jpg": written(scene(kind, n)) for part, kind in PARTED for n in range(6)}
KIND = {name: ("disc" if "train" in name else "box") for name in NAMED}
# Tables beside the pictures, and the sentence that is told; the class of a picture is that of its own line.
BESIDE = {
    "the ends of paths": ({"labels.csv": "path,label\n" + "\n".join(f"{k[3:]},{v}" for k, v in KIND.items())}, ""),
    "a table of each part": (
        {f"{part}.csv": "id,label\n" + "\n".join(f"{n},{kind}" for n in range(6))
         for part, kind in PARTED}, ""),
    "no line of names": ({"labels.csv": "\n".join(f"{k},{v}" for k, v in KIND.items())}, "'column 1' names"),
    "columns of 1.0": (
        {"labels.csv": "image,disc,box\n" + "\n".join(
            f"{k},{float(v == 'disc')},{float(v == 'box')}" for k, v in KIND.items())}, "that hold 1: disc, box"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BESIDE)
def test_tables_of_every_form_name_the_classes(kind: str, tmp_path: Path) -> None:
    tables, told = BESIDE[kind]
    found = read(tmp_path, packing.zipped(NAMED | {name: text.encode() for name, text in tables.items()}))
    assert found.summary["classes"] == {"box": 6, "disc": 6}
    assert {(row["set"], row["class"]) for row in found.preview} == {("train", "disc"), ("test", "box")}
    assert told in " ".join(found.told)


def test_a_picture_of_several_classes_is_left_out_and_one_in_two_folders_is_told(tmp_path: Path) -> None:
    files = members("a", "b", name="x{}.jpg")
    rows = "\n".join(f"{name.split('/')[1]},{name[0]}" for name in files)
    flat = {f"all/{name.split('/')[1]}": content for name, content in files.items()}
    found = read(tmp_path, packing.zipped(flat | {"l.csv": f"id,class\n{rows}\nx0.jpg,b\n".encode()}))
    assert found.summary["classes"] == {"a": 5, "b": 6}
    assert "l.csv gives 1 file several classes, such as all/x0.jpg; it is left out." in found.told
    found = read(tmp_path, packing.zipped(files | {"b/again.jpg": files["a/x0.jpg"]}))
    assert "1 image lies in several classes, such as " in " ".join(found.told)


def test_of_an_animation_the_first_frame_is_used_and_told(tmp_path: Path) -> None:
    first = {"append_images": [scene("box", 99)], "save_all": True}
    files = {f"{kind}/{n}.{form}": written(scene(kind, n), form.upper(), **first)
             for kind in ("disc", "box") for n in range(6) for form in ("gif", "webp", "tiff")[n % 3:][:1]}  # fmt: skip
    assert "12 images of several frames" in " ".join(read(tmp_path, packing.zipped(files)).told)


def test_utkface_is_known_by_its_names(tmp_path: Path) -> None:
    files = {f"UTKFace/{20 + n}_{n % 2}_{n % 3}_2017{n:013}.jpg.chip.jpg": png(COLOURS["red"], n) for n in range(30)}
    found = read(tmp_path, packing.zipped(files))
    assert found.summary["classes"] == {"female": 15, "male": 15}
    assert "UTKFace" in " ".join(found.told)
    assert set(read(tmp_path, packing.zipped(files), label="ethnicity").summary["classes"]) == {
        "White",
        "Black",
        "Asian",
    }


def ramp() -> np.ndarray:
    return np.tile(np.linspace(0, 1, 48, dtype=np.float32), (48, 1))


def hidden() -> Image.Image:
    """A grey ramp whose middle is transparent, with magenta hidden there."""
    pixels = np.dstack([(ramp() * 255).astype(np.uint8)] * 3 + [np.full((48, 48), 255, np.uint8)])
    pixels[12:36, 12:36] = (255, 0, 255, 0)
    return Image.fromarray(pixels)


FORMS = {
    "png of 16 bits": (written(Image.fromarray((ramp() * 65535).astype(np.uint16)), "PNG"), 127.5),
    "tiff of 16 bits": (written(Image.fromarray((ramp() * 65535).astype(np.uint16)), "TIFF"), 127.5),
    "tiff of floats": (written(Image.fromarray(ramp()), "TIFF"), 127.5),
    "tiff of floats to 255": (written(Image.fromarray(ramp() * 255), "TIFF"), 127.5),
    "alpha": (written(hidden(), "PNG"), 0.75 * 127.5 + 0.25 * 255),
    "grey with alpha": (written(hidden().convert("LA"), "PNG"), 0.75 * 127.5 + 0.25 * 255),
    "palette": (written(hidden().convert("RGB").convert("P", palette=Image.Palette.ADAPTIVE), "GIF"), None),
    "webp with alpha": (written(hidden(), "WEBP", lossless=True), 0.75 * 127.5 + 0.25 * 255),
    "CMYK": (written(Image.fromarray((ramp() * 255).astype(np.uint8)).convert("CMYK"), "JPEG"), 127.5),
    "grey": (written(Image.fromarray((ramp() * 255).astype(np.uint8)), "JPEG"), 127.5),
    "bits": (written(Image.fromarray((ramp() * 255).astype(np.uint8)).convert("1"), "PNG"), 127.5),
    "HEIC": (None, 127.5),
    "AVIF": (written(Image.fromarray((ramp() * 255).astype(np.uint8)).convert("RGB"), "AVIF"), 127.5),
    "progressive": (written(Image.fromarray((ramp() * 255).astype(np.uint8)), "JPEG", progressive=True), 127.5),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_pixels_is_seen_as_it_looks(form: str) -> None:
    content, mean = FORMS[form]
    if content is None:
        heif = pytest.importorskip("pillow_heif")
        buffer = io.BytesIO()
        heif.from_pillow(Image.fromarray((ramp() * 255).astype(np.uint8)).convert("RGB")).save(buffer, quality=90)
        content = buffer.getvalue()
    pixels = pictures.decoded(content, 48).pixels
    assert pixels.shape == (48, 48, 3)
    if mean:
        assert pixels.mean() == pytest.approx(mean, abs=2.5)
        assert np.ptp(pixels.mean(axis=(0, 1))) < 3  # no magenta
    if form not in ("palette", "bits"):
        assert pixels[24, 2].mean() < 30
        assert pixels[24, 46].mean() > 225


@pytest.mark.parametrize("turn", range(2, 9))
def test_a_turned_photograph_is_upright(turn: int) -> None:
    upright = np.zeros((48, 48, 3), np.uint8)
    upright[:24, :24] = 255
    back = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270}[turn]  # fmt: skip
    notes = Image.Exif()
    notes[0x0112] = turn
    content = written(Image.fromarray(upright).transpose(back), "JPEG", exif=notes.tobytes(), quality=95)
    assert np.abs(pictures.decoded(content, 48).pixels.astype(int) - upright).mean() < 6


def test_a_photograph_of_108_megapixels_is_shrunk_while_it_is_decoded() -> None:
    large = Image.new("L", (12000, 9000), 90)
    assert pictures.decoded(written(large, "JPEG", quality=10), 32).pixels.mean() == pytest.approx(90, abs=2)


def test_what_is_too_large_is_left_out_by_its_pixels_and_the_rest_is_read(tmp_path: Path) -> None:
    huge = written(Image.new("L", (8000, 8000)), "PNG")
    found = read(tmp_path, packing.zipped(members("disc", "box") | {"box/huge.png": huge, "box/raw.NEF": b"x" * 99}))
    assert (found.summary["pictures"], found.summary["left_out"]) == (12, 2)
    assert "8000 × 8000 pixels, which is too large: at most 50 million" in " ".join(found.told)
    assert "NEF is not read" in " ".join(found.told)


def test_a_canvas_of_webp_and_many_scans_are_refused_before_they_are_decoded() -> None:
    header = b"RIFF" + (100).to_bytes(4, "little") + b"WEBPVP8X" + (10).to_bytes(4, "little") + bytes(4)
    with pytest.raises(pictures.PictureError, match="16000 × 16000"):
        pictures.decoded(header + (15999).to_bytes(3, "little") * 2 + bytes(80), 32)
    scans = written(scene("disc", 1), "JPEG", progressive=True)
    with pytest.raises(pictures.PictureError, match="scans"):
        pictures.decoded(scans[:-2] + b"\xff\xda" * 60 + b"\xff\xd9", 32)


def test_decoding_ends_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pictures.Patience, "check", lambda self, name: (_ for _ in ()).throw(pictures.WorkError("long."))
    )
    with pytest.raises(PicturesError, match="long"):
        read(tmp_path, packing.zipped(members("disc", "box")))


@pytest.mark.parametrize("packed", ["deflate64", "cp1256", "0x7075"])
def test_packings_and_names_of_other_systems(packed: str, tmp_path: Path) -> None:
    files = members("گربه", "سگ")
    content = {
        "deflate64": lambda: packing.deflate64(files),
        "cp1256": lambda: packing.encoded(files, "cp1256"),
        "0x7075": lambda: packing.zipped(
            {
                packing.member(n.encode("cp1256"), packing.unicode_path(n, n.encode("cp1256"))): c
                for n, c in files.items()
            }
        ),
    }[packed]()
    if packed != "deflate64":
        assert read(tmp_path, content).summary["classes"] == {"گربه": 6, "سگ": 6}
    else:
        assert sum(read(tmp_path, content).summary["classes"].values()) == 12


def near(kinds_: tuple[str, ...] = ("disc", "box")) -> dict[str, bytes]:
    out = {}
    for kind in kinds_:
        for n in range(12):
            picture = scene(kind, 99, 64)
            picture.putpixel((n, 0), (255, 255, 255))
            out[f"{kind}/frame_{n:02}.png"] = written(picture, "PNG")
    return out


def test_too_few_different_pictures_are_a_sentence_here_and_in_training(tmp_path: Path) -> None:
    with pytest.raises(PicturesError, match="too few different images"):
        read(tmp_path, packing.zipped(near()))
    with pytest.raises(PicturesError, match="too few different images"):
        sources.parts(Spec(data=str(tmp_path / "given.zip"), side=32))
    one = read(tmp_path, packing.zipped(near(("disc",)) | members("x", "box")))
    assert "too few different images" in " ".join(one.told)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.zip": packing.zipped(members("disc", "box")), "b.zip": b"x"}, "holds archives within"),
        ({"readme.txt": b"hello"}, "no images in class folders"),
        ({f"IMG_{n}.jpg": written(scene("disc", n)) for n in range(6)}, "no images in class folders"),
        ({f"{n}.jpg": b"<html>" for n in range(6)}, "no images in class folders"),
        ({f"{kind}/{n}.svg": b"<svg/>" for kind in "ab" for n in range(6)}, "SVG is not read"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(files: dict, words: str, tmp_path: Path) -> None:
    with pytest.raises(PicturesError, match=words):
        read(tmp_path, packing.zipped(files))


@pytest.mark.parametrize("name", ["train", "Training_Set", "trainset", "train2017", "seg_train"])
def test_names_of_parts(name: str) -> None:
    assert layouts.part_of(name) == "train"


@pytest.mark.parametrize("name", ["trains", "test positive", "cats", "testimony", "bus"])
def test_names_of_classes_are_no_parts(name: str) -> None:
    assert layouts.part_of(name) == ""


def test_an_answer_about_the_layout_goes_into_the_name_and_is_trained_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setenv("TAMRIN_HOME", str(tmp_path))
    folders_ = ("a/disc/near", "a/box/near", "a/disc/far", "a/box/far")
    content = packing.zipped(members(*folders_, each=6))
    assert list(read(tmp_path, content, class_level="2").summary["classes"]) == ["far", "near"]
    place = tmp_path / "uploads" / "p" / "o" / ("0123456789abcdef" + 48 * "0")
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    plain, answered = sources.name_of(place.name), sources.name_of(place.name, {"class_level": "2"})
    assert answered == "upload-0123456789abcdef?class_level=2"
    assert sources.own(answered)
    assert sources.load(Spec(data=plain, side=16)).classes == ("box", "disc")
    assert sources.load(Spec(data=answered, side=16)).classes == ("far", "near")
    assert not sources.own("upload-0123456789abcdef?x=../../etc")


def test_a_reading_shows_some_pictures_of_each_class(tmp_path: Path) -> None:
    found = read(tmp_path, packing.zipped(members("disc", "box")))
    assert [caption for caption, _ in found.thumbnails] == ["box"] * 4 + ["disc"] * 4
    assert all(Image.open(io.BytesIO(one)).size == (64, 64) for _, one in found.thumbnails)
