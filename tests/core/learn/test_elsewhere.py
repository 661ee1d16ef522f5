"""Metrics at home and elsewhere, against numbers that were worked out by hand."""

import numpy as np
import pytest

from core.learn.elsewhere import classified, measured
from core.learn.elsewhere.classified import Classified, Predictions
from core.learn.elsewhere.measured import Losses, Measured, Model


def predictions(truth: list[int], first: list[float]) -> Predictions:
    """Predictions for two classes; `first` is the probability of class 0."""
    return Predictions(np.array(truth), np.array([[p, 1 - p] for p in first]))


HOME = predictions([0, 0, 1, 1], [0.9, 0.8, 0.1, 0.2])  # all correct
THERE = predictions([0, 0, 1, 1], [0.9, 0.2, 0.9, 0.1])  # half of each class


def found() -> Classified:
    return Classified(("cat", "dog"), HOME, THERE, "images")


def test_the_interval_is_that_of_wilson() -> None:
    # 8 of 10: (0.8 + 3.8415 / 20) / 1.38415 = 0.71674; half 1.959964 / 1.38415 * sqrt(0.016 + 0.0096036) = 0.22658
    assert classified.wilson(8, 10) == pytest.approx((0.49016, 0.94332), abs=1e-4)
    assert classified.wilson(0, 10)[0] == 0
    assert classified.wilson(0, 10)[1] == pytest.approx(0.27754, abs=1e-4)  # 3.8415 / 13.8415
    assert classified.wilson(0, 0) == (0, 1)


def test_the_interval_of_a_difference_is_that_of_newcombe() -> None:
    # Newcombe (1998), table II, method 10: 56/70 - 48/80 has 0.0524 to 0.3339
    value, interval = classified.drop(56, 70, 48, 80)
    assert value == pytest.approx(0.2)
    assert interval == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_the_calibration_error_is_the_mean_gap() -> None:
    probabilities = np.array([[0.95, 0.05]] * 10 + [[0.35, 0.65]] * 10)
    truth = np.array([0] * 10 + [1] * 5 + [0] * 5)
    assert classified.calibration_error(Predictions(truth, probabilities)) == pytest.approx((0.05 + 0.15) / 2)


def test_the_reliability_of_each_bin() -> None:
    bars = classified.reliability(THERE)
    assert bars["confidence"] == pytest.approx([0.8, 0.9])
    assert bars["accuracy"] == pytest.approx([0, 2 / 3])
    assert bars["samples"].tolist() == [1, 3]


def test_the_classes_that_suffer_come_first_and_those_without_samples_are_left_out() -> None:
    there = predictions([0, 0, 0, 0], [0.9, 0.1, 0.2, 0.3])
    made = Classified(("cat", "dog"), HOME, there, "images")
    assert list(made.drops()) == ["cat"]
    assert made.drops()["cat"][0] == pytest.approx(0.75)
    assert made.recalls() == ([1.0, 1.0], [0.25, None])
    assert "All are of one class, “cat”" in made.sentence()
    home = predictions([0, 0, 1, 1] * 5, [0.9, 0.8, 0.1, 0.2] * 5)
    worse = Classified(("cat", "dog"), home, predictions([0] * 16 + [1], [0.9, 0.1, 0.2, 0.3] * 4 + [0.1]), "images")
    assert "The class that suffers most is “cat”: a fall of 75.0 points" in worse.sentence()
    assert "suffers" not in Classified(("cat", "dog"), HOME, HOME, "images").sentence()


def test_a_fall_that_may_be_chance_is_no_class_that_suffers() -> None:
    told = found().sentence()  # one of two images of each class
    low = 100 * found().drops()["cat"][1][0]
    assert low < 0
    assert f"The largest fall in recall may be chance: “cat”, a fall of 50.0 points (95% interval {low:.1f} to" in told
    assert "suffers" not in told


def test_a_file_on_which_a_model_is_better_has_a_rise() -> None:
    made = Classified(("cat", "dog"), THERE, HOME, "images")
    assert "a rise of 50.0 points" in made.sentence()
    low, high = made.plain()["drop_interval"]
    assert f"(95% interval {-100 * high:.1f} to {-100 * low:.1f})" in made.sentence()


def test_table_and_plain_values_agree() -> None:
    made = found()
    rows = {row["metric"]: row for row in made.rows()}
    assert rows["accuracy"] == {
        "metric": "accuracy",
        "home": "100.0%",
        "your file": "50.0%",
        "change": "-50.0 points",
    }
    assert rows["majority-class baseline"]["your file"] == "50.0%"
    plain = made.plain()
    assert plain["there"]["confusion"] == [[1, 1], [1, 1]]
    assert plain["there"]["recall"] == {"cat": 0.5, "dog": 0.5}
    assert plain["home"]["calibration_error"] == pytest.approx(0.15)  # (2 * 0.1 + 2 * 0.2) / 4
    assert plain["drop"] == 0.5


def model(name: str, home: list[float] | None, there: list[float]) -> Model:
    ones = [None if values is None else Losses(np.array(values), np.ones(len(values))) for values in (home, there)]
    return Model(name, ones[0], ones[1])


def test_a_mean_loss_weighs_each_unit_by_its_values() -> None:
    made = measured.in_units([np.array([1.0, 3.0]), np.array([5.0])])
    assert (made.sums.tolist(), made.counts.tolist(), made.mean()) == ([4, 5], [2, 1], 3)
    blocks = measured.in_units(np.arange(5), block=2)
    assert (blocks.sums.tolist(), blocks.counts.tolist()) == ([1, 5, 4], [2, 2, 1])


def test_the_root_and_the_best_baseline_are_named() -> None:
    models = (model("LSTM", [4, 4], [9, 9]), model("naive", [16, 16], [1, 1]), model("linear", None, [4, 4]))
    made = Measured(models, "RMSE", "°C", "days", "blocks", root=True)
    assert [made.score(one.there) for one in models] == [3, 1, 2]
    assert made.interval(models[0].there) == (3, 3)
    assert made.rows()[0] == {
        "model": "LSTM",
        "home": "2.00 (2.00 to 2.00)",
        "your file": "3.00 (3.00 to 3.00)",
        "change": "+1.00",
    }
    assert made.rows()[2]["home"] == ""
    assert "best baseline there, naive, has 1.00 °C: ahead of the network" in made.sentence()
    assert made.plain()["models"][2]["home"] is None


def test_the_bootstrap_is_wider_with_fewer_units() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(10, 2, 400)
    made = Measured((), "MAE", "", "days", "days")
    few, many = (made.interval(Losses(values[:n], np.ones(n))) for n in (25, 400))
    assert few[1] - few[0] == pytest.approx(4 * (many[1] - many[0]), rel=0.3)
    assert many[1] - many[0] == pytest.approx(2 * 1.96 * 2 / 20, rel=0.15)
