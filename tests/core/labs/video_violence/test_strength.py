"""How strong the motion is, on arrays whose answer is known by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.labs.video_violence import rivals, scoring, words
from core.labs.video_violence.clips import clips, recipes
from core.labs.video_violence.clips.clips import Usable
from core.labs.video_violence.clips.listing import Clip
from core.labs.video_violence.clips.recipes import LIGHT
from core.labs.video_violence.spec import Spec
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
    raw = [RNG.integers(0, 100, (2, 8, 256, 256, 3)).astype(np.uint8) // (1 + n) for n in range(2)]
    made = rivals.table(LIGHT, raw)
    assert made.shape == (2, 2, 16)
    np.testing.assert_array_equal(made[1, 0], rivals.numbers(LIGHT, raw[1][0]))


def scenes(count: int) -> Usable:
    """Two clips of each scene, a fight and none; the last two scenes are the test set."""
    part = ["train"] * (2 * count - 6) + ["validation"] * 2 + ["test"] * 4
    clips = [Clip(Path(f"{row}.mp4"), row % 2, f"scene {row // 2}", name) for row, name in enumerate(part)]
    return Usable(clips, [np.zeros(0)] * len(clips))


def features(usable: Usable) -> np.ndarray:
    """Two features of each clip: one that tells most fights, and one that tells nothing."""
    labels = np.array([clip.label for clip in usable.clips])
    return np.stack([labels + RNG.normal(0, 0.6, len(labels)), RNG.normal(size=len(labels))], axis=1)[:, None]


@pytest.fixture
def all_right(monkeypatch: pytest.MonkeyPatch) -> list[tuple[np.ndarray, np.ndarray]]:
    """In place of the regression on frozen features one that is never wrong; return what it was asked."""
    asked = []

    def logits(chosen, raw, labels, train, held_out):
        asked.append((train, held_out))
        return np.where(labels[held_out] == 1, 2.0, -2.0), 7

    monkeypatch.setattr(scoring, "frozen", logits)
    return asked


def test_all_rivals_are_fitted_without_the_clips_that_they_judge_and_compared_scene_by_scene(all_right) -> None:
    usable, chosen = scenes(12), Spec(folds=3)
    numbers, labels = features(usable), np.array([clip.label for clip in usable.clips])
    folds = clips.folds(usable.clips, 3, 0)
    fold = np.zeros(24, int)
    for number, (_, held_out) in enumerate(folds):
        fold[held_out] = number
    right = np.where(labels == 1, 1.0, -1.0)
    wrong = right * np.where(np.arange(24) == 5, -1, 1)
    arrays = {"folds_truth": labels, "folds_number": fold, "folds_logit": np.stack([right, wrong])}
    found = scoring.baselines(chosen, usable, arrays | {"test_truth": labels[-4:]}, numbers)
    assert [(one["name"], one["parameters"]) for one in found.rivals] == [("naive", 0), ("strength", 3), ("frozen", 7)]
    assert [len(held_out) for _, held_out in all_right] == [4, *(len(held_out) for _, held_out in folds)]
    assert not any(set(train) & set(held_out) for train, held_out in all_right)
    assert found.metrics["naive_folds_accuracy"] == 0.5
    assert found.metrics["frozen_folds_accuracy"] == found.metrics["frozen_test_accuracy"] == 1
    said = np.zeros(24)
    for train, held_out in folds:
        said[held_out] = rivals.fit(numbers[train], labels[train]).logit(numbers[held_out, 0])
    missed = (said > 0) != labels
    assert found.metrics["strength_folds_accuracy"] == pytest.approx(1 - missed.mean())
    assert 0 < missed.mean() < 0.5
    own = np.zeros(12)
    own[2] = 0.25  # of one scene the second of two seeds is wrong about one of two clips
    p = paired.p_value(own, missed.reshape(12, 2).mean(axis=1), lags=0)
    assert found.rivals[1]["p"] == pytest.approx(p)
    assert found.facts["scenes"] == 12
    second = np.mean([(fold[np.arange(24) != 5] == number).sum() / (fold == number).sum() for number in range(3)])
    assert found.facts["accuracies"] == pytest.approx([1, second])
    measured = found.metrics | {"folds_accuracy": (1 + second) / 2}
    best = rivals.beside(measured, found.facts | {"rivals": found.rivals})
    assert best is not None
    assert (best.name, best.parameters) == ("logistic regression on frozen features", 7)
    assert best.gains == pytest.approx([0, second - 1])
    assert best.averaged


def test_without_folds_the_test_set_decides_and_few_scenes_are_not_tested(all_right) -> None:
    usable = scenes(12)
    labels = np.array([clip.label for clip in usable.clips])
    arrays = {"test_truth": labels[-4:], "test_logit": np.ones(4)}
    found = scoring.baselines(Spec(), usable, arrays, 0 * features(usable))
    assert not any("p" in one or "_folds_" in name for one in found.rivals for name in found.metrics)
    best = rivals.beside(found.metrics | {"test_accuracy": 0.5}, {"rivals": found.rivals})
    assert best is not None
    assert (best.name, best.score, best.p) == ("logistic regression on frozen features", 1, None)
    told = words.baseline(found.metrics | {"test_accuracy": 0.5}, found.facts | {"rivals": found.rivals})
    assert told.startswith("With 2 test scenes the difference is not tested")


def test_after_a_stop_nobody_waits_for_the_frozen_features(all_right) -> None:
    usable = scenes(12)
    arrays = {"test_truth": np.array([0, 1, 0, 1]), "test_logit": np.ones(4)}
    found = scoring.baselines(Spec(), usable, arrays, features(usable), lambda: True)
    assert [one["name"] for one in found.rivals] == ["naive", "strength"]
    assert not all_right


def test_runs_that_were_stored_earlier_have_the_motion_features_alone_and_runs_without_rivals_none() -> None:
    earlier = {"folds_accuracy": 0.8, "folds_strength_accuracy": 0.75, "strength_test_accuracy": 0.7}
    found = rivals.beside(earlier, {"rivals": [{"name": "strength", "parameters": 17, "p": 0.04}]})
    assert found is not None
    assert (found.name, found.score, found.p) == ("logistic regression on motion magnitude", 0.75, 0.04)
    assert rivals.beside({"test_accuracy": 0.8}, {}) is None


def test_the_log_odds_that_are_shown_add_up() -> None:
    told = words.opinions(-0.4249, 0.4251, 0.5)
    assert "network −0.42, motion-magnitude features +0.43; their sum +0.01" in told
