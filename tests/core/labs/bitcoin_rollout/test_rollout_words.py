"""Sentences about a rollout, and what the window study says, from numbers whose meaning is known."""

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.labs.bitcoin_rollout import export as rollout_export, study as rollout_study, words as rollout_words
from core.labs.bitcoin_rollout.bands import Rollout
from core.labs.bitcoin_rollout.rollout import Spec
from core.labs.bitcoin_rollout.study import Study
from core.prices.scaling import Scaling


def test_a_path_is_flat_from_the_day_after_its_last_move() -> None:
    assert rollout_words.flat_from(np.array([100, 110, 120, 120.01, 120.02])) == 3
    assert rollout_words.flat_from(np.full(5, 100.0)) == 1
    assert rollout_words.flat_from(np.array([100.0, 110, 120, 130])) is None


def test_the_flat_line_is_explained_with_its_fan() -> None:
    path = np.concatenate([[100, 110], np.full(98, 111.0)])
    paths = np.tile(np.linspace(50, 250, 101)[:, None], (1, 100))
    told = rollout_words.flat_line(Rollout(path, paths), window=60)
    assert told.startswith("From day 3 on the forecast moves by less than 0.1% a day: after 60 steps")
    assert "between $70 and $230 after 100 days" in told
    moving = rollout_words.flat_line(Rollout(path[:2], paths[:, :2]), window=60)
    assert moving.startswith("The forecast still moves ")
    assert "after 2 days: each step reads earlier forecasts" in moving
    assert "fixed point" not in moving
    assert "calm year" not in moving
    rising = rollout_words.flat_line(Rollout(100 * 1.01 ** np.arange(90), np.ones((3, 90))), window=60)
    assert "moves upward after 90 days: after 60 steps the network reads only its own forecasts" in rising


def test_a_direct_line_that_begins_far_from_the_last_price_is_explained() -> None:
    assert rollout_words.first_day(np.array([70.0, 71.0]), 100.0).startswith(
        "The first day of the direct multi-step model is −30% from the last close."
    )
    assert rollout_words.first_day(np.array([95.0]), 100.0) == rollout_words.first_day(None, 100.0) == ""


def test_a_price_beyond_what_was_trained_on_is_a_warning() -> None:
    scaling = Scaling("train", 100.0, 900.0)
    assert rollout_words.beyond_scale(1000.0, scaling) == ""
    assert "above the training range of this network ($100 to $1,000)" in rollout_words.beyond_scale(1001.0, scaling)
    assert "below" in rollout_words.beyond_scale(99.0, scaling)
    assert rollout_words.beyond_scale(1e6, Scaling("returns", 0.0, 0.03)) == ""


def test_a_backtest_says_how_much_of_the_truth_the_fan_held() -> None:
    truth, edges = np.array([10.0, 12, 30]), (np.full(5, 9.0), np.full(5, 20.0))
    told = rollout_words.backtest(np.full(5, 12.0), edges, 10.0, truth)
    assert "67% of the following 3 days lie inside" in told
    assert "Mean absolute error of the forecast: $6.67; of the naive forecast: $7.33" in told


def test_sentences_about_prices_of_ones_own_have_no_dollars() -> None:
    own, truth, edges = "currency of your file", np.array([10.0, 12, 30]), (np.full(5, 9.0), np.full(5, 20.0))
    paths = np.tile(np.linspace(50, 250, 101)[:, None], (1, 5))
    told = [
        rollout_words.beyond_scale(1001.0, Scaling("train", 100.0, 900.0), own),
        rollout_words.backtest(np.full(5, 12.0), edges, 10.0, truth, own),
        rollout_words.flat_line(Rollout(np.full(5, 100.0), paths), 60, own),
        rollout_study.sentence({10: [5.0, 5.1], 30: [9.0, 9.1]}, 1.0, "A test.", own),
    ]
    for one in told:
        assert "$" not in one
        assert one.count(" in the currency of your file") == 1


def run(window: int, rmse: float, seed: int = 0, **facts: Any):
    spec = dataclasses.asdict(Spec(window=window, seed=seed))
    told = {"seconds_per_epoch": 1.0, "data": {}, "origin": "store"} | facts
    return SimpleNamespace(kind="rollout", spec=spec, metrics={"test_rmse": rmse}, **told)


def test_the_study_shows_what_is_there_and_leaves_room_for_the_rest() -> None:
    wanted = (Spec(window=30), Spec(window=10), Spec(window=10, seed=1))
    found = Study(wanted, (run(10, 5.0), run(10, 7.0, seed=1)), (wanted[0],))
    assert found.scores() == {10: [5.0, 7.0], 30: []}


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ({10: [5.0, 5.1, 5.2, 5.3], 30: [9.0, 9.1, 9.2, 9.3]}, "Random seeds alone hardly explain the difference ("),
        ({10: [5.0, 9.0], 30: [6.0, 9.0]}, "Random seeds alone may explain the difference ("),
        ({10: [5.0, 5.1], 30: [9.0, 9.1]}, "Random seeds alone may explain the difference ("),  # 2 of 6 assignments
        ({10: [5.0], 30: [6.0]}, "One random seed per window"),
        ({10: [5.0], 30: []}, "At least two windows"),
    ],
)
def test_the_study_weighs_windows_against_seeds(scores: dict, words: str) -> None:
    assert words in rollout_study.sentence(scores, naive=1.0)


def test_the_study_names_the_windows_that_beat_naive() -> None:
    assert rollout_study.sentence({10: [5.0, 5.0], 30: [9.0, 9.0]}, naive=6.0).endswith("($6): 10.")
    assert rollout_study.sentence({10: [5.0, 5.0], 30: [9.0, 9.0]}, naive=4.0).endswith("none.")


def test_time_is_guessed_from_the_measured_pace() -> None:
    known = [run(60, 1.0)]
    missing = (Spec(window=60, epochs=50), Spec(window=120, epochs=50, seed=1))
    each = [3 + 50 * 1.0, 3 + 50 * 2.0]
    assert rollout_study.estimate_seconds(missing, known, workers=2) == pytest.approx(each[1])
    assert rollout_study.estimate_seconds(missing, known, workers=1) == pytest.approx(sum(each))
    assert rollout_study.estimate_seconds((), known, 2) is None
    assert rollout_study.estimate_seconds(missing, [], 2) is None
    busy = [run(60, 9.0), run(60, 1.0), run(60, 5.0)]  # the same training on a machine that did much else
    assert rollout_study.estimate_seconds(missing, busy, workers=2) == pytest.approx(each[1])


@pytest.mark.parametrize("spec", [Spec(), Spec(scaling="returns", horizon=5, optimizer="adam")])
def test_the_script_names_the_spec(spec: Spec) -> None:
    source = rollout_export.script(spec)
    compile(source, "rollout", "exec")
    assert f"WINDOW, HORIZON, SHARE, SEED = 60, {spec.horizon}, 0.8, 0" in source
    assert ("np.diff(np.log(history), axis=1)" in source) == (spec.scaling == "returns")


def test_the_p_value_of_the_study_is_the_share_of_assignments_with_such_extremes() -> None:
    assert rollout_study.p_value({10: [5.0, 5.1], 30: [9.0, 9.1], 60: []}) == pytest.approx(1 / 3, abs=0.04)
    errors = np.random.default_rng(0).normal(0, 1, (200, 6, 2))
    found = [rollout_study.p_value(dict(enumerate(one.tolist()))) for one in errors]
    assert np.mean(np.array(found) < 0.05) < 0.09  # of windows that do not differ


def test_the_extremes_come_with_their_paired_test() -> None:
    scores = {10: [5.0, 9.0], 30: [6.0, 9.0], 60: []}
    assert rollout_study.extremes(scores) == (10, 30)
    assert rollout_study.extremes({10: [5.0], 30: []}) is None
    assert "). A test. Windows with a lower mean RMSE than" in rollout_study.sentence(scores, 1.0, "A test.")
