"""Splits that depend on the pictures alone, near twins, and the coloured digits."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import settings
from core.errors import PicturesError, SpecError
from core.files.archives import twins
from core.labs.images.data import sources
from core.labs.images.data.pictures import Pictures, digest, few, split
from core.labs.images.spec import Spec
from core.learn import classification

FLOWERS = settings.PROJECT.parent / "shared" / "data" / "flowers"
RNG = np.random.default_rng(0)


def made(n: int = 60, classes: int = 3) -> Pictures:
    pixels = RNG.integers(0, 256, (n, 24, 24, 3)).astype(np.uint8)
    names = tuple(str(row) for row in range(n))
    return Pictures(
        "made",
        pixels,
        np.arange(n) % classes,
        tuple("abc"[:classes]),
        names,
        tuple(digest(one.tobytes()) for one in pixels),
    )


def shuffled(pictures: Pictures, order: np.ndarray) -> Pictures:
    return Pictures(
        pictures.source,
        pictures.pixels[order],
        pictures.labels[order],
        pictures.classes,
        tuple(pictures.names[i] for i in order),
        tuple(pictures.digests[i] for i in order),
    )


def test_the_split_is_whole_stratified_and_of_the_pictures_alone() -> None:
    pictures = made()
    parts = split(pictures, 0.1, 0.2)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together) == list(range(60))
    for part, each in ((parts.train, 14), (parts.validation, 2), (parts.test, 4)):
        assert np.bincount(pictures.labels[part]).tolist() == [each] * 3
    order = RNG.permutation(60)
    other = split(shuffled(pictures, order), 0.1, 0.2)
    assert set(order[other.test]) == set(parts.test)


def test_twins_stand_in_one_part_whatever_their_light() -> None:
    pictures = made(300)
    brighter = np.clip(pictures.pixels.astype(float) * 0.8 + 20, 0, 255).astype(np.uint8)
    both = Pictures(
        "twins",
        np.concatenate([pictures.pixels, brighter]),
        np.tile(pictures.labels, 2),
        pictures.classes,
        pictures.names * 2,
        pictures.digests + tuple(digest(one.tobytes()) for one in brighter),
    )
    parts = split(both, 0.1, 0.2)
    assert {tuple(pair) for pair in parts.pairs} == {(n, n + 300) for n in range(300)}
    for part in (parts.train, parts.validation, parts.test):
        assert set(part % 300) == {row % 300 for row in part if row < 300} == {row % 300 for row in part if row >= 300}


def test_a_grey_copy_of_a_coloured_picture_is_its_twin() -> None:
    """Strong colours: their mean is far from the grey that programs make of them."""
    rng = np.random.default_rng(3)
    small = rng.choice(np.array([0, 255], np.uint8), (20, 6, 6, 3))
    coloured = small.repeat(6, axis=1).repeat(6, axis=2)
    grey = np.stack([np.asarray(Image.fromarray(one).convert("L").convert("RGB")) for one in coloured])
    leaders, _ = twins.search(np.concatenate([coloured, grey]))
    assert leaders.tolist() == [*range(20), *range(20)]


def test_groups_join_what_is_linked_through_a_third() -> None:
    leaders = twins.together(np.arange(5), np.array([[3, 4], [1, 3]]))
    assert leaders.tolist() == [0, 1, 2, 1, 1]


def test_too_small_a_class_is_a_sentence() -> None:
    with pytest.raises(PicturesError, match="too few to be split"):
        split(made(9), 0.3, 0.4)


def test_some_classes_are_renumbered_in_the_order_of_the_data() -> None:
    some = made().of_classes("c, a")
    assert some.classes == ("a", "c")
    assert set(some.labels) == {0, 1}
    assert len(some.labels) == 40
    for wrong in ("a, x", "a"):
        with pytest.raises(PicturesError):
            made().of_classes(wrong)


def test_few_takes_as_many_of_each_class_and_other_ones_for_another_seed() -> None:
    labels = np.arange(60) % 3
    one, other = (few(labels, 4, np.random.default_rng(seed)) for seed in (0, 1))
    assert np.bincount(labels[one]).tolist() == [4, 4, 4]
    assert set(one) != set(other)
    assert len(few(labels, 0, np.random.default_rng(0))) == 60


def test_the_digits_are_light_ink_on_dark_paper_and_their_colours_say_nothing() -> None:
    pictures = sources.load(Spec(side=16))
    assert pictures.pixels.shape == (1797, 16, 16, 3)
    np.testing.assert_allclose(sources.interpolation(8, 14).sum(axis=1), 1, rtol=1e-6)
    corner = pictures.pixels[:, 0, 0]  # paper alone
    assert corner.max() <= round(0.45 * 255)
    means = np.array([corner[pictures.labels == n].mean() for n in range(10)])
    assert np.ptp(means) < 12


def test_the_split_of_a_spec_is_the_same_for_every_seed_and_size() -> None:
    one, other = sources.parts(Spec(seed=1)), sources.parts(Spec(seed=2, side=24, model="b"))
    np.testing.assert_array_equal(one.test, other.test)
    assert [len(one.train), len(one.validation), len(one.test)] == [1259, 179, 359]


@pytest.mark.skipif(not FLOWERS.is_dir(), reason="needs ../shared/data/flowers")
def test_flowers_have_twins_and_none_of_one_class_is_parted() -> None:
    chosen = Spec(data=str(FLOWERS), side=32)
    pictures, parts = sources.load(chosen), sources.parts(chosen)
    assert (len(pictures.labels), len(pictures.classes)) == (2000, 5)
    same = [pair for pair in parts.pairs if pictures.labels[pair[0]] == pictures.labels[pair[1]]]
    assert len(same) >= 6
    for pair in same:
        assert sum(set(pair) <= set(part) for part in (parts.train, parts.validation, parts.test)) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"start": "imagenet", "head_epochs": 1}, "Only mobilenet has"),
        ({"start": "0123456789abcdef"}, "head_epochs"),
        ({"head_epochs": 3}, "belong to transfer learning"),
        ({"start": "elsewhere"}, "key of a saved run"),
        ({"model": "mobilenet"}, "at least 32 pixels"),
        ({"epochs": 0}, "epochs is 0; choose a value from 1 to 1000."),
    ],
)
def test_impossible_specs_are_sentences(values: dict, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        Spec(**values)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PicturesError, match="There is no folder"):
        sources.stamp(Spec(data=str(tmp_path / "nothing")))


def test_figures_equal_scikit_learns() -> None:
    from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss

    truth, shares = RNG.integers(0, 4, 200), classification.softmax(RNG.normal(size=(200, 4)))
    said = shares.argmax(axis=1)
    table = classification.confusion(truth, said, 4)
    np.testing.assert_array_equal(table, confusion_matrix(truth, said))
    assert classification.accuracy(table) == pytest.approx(accuracy_score(truth, said))
    assert classification.macro_f1(table) == pytest.approx(f1_score(truth, said, average="macro"))
    assert classification.cross_entropy(shares, truth) == pytest.approx(log_loss(truth, shares))
    worst = classification.mistakes(truth, shares)
    assert (said[worst] != truth[worst]).all()
    assert (np.diff(shares[worst].max(axis=1)) <= 0).all()
    assert len(classification.members(truth, shares, 1, 2)) == table[1, 2]
