"""Measures against the report's own matrix, scikit-learn, and sums done by hand."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, precision_recall_curve, roc_auc_score, roc_curve

from core.labs.video_violence import charts, measures


def test_the_reports_matrix_gives_other_figures_than_the_report_states() -> None:
    found = measures.from_confusion(np.array([[72, 3], [5, 70]]))
    assert {k: round(v, 3) for k, v in found.items()} == {
        "accuracy": 0.947,
        "precision": 0.959,
        "recall": 0.933,
        "f1": 0.946,
    }


def test_confusion_counts_at_the_threshold() -> None:
    truth, said = np.array([0, 0, 1, 1, 1]), np.array([0.1, 0.5, 0.49, 0.5, 0.9])
    assert measures.confusion(truth, said).tolist() == [[1, 1], [1, 2]]
    assert measures.confusion(truth, said, 0.4).tolist() == [[1, 1], [0, 3]]


def test_auc_and_loss_equal_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 2, 200), rng.integers(1, 20, 200) / 20
    assert measures.auc(truth, said) == pytest.approx(roc_auc_score(truth, said))
    assert measures.cross_entropy(truth, said) == pytest.approx(log_loss(truth, said))


def test_rates_at_all_thresholds_equal_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 2, 200), rng.integers(1, 20, 200) / 20
    found = measures.thresholds(truth, said)
    wrong, right, limits = roc_curve(truth, said, drop_intermediate=False)
    np.testing.assert_allclose(found["false positive rate"], wrong)
    np.testing.assert_allclose(found["recall"], right)
    np.testing.assert_allclose(found["threshold"], limits)
    precision, _, limits = precision_recall_curve(truth, said)
    np.testing.assert_allclose(found["precision"][1:], precision[:-1][::-1])
    at = charts.rates({"test": found}, "precision–recall", 0.42).data[1]
    judged = measures.figures(truth, said, 0.42)
    assert (at.x[0], at.y[0]) == pytest.approx((judged["recall"], judged["precision"]))


def test_rates_of_one_class_alone_are_numbers() -> None:
    found = measures.thresholds(np.zeros(3), np.array([0.1, 0.2, 0.2]))
    assert found["recall"].tolist() == [0, 0, 0]
    assert found["precision"].tolist() == [1, 0, 0]
    assert charts.rates({"test": found}, "ROC", 0.95).data[1].x[0] == 0


def test_nothing_said_and_one_kind_alone_divide_by_nothing() -> None:
    found = measures.figures(np.zeros(4), np.zeros(4))
    assert (found["accuracy"], found["precision"], found["recall"], found["f1"], found["auc"]) == (1, 0, 0, 0, 0.5)


def test_temperature_finds_the_scale_of_overconfident_logits() -> None:
    rng = np.random.default_rng(0)
    logit = rng.normal(0, 2, 20_000)
    truth = rng.random(20_000) < measures.sigmoid(logit)
    found = measures.temperature(truth, 3 * logit)
    assert found == pytest.approx(3, rel=0.05)
    assert 48 * np.log2(found) == pytest.approx(round(48 * np.log2(found)))  # 240 steps from 1/4 to 8


def test_temperature_stays_between_a_quarter_and_eight() -> None:
    truth, logit = np.array([0, 1]), np.array([-3.0, 3.0])
    assert measures.temperature(truth, logit) == pytest.approx(0.25)
    assert measures.temperature(1 - truth, logit) == pytest.approx(8)


def test_sigmoid_of_odds_and_of_huge_logits() -> None:
    np.testing.assert_allclose(measures.sigmoid(np.log([1, 3, 1 / 9])), [0.5, 0.75, 0.1])
    assert measures.sigmoid(np.array([-1e4, 1e4])).tolist() == [0, 1]


def test_cross_entropy_of_sure_mistakes_is_finite() -> None:
    assert measures.cross_entropy(np.array([0, 1]), np.array([1.0, 0.0])) == pytest.approx(7 * np.log(10))


def test_calibration_of_a_perfect_forecaster() -> None:
    rng = np.random.default_rng(0)
    said = rng.random(40_000)
    truth = rng.random(40_000) < said
    bars = measures.calibration(truth, said)
    assert bars["clips"].sum() == 40_000
    assert np.abs(bars["stated"] - bars["true"]).max() < 0.03
    assert measures.calibration_error(truth, 0.5 + said * 0) == pytest.approx(abs(truth.mean() - 0.5))


def test_bins_of_the_calibration_and_its_error_by_hand() -> None:
    """Eight bins: 0 and 0.12; 0.125; 0.3; 0.8; 0.99 and 1."""
    said = np.array([0.0, 0.12, 0.125, 0.3, 0.8, 0.99, 1.0])
    truth = np.array([0, 1, 0, 0, 1, 1, 0])
    bars = measures.calibration(truth, said)
    np.testing.assert_allclose(bars["stated"], [0.06, 0.125, 0.3, 0.8, 0.995])
    np.testing.assert_allclose(bars["true"], [0.5, 0, 0, 1, 0.5])
    assert bars["clips"].tolist() == [2, 1, 1, 1, 2]
    gaps = 2 * 0.44 + 0.125 + 0.3 + 0.2 + 2 * 0.495
    assert measures.calibration_error(truth, said) == pytest.approx(gaps / 7)
    assert measures.calibration_error(truth, said, bins=1) == pytest.approx(abs(said.mean() - 3 / 7))


def test_figures_count_at_a_half_unless_told_otherwise() -> None:
    truth, said = np.array([0, 1, 1, 1]), np.array([0.5, 0.5, 0.6, 0.4])
    assert [round(measures.figures(truth, said)[name], 3) for name in ("accuracy", "precision", "recall")] == [
        0.5,
        0.667,
        0.667,
    ]
    assert measures.figures(truth, said, 0.6)["recall"] == pytest.approx(1 / 3)
