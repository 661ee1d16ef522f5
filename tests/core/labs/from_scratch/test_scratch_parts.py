"""Parts, projection and units of the data for a network, on rows that are worked out by hand."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.from_scratch.data import data, faces, preprocessing
from core.labs.from_scratch.spec import Spec

RNG = np.random.default_rng(0)


def test_thirty_rows_are_enough_and_no_part_is_empty() -> None:
    assert [len(part) for part in preprocessing.split(30, Spec())] == [19, 2, 9]
    assert [len(part) for part in preprocessing.split(30, Spec(test=0.9, validation=0.05))] == [2, 1, 27]
    assert [len(part) for part in preprocessing.split(100, Spec(test=0.05, validation=0.5))] == [47, 48, 5]
    with pytest.raises(SpecError, match="29 rows are too few"):
        preprocessing.split(29, Spec())


def test_the_first_rows_of_the_shuffle_are_the_test_part() -> None:
    order = np.random.default_rng(3).permutation(40)
    train, validation, test = preprocessing.split(40, Spec(seed=3))
    assert [*test, *validation, *train] == order.tolist()


def test_numbers_are_learned_in_units_of_the_training_part() -> None:
    inputs, targets = RNG.normal(size=(60, 2)).astype(np.float32), RNG.normal(50, 9, 60).astype(np.float32)
    prepared = preprocessing.prepare(data.Dataset("a", inputs, targets), Spec(task="csv"))
    own = targets[preprocessing.split(60, Spec(task="csv"))[0]]
    assert (prepared.offset, prepared.scale) == (pytest.approx(own.mean()), pytest.approx(own.std()))
    assert prepared.originals == len(own) == len(prepared.train.targets)
    flat = preprocessing.prepare(data.Dataset("a", inputs, np.full(60, 7, np.float32)), Spec(task="csv"))
    assert (flat.offset, flat.scale) == (7, 1)
    classes = preprocessing.prepare(data.Dataset("a", inputs, np.arange(60) % 2, ("x", "y")), Spec(task="csv"))
    assert (classes.offset, classes.scale) == (0, 1)


def test_rows_are_centred_and_a_missing_number_is_the_mean() -> None:
    raw = np.array([[1, np.nan, np.nan], [3, np.nan, np.nan], [5, 7, np.nan]], np.float32)
    project = preprocessing.projection(raw, 0, 0.0)
    assert project.mean.tolist() == [3, 7, 0]
    spread = np.std([-2, 0, 2])
    np.testing.assert_allclose(project(raw), np.array([[-2, 0, 0], [0, 0, 0], [2, 0, 0]]) / spread, rtol=1e-6)
    np.testing.assert_allclose(project(np.array([[3, 8, 2]], np.float32))[0], [0, 1 / spread, 2 / spread], rtol=1e-6)


@pytest.mark.parametrize("components", [0, 4])
def test_the_way_back_is_the_projection_as_one_matrix(components: int) -> None:
    raw = RNG.normal(size=(50, 4)).astype(np.float32) * np.array([8, 4, 2, 1], np.float32)
    project = preprocessing.projection(raw, components, 0.5)
    np.testing.assert_allclose(project(raw), (raw - raw.mean(axis=0)) @ project.back.T, rtol=1e-3, atol=1e-5)


def test_divisors_lie_between_the_widest_spread_and_ones_own() -> None:
    spread = np.array([0.5, 0.125, 0.0, 1e-8])
    np.testing.assert_allclose(preprocessing.divisors(spread, 0.0), [0.5] * 4)
    np.testing.assert_allclose(preprocessing.divisors(spread, 0.5), [0.5, 0.25, 0.5, 0.5])
    np.testing.assert_allclose(preprocessing.divisors(spread, 1.0), [0.5, 0.125, 0.5, 0.5])
    assert preprocessing.divisors(np.zeros(2), 1.0).tolist() == [1, 1]


def pictures(groups: list[int]) -> data.Dataset:
    """Pictures of 2 x 2 pixels; those of one group are the same."""
    inputs = np.array([[n, n + 1, n + 2, n + 3] for n in groups], np.float32)
    return data.Dataset("a", inputs, np.arange(len(groups)) % 2, ("x", "y"), picture=(2, 2))


def test_copies_of_pictures_stay_with_the_test_part_then_with_validation() -> None:
    groups = [*range(40), 0, 1, 20, 21]  # the last four are copies
    parts = np.arange(20, 42), np.arange(10, 20), np.r_[0:10, 42, 43]
    train, validation, test = preprocessing.apart(parts, pictures(groups))
    assert test.tolist() == parts[2].tolist()
    assert validation.tolist() == parts[1].tolist()
    assert train.tolist() == list(range(22, 40))  # 20 and 21 are tested on, and so are the copies at 40 and 41
    mixed = np.r_[20:40, 41], np.r_[1, 10:20, 40], np.r_[0, 2:10, 42, 43]
    train, validation, test = preprocessing.apart(mixed, pictures(groups))
    assert validation.tolist() == [1, *range(10, 20)]
    assert train.tolist() == list(range(22, 40))


def test_thirty_different_pictures_are_the_least() -> None:
    parts = np.arange(10, 30), np.arange(5, 10), np.r_[0:5, 30]
    assert len(preprocessing.apart(parts, pictures([*range(30), 0]))[0]) == 20
    with pytest.raises(SpecError, match="of 30 only 29 remain"):
        preprocessing.apart((np.arange(10, 29), np.arange(5, 10), np.r_[0:5, 29]), pictures([*range(29), 0]))
    alone = np.arange(1, 3), np.array([3]), np.r_[0, 4:40]
    assert [len(part) for part in preprocessing.apart(alone, pictures([*range(39), 0]))] == [2, 1, 37]
    for lost in ((np.array([1]), np.array([3]), np.r_[0, 4:40]), (np.array([3]), np.array([1]), np.r_[0, 4:40])):
        with pytest.raises(SpecError, match="too few different images"):
            preprocessing.apart(lost, pictures([*range(39), 1]))


def test_tables_are_not_searched_for_copies() -> None:
    inputs = np.zeros((40, 2), np.float32)
    parts = preprocessing.split(40, Spec())
    assert preprocessing.apart(parts, data.Dataset("a", inputs, np.arange(40) % 2, ("x", "y"))) is parts


def test_the_stamp_of_a_file_is_the_beginning_of_its_digest(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(b"a,b\n1,2\n")
    found = data.data_stamp(Spec(task="csv", csv=str(tmp_path / "own.csv")))
    mark = hashlib.sha256(b"a,b\n1,2\n").hexdigest()[:16]
    assert found == {"source": "own.csv", "rows": 0, "fingerprint": mark}  # two columns of one row are no data
    folder = data.data_stamp(Spec(task="age", faces=str(tmp_path)))["fingerprint"]
    assert folder == hashlib.sha256(b"own.csv 8\n").hexdigest()[:16]
    assert data.data_stamp(Spec(task="csv", csv="none.csv"))["fingerprint"] == hashlib.sha256().hexdigest()[:16]


def test_a_table_and_a_packaged_set_are_loaded_by_their_task(tmp_path: Path) -> None:
    content = ("size,price\n" + "".join(f"{n / 7:.3f},{3 * n + 0.5}\n" for n in range(60))).encode()
    (tmp_path / "shop.csv").write_bytes(content)
    chosen = Spec(task="csv", csv=str(tmp_path / "shop.csv"), target="price")
    for found in (data.load(chosen), data.load(chosen, content)):
        assert (found.columns, found.classes, found.picture) == (("size",), (), None)
        assert found.targets[:2].tolist() == [0.5, 3.5]
    assert data.load(Spec(task="digits")).picture == (8, 8)
    assert data.load(Spec(task="diabetes")).unit == "points"


@pytest.mark.parametrize(("photographs", "groups"), [(True, [0, 0, 2]), (False, [0, 1, 2])])
def test_mirrored_photographs_are_copies_and_mirrored_digits_are_not(photographs: bool, groups: list[int]) -> None:
    one, other = np.random.default_rng(1).random((2, 16, 16), np.float32)
    inputs = np.stack([one, one[:, ::-1], other]).reshape(3, -1)
    dataset = data.Dataset("a", inputs, np.arange(3), ("x", "y", "z"), picture=(16, 16), photographs=photographs)
    preprocessing._copies.clear()
    assert preprocessing.copies(dataset).tolist() == groups


def test_pixels_of_faces_go_from_0_to_1() -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[1] = 255
    labels = np.array([20, 40]), np.array([0, 1]), np.array([3, 4])
    dataset = data.of_faces(faces.Faces("own", pixels, *labels), "age")
    assert (dataset.inputs.min(), dataset.inputs.max(), dataset.picture) == (0, 1, (3, 4))
    assert (dataset.targets.tolist(), dataset.unit, dataset.photographs) == ([20, 40], "years", True)
