"""A network in NumPy alone on a user's own digits or table, beside its test set."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import labs, settings
from core.errors import FacesError, TableError, TamrinError
from core.files.archives import bundled
from core.labs.from_scratch import experiment, messages, own_file
from core.labs.from_scratch.spec import Spec
from core.learn.elsewhere.classified import Classified
from core.learn.elsewhere.measured import Measured
from core.runs import checks, runs, spec as specs
from core.runs.store import Store
from tests.core.labs.images.stand_ins import grey_png, zipped

DIGITS = Spec()
STORE = Store(str(settings.SHIPPED), shipped=None)


def png(pixels: np.ndarray) -> bytes:
    return grey_png(pixels.astype(np.uint8))


def digits(each: int, change: Callable[[np.ndarray], np.ndarray] = lambda one: one * 15.9375) -> dict[str, bytes]:
    images, labels = bundled.digits()
    rows = [row for number in range(10) for row in np.flatnonzero(labels == number)[:each]]
    return {f"{labels[row]}/{row}.png": png(change(images[row])) for row in rows}


def compared(content: bytes, chosen: Spec = DIGITS, name: str = "mine.zip") -> Classified | Measured:
    run = STORE.find("scratch", runs.key("scratch", chosen))
    return own_file.measure(specs.to_dict(chosen), STORE.weights(run), None, {}, content, name)


def test_images_of_the_data_set_s_own_size_are_read_as_they_are() -> None:
    found = own_file._digit(png(bundled.digits()[0][5] * 15.9375))
    np.testing.assert_allclose(found, bundled.digits()[0][5] / 16, atol=0.005)


def test_dark_ink_on_light_paper_is_the_same_digit() -> None:
    large = np.kron(bundled.digits()[0][5] * 15.9375, np.ones((9, 9)))
    light, dark = own_file._digit(png(large)), own_file._digit(png(255 - large))
    np.testing.assert_array_equal(light, dark)
    assert light.shape == (8, 8)
    assert 0.1 < light.mean() < 0.6


def test_the_data_set_s_own_digits_have_the_accuracy_at_home() -> None:
    found = compared(zipped(digits(30)))
    run = STORE.find("scratch", runs.key("scratch", Spec()))
    assert isinstance(found, Classified)
    assert found.home.right / len(found.home.truth) == pytest.approx(run.metrics["test_accuracy"])
    assert found.there.right >= 285  # of 300, many of them training images
    assert [one.name for one in found.shift] == ["mean ink of an image", "pixels that are more than half ink"]


def test_a_thick_pen_costs_accuracy() -> None:
    def thick(one: np.ndarray) -> np.ndarray:
        return np.maximum.reduce([np.roll(one, step, axis) for step in (-1, 0, 1) for axis in (0, 1)]) * 15.9375

    found = compared(zipped(digits(10, thick)))
    value, (low, _) = found._drop()
    assert value > 0.2
    assert low > 0
    ink = found.shift[0]
    assert float(ink.there) > float(ink.home) + 0.1


def test_other_classes_and_blank_images_are_left_out_and_told() -> None:
    files = digits(1) | {"x/1.png": png(np.eye(8) * 255), "3/blank.png": png(np.full((9, 9), 200))}
    found = compared(zipped(files))
    assert len(found.there.truth) == 10
    assert any("the network knows no class x" in told for told in found.told)
    assert any(messages.no_ink in told for told in found.told)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "no images in class folders"),
        ({f"{n % 2}/{n}.png": b"" for n in range(10_000)}, "0 images that can be used .* is empty"),
        ({"0/a.png": png(np.eye(8) * 255), "1/b.png": png(np.eye(8) * 255)}, "2 images that can be used"),
        ({f"rose/{n}.png": png(np.eye(8) * 255) for n in range(9)}, "knows no class rose"),
        ({f"1/{n}.png": png(np.zeros((8000, 8000))) for n in range(6)}, "0 images that can be used"),
    ],
    ids=["empty", "ten thousand empty files", "too few", "other classes", "too large"],
)
def test_archives_that_cannot_be_used_get_a_sentence(files: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(TamrinError, match=sentence):
        compared(zipped(files))


def patients(rows: int, shift: float = 0.0, target: str = "progression") -> bytes:
    inputs, targets = bundled.diabetes()
    lines = [",".join([*bundled.DIABETES_COLUMNS, target])]
    lines += [",".join(f"{v + shift:.6g}" for v in (*row, goal)) for row, goal in zip(inputs, targets, strict=True)]
    return "\n".join(lines[: rows + 1]).encode()


def test_a_table_with_the_same_columns_gives_the_error_beside_home() -> None:
    chosen = Spec(task="diabetes")
    run = STORE.find("scratch", runs.key("scratch", chosen))
    found = compared(patients(442), chosen, "mine.csv")
    assert isinstance(found, Measured)
    network, linear, mean = found.models
    assert found.score(network.home) == pytest.approx(run.metrics["test_rmse"], rel=1e-5)
    assert found.score(linear.home) == pytest.approx(run.metrics["linear_test_rmse"], rel=1e-5)
    assert found.score(mean.home) == pytest.approx(run.metrics["naive_test_rmse"], rel=1e-5)
    parts = zip(run.facts["rows"], ("train", "validation", "test"), strict=True)
    mean_square = sum(rows * run.metrics[f"{part}_rmse"] ** 2 for rows, part in parts) / 442
    assert found.score(network.there) == pytest.approx(mean_square**0.5, rel=1e-5)
    assert found.shift[0].there == "0.0%"


def test_values_outside_the_range_at_home_are_counted() -> None:
    found = compared(patients(60, 1000.0, "y"), Spec(task="diabetes"), "mine.csv")
    assert found.shift[0].there == "100.0%"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (patients(60, target="other"), "has no column 'progression'"),
        (patients(60).replace(b"bmi", b"mass"), "lacks columns that the network reads: bmi"),
        (patients(12), "30 rows are needed"),
        (b"", "empty"),
    ],
)
def test_tables_that_do_not_fit_get_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        compared(content, Spec(task="diabetes"), "mine.csv")


def colours(rows: int, words: str = "red green", blank: bool = False) -> bytes:
    names, rng = words.split(), np.random.default_rng(0)
    lines = ["size,colour,kind"]
    for row in range(rows):
        size = "" if blank and row % 3 == 0 else f"{rng.normal(row % 2, 0.2):.3f}"
        lines.append(f"{size},{names[row % len(names)]},{'large' if row % 2 else 'small'}")
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def own() -> dict:
    chosen = Spec(task="csv", csv="home.csv", target="kind", epochs=5)
    payload = {"spec": specs.to_dict(chosen), "content": colours(120), "digest": "d", "pause": 0, "answers": {}}
    return experiment.train_upload(payload, lambda event: None, lambda: False)


def judged(own: dict, content: bytes) -> Classified:
    return own_file.measure(own["spec"], own["weights"], colours(120), {}, content, "there.csv")


def test_a_network_on_ones_own_table_is_evaluated_on_another(own: dict) -> None:
    found = judged(own, colours(60, "red blue", blank=True))
    assert found.classes == ("large", "small")
    assert len(found.there.truth) == 60
    assert found.shift[1].there == "11.1%"  # 20 of the 180 values; each colour has a column
    assert found.home.right / len(found.home.truth) == pytest.approx(own["metrics"]["test_accuracy"])


def test_classes_that_the_network_does_not_know_are_left_out(own: dict) -> None:
    found = judged(own, colours(60).replace(b"red,small", b"red,tiny", 7))
    assert len(found.there.truth) == 53
    assert found.told[-1] == "7 rows left out: the network does not know tiny."
    with pytest.raises(TableError, match="that this network knows: large, small"):
        judged(own, colours(60).replace(b"small", b"s").replace(b"large", b"l"))


def test_infinite_and_missing_numbers_are_missing(own: dict) -> None:
    content = colours(60).split(b"\n")
    content[3], content[4] = b"inf,red,small", b"nan,green,large"
    found = judged(own, b"\n".join(content))
    assert np.isfinite(found.there.probabilities).all()


def faces(rows: int, brighter: int = 0) -> bytes:
    """Return images whose upper half is the brighter one for gender 0, the more so the older the face is."""
    rng, buffer = np.random.default_rng(rows), io.BytesIO()
    labels = {"age": rng.integers(1, 90, rows), "gender": rng.integers(0, 2, rows), "ethnicity": np.zeros(rows, int)}
    pixels = rng.integers(90, 110, (rows, 12, 12)) + brighter
    for one, gender, age in zip(pixels, labels["gender"], labels["age"], strict=True):
        one[6 * gender : 6 * gender + 6] += age // 2
    np.savez(buffer, pixels=pixels.astype(np.uint8), **labels)
    return buffer.getvalue()


@pytest.mark.parametrize("task", ["gender", "age"])
def test_a_network_on_faces_is_trained_again_and_stands_beside_other_faces(task: str) -> None:
    chosen = Spec(task=task, faces="home.npz", side=12, components=20, epochs=8)
    payload = {"spec": specs.to_dict(chosen), "content": faces(300), "digest": "d", "pause": 0, "answers": {}}
    home = experiment.train_upload(payload, lambda event: None, lambda: False)
    assert not home["weights"]
    found = own_file.measure(home["spec"], b"", faces(300), {}, faces(220, 40), "there.npz")
    if isinstance(found, Classified):
        assert found.home.right / len(found.home.truth) == pytest.approx(home["metrics"]["test_accuracy"])
        assert (found.noun, found.classes, len(found.there.truth)) == ("images", ("male", "female"), 220)
    else:
        assert found.score(found.models[0].home) == pytest.approx(home["metrics"]["test_rmse"], rel=1e-5)
        assert (found.noun, found.unit) == ("images", "years")
    light = found.shift[0]
    assert float(light.there) - float(light.home) == pytest.approx(40 / 255, abs=0.02)


def test_a_run_on_faces_is_stored_without_weights_listed_and_evaluated_on_others(tmp_path: Path) -> None:
    (tmp_path / "home.npz").write_bytes(faces(300))
    (tmp_path / "there.npz").write_bytes(faces(220, 40))
    store = Store(str(tmp_path / "runs"), shipped=None, judge=checks.check)
    chosen = Spec(task="gender", faces=str(tmp_path / "home.npz"), side=12, components=20, epochs=3)
    run = runs.train("scratch", chosen, store)
    assert store.list() == ([run], [])
    assert (run.data["rows"], store.weights(run)) == (300, b"")
    found = labs.own_file(run, store, tmp_path / "there.npz")
    assert found.home.right / len(found.home.truth) == pytest.approx(run.metrics["test_accuracy"])
    assert len(found.there.truth) == 220
    absent = Spec(task="gender", faces=str(tmp_path / "gone.npz"))
    assert experiment.data_stamp(absent)["rows"] == 0


def test_a_few_photographs_are_no_data_set_of_faces() -> None:
    chosen = Spec(task="gender", faces="home.npz", side=12, components=20, epochs=1)
    with pytest.raises(FacesError, match="at least 200 are needed"):
        own_file.measure(specs.to_dict(chosen), b"", faces(300), {}, faces(30), "there.npz")
