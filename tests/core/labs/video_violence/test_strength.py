"""How strong the motion is, on arrays whose answer is known by hand."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.labs.video_violence import rivals, words
from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import LIGHT
from core.learn import paired

RNG = np.random.default_rng(0)


def test_numbers_are_levels_of_the_square_and_how_they_change() -> None:
    raw = np.zeros((8, 256, 256, 3), np.uint8)
    raw[:, 40:220, 40:220] = (10, 20, 10)
    mean, deviation, highest, change = rivals.numbers(LIGHT, raw, (50, 50, 160)).reshape(4, 4)
    low, high = np.log(11), np.log(21)
    np.testing.assert_allclose(mean, [(2 * low + high) / 3] * 4)
    np.testing.assert_allclose(deviation, [np.std([low, high, low])] * 4)
    np.testing.assert_allclose(highest, [high] * 4)
    np.testing.assert_allclose(change, [high - low] * 4)
    assert np.all(rivals.numbers(LIGHT, np.zeros_like(raw)) == 0)  # a frozen clip


def test_numbers_know_the_gain_that_standardising_takes_away() -> None:
    raw = RNG.integers(0, 100, (8, 256, 256, 3)).astype(np.uint8)
    louder, box = raw * 2, recipes.motion_box(LIGHT, raw)
    looks = [recipes.standardise(LIGHT, recipes.cut(LIGHT, r, box)) for r in (raw, louder)]
    np.testing.assert_allclose(*looks, atol=0.05)
    assert np.all(rivals.numbers(LIGHT, louder, box)[:4] > rivals.numbers(LIGHT, raw, box)[:4] + 0.5)


def test_percentiles_are_over_the_cells_of_the_square() -> None:
    raw = np.zeros((8, 256, 256, 3), np.uint8)
    raw[:, 0:4, 0:160] = 99  # one of forty rows of cells: 2.5%, which only what lies above the 97th percentile sees
    assert np.all(rivals.numbers(LIGHT, raw, (0, 0, 160)) == 0)
    raw[:, 4:8, 0:160] = 99
    np.testing.assert_allclose(rivals.numbers(LIGHT, raw, (0, 0, 160))[:4], [0, 0, 0, np.log(100)])


def test_learns_what_scikit_learn_would_and_survives_json() -> None:
    found, labels = RNG.normal(3, 2, (40, 2, 16)), np.arange(40) % 2
    found[labels == 1, :, 2] += 2
    learned = rivals.fit(found, labels)
    reference = make_pipeline(StandardScaler(), LogisticRegression(max_iter=4000))
    reference.fit(found.reshape(80, 16), np.repeat(labels, 2))
    np.testing.assert_allclose(learned.logit(found[:, 0]), reference.decision_function(found[:, 0]), atol=1e-3)
    again = rivals.kept(json.loads(json.dumps(learned.plain())))
    assert again.logit(found[3, 1]) == pytest.approx(learned.logit(found[3, 1]))
    assert rivals.kept(None) is None


@pytest.mark.parametrize("later", [0, 1])
def test_percentiles_are_those_cells_in_order(later: int) -> None:
    """Of 1,600 cells those at 800, 1199, 1439 and 1551: the values rise right before, or right after, each of them."""
    ranks, values = np.array([800, 1199, 1439, 1551]) + later, np.array([10, 30, 50, 70, 90])
    cells = values[np.searchsorted(ranks, np.arange(1600), side="right")]
    square = RNG.permutation(cells).reshape(40, 40).repeat(4, axis=0).repeat(4, axis=1)
    raw = np.zeros((8, 256, 256, 3), np.uint8)
    raw[:, 20:180, 30:190] = square[..., None]
    found = rivals.numbers(LIGHT, raw, (20, 30, 160))
    np.testing.assert_allclose(found[:4], np.log(values[:4] + 1 if later else values[1:] + 1))


def test_a_number_that_never_changes_is_not_divided_by_nothing() -> None:
    found = RNG.normal(3, 2, (10, 2, 16))
    found[..., 5] = 7
    learned = rivals.fit(found, np.arange(10) % 2)
    assert (learned.mean[5], learned.deviation[5]) == (7, 1e-6)
    assert np.isfinite(learned.logit(found)).all()


def test_the_table_has_a_row_for_each_phase_of_each_clip() -> None:
    clips = [RNG.integers(0, 100, (2, 8, 256, 256, 3)).astype(np.uint8) // (1 + n) for n in range(2)]
    made = rivals.table(LIGHT, clips)
    assert made.shape == (2, 2, 16)
    np.testing.assert_array_equal(made[1, 0], rivals.numbers(LIGHT, clips[1][0]))


def test_the_regression_alone_is_measured_on_the_test_clips_and_compared_scene_by_scene() -> None:
    alone = rivals.Strength(np.zeros(2), np.ones(2), np.array([1.0, 0.0]), 0.0)
    numbers = np.array([[1.0, 9], [-1, 9], [1, 9], [-1, 9], [2, 9], [-2, 9]])[:, None]
    truth = np.array([1, 0, 0, 1, 1, 0])
    folds = {"folds_truth": truth, "folds_strength": alone.logit(numbers[:, 0])}
    right = np.where(truth == 1, 1.0, -1.0)
    arrays = folds | {"folds_logit": np.stack([right, right]), "test_truth": truth[:4]}
    found = rivals.baselines(arrays, alone, numbers, np.arange(4), ["a", "b", "c", "c", "d", "e"])
    assert found.metrics["strength_test_accuracy"] == 0.5
    assert found.rivals[0]["parameters"] == 3
    wrong = np.array([0, 0, 1, 0, 0.0])  # by scene; those of the two together are all right
    assert found.rivals[0]["p"] == pytest.approx(paired.p_value(np.zeros(5), wrong, lags=0))
    assert "p" not in rivals.baselines({"test_truth": truth[:4]}, alone, numbers, np.arange(4), []).rivals[0]


def test_the_log_odds_that_are_shown_add_up() -> None:
    told = words.opinions(-0.4249, 0.4251, 0.5)
    assert "network −0.42, motion-magnitude features +0.43; their sum +0.01" in told
