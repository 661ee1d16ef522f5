"""Measures against the report's own matrix, scikit-learn, and sums done by hand."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from core.violence import measures


def test_the_reports_matrix_gives_other_figures_than_the_report_states() -> None:
    found = measures.from_confusion(np.array([[72, 3], [5, 70]]))
    assert {k: round(v, 3) for k, v in found.items()} == {
        "accuracy": 0.947, "precision": 0.959, "recall": 0.933, "f1": 0.946,
    }  # fmt: skip


def test_confusion_counts_at_the_threshold() -> None:
    truth, said = np.array([0, 0, 1, 1, 1]), np.array([0.1, 0.5, 0.49, 0.5, 0.9])
    assert measures.confusion(truth, said).tolist() == [[1, 1], [1, 2]]
    assert measures.confusion(truth, said, 0.4).tolist() == [[1, 1], [0, 3]]


def test_auc_and_loss_equal_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 2, 200), rng.integers(1, 20, 200) / 20
    assert measures.auc(truth, said) == pytest.approx(roc_auc_score(truth, said))
    assert measures.cross_entropy(truth, said) == pytest.approx(log_loss(truth, said))


def test_nothing_said_and_one_kind_alone_divide_by_nothing() -> None:
    found = measures.figures(np.zeros(4), np.zeros(4))
    assert (found["accuracy"], found["precision"], found["recall"], found["f1"], found["auc"]) == (1, 0, 0, 0, 0.5)


def test_temperature_finds_the_scale_of_overconfident_logits() -> None:
    rng = np.random.default_rng(0)
    logit = rng.normal(0, 2, 20_000)
    truth = rng.random(20_000) < measures.sigmoid(logit)
    assert measures.temperature(truth, 3 * logit) == pytest.approx(3, rel=0.05)


def test_calibration_of_a_perfect_forecaster() -> None:
    rng = np.random.default_rng(0)
    said = rng.random(40_000)
    truth = rng.random(40_000) < said
    bars = measures.calibration(truth, said)
    assert bars["clips"].sum() == 40_000
    assert np.abs(bars["stated"] - bars["true"]).max() < 0.03
    assert measures.calibration_error(truth, 0.5 + said * 0) == pytest.approx(abs(truth.mean() - 0.5))
