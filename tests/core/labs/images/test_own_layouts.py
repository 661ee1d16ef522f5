"""Layouts of zips of images: labels in texts and JSON, sets in many languages, masks, folders without labels."""

import json
from pathlib import Path

import pytest

from core.files.archives import layouts
from tests.core.files import packing
from tests.core.labs.images.stand_ins import members, read

PLAIN = {"box": 6, "disc": 6}
FLAT = {f"all/{path.replace('/', '')}": content for path, content in members("disc", "box").items()}
LABELS = {path.split("/")[1]: "disc" if "disc" in path else "box" for path in FLAT}
COCO = {
    "images": [{"id": n, "file_name": name} for n, name in enumerate(LABELS)],
    "annotations": [{"image_id": n, "category_id": int(kind == "box")} for n, kind in enumerate(LABELS.values())],
    "categories": [{"id": 0, "name": "disc"}, {"id": 1, "name": "box"}],
}
BESIDE = {
    "labels.txt": "".join(f"{name} {kind}\n" for name, kind in LABELS.items()),
    "list.txt": "".join(f"all/{name},{kind}\n" for name, kind in LABELS.items()),
    "annotations.json": json.dumps(LABELS),
    "labels.json": json.dumps([{"file": name, "label": kind} for name, kind in LABELS.items()]),
    "by_name.json": json.dumps({name: {"label": kind} for name, kind in LABELS.items()}),
    "instances.json": json.dumps(COCO),
}


@pytest.mark.parametrize("name", BESIDE)
def test_labels_beside_images_may_be_a_text_or_json(name: str, tmp_path: Path) -> None:
    others = {"README.txt": b"These images were drawn.\n", "notes.json": b"{}", "a.csv": b"x,y\n1,2\n"}
    found = read(tmp_path, packing.zipped(FLAT | others | {name: BESIDE[name].encode()}))
    assert found.summary["classes"] == PLAIN
    assert f"the column 'label' of {name};" in " ".join(found.told)


@pytest.mark.parametrize(
    ("folder", "part"),
    [("eğitim", "train"), ("Entrenamiento", "train"), ("داده‌های آموزش", "train"), ("训练集", "train"),
     ("Validierung", "validation"), ("Doğrulama", "validation"), ("اعتبارسنجی", "validation"),
     ("آزمون", "test"), ("prueba", "test"), ("обучение", "train"), ("tests of strength", ""), ("kedi", "")],
)  # fmt: skip
def test_sets_have_names_in_many_languages(folder: str, part: str) -> None:
    assert layouts.part_of(folder) == part


def test_a_class_that_a_set_lacks_is_told(tmp_path: Path) -> None:
    files = members("train/disc", "train/box", "val/disc", "val/box", "test/disc", "test/box", "test/ring")
    told = " ".join(read(tmp_path, packing.zipped(files)).told)
    assert "The class ring has no image in the training set: it cannot be learned." in told
    assert "The class ring has no image in the validation set: nothing is measured on it there." in told
    assert "in the test set" not in told


def test_masks_and_images_without_labels_are_left_out(tmp_path: Path) -> None:
    files = members("disc", "box", name="b ({}).png")
    masks = {path.replace(").", f")_mask{end}."): files[path] for path in files for end in ("", "_1")}
    found = read(tmp_path, packing.zipped(files | masks))
    assert (found.summary["classes"], found.summary["left_out"]) == (PLAIN, 24)
    assert "it is the mask of an image" in " ".join(found.told)
    found = read(tmp_path, packing.zipped(members("disc/images", "box/images", "disc/masks", "box/masks")))
    assert (found.summary["classes"], found.asked) == (PLAIN, ())
    found = read(tmp_path, packing.zipped(members("disc", "box", "unlabeled", each=6)))
    assert (found.summary["classes"], found.summary["left_out"]) == (PLAIN, 6)
