"""Metrics of a classifier on a confusion matrix that is worked out by hand."""

import numpy as np
import pytest

from core.learn import classification as metrics

TRUTH, PREDICTED = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2]), np.array([0, 0, 0, 1, 0, 0, 1, 1, 1])
MATRIX = np.array([[3, 1, 0], [2, 2, 0], [0, 1, 0]])  # class 2 is true once and never predicted
TRUE = np.array([0, 0, 1, 0, 0, 1])
PROBABILITIES = np.array([[0.4, 0.6], [0.1, 0.9], [0.2, 0.8], [0.7, 0.3], [0.4, 0.6], [0.75, 0.25]])


def test_rows_are_true_classes_and_columns_predicted_ones() -> None:
    assert metrics.confusion(TRUTH, PREDICTED, 3).tolist() == MATRIX.tolist()
    assert metrics.confusion(TRUTH, PREDICTED, 4).shape == (4, 4)


def test_accuracy_is_the_share_on_the_diagonal() -> None:
    assert metrics.accuracy(MATRIX) == pytest.approx(5 / 9)
    assert metrics.accuracy(np.array([[1, 0], [0, 0]])) == 1
    assert metrics.accuracy(np.zeros((2, 2), int)) == 0


def test_precision_goes_down_the_columns_and_recall_along_the_rows() -> None:
    found = metrics.per_class(MATRIX)
    np.testing.assert_allclose(found["precision"], [3 / 5, 2 / 4, 0])
    np.testing.assert_allclose(found["recall"], [3 / 4, 2 / 4, 0])
    np.testing.assert_allclose(found["f1"], [2 * 0.6 * 0.75 / 1.35, 0.5, 0])
    single = metrics.per_class(np.array([[1, 0], [2, 0]]))
    np.testing.assert_allclose(single["recall"], [1, 0])
    np.testing.assert_allclose(single["precision"], [1 / 3, 0])


def test_macro_f1_is_the_mean_over_classes_that_occur() -> None:
    assert metrics.macro_f1(MATRIX) == pytest.approx((2 / 3 + 0.5 + 0) / 3)
    assert metrics.macro_f1(np.array([[2, 1], [0, 0]])) == pytest.approx(0.8)


def test_row_shares_sum_to_one_or_nothing() -> None:
    assert metrics.row_shares(np.array([[3, 1], [0, 1]])).tolist() == [[0.75, 0.25], [0, 1]]
    assert metrics.row_shares(np.array([[0, 0], [2, 2]])).tolist() == [[0, 0], [0.5, 0.5]]


def test_softmax_of_logits_small_and_large() -> None:
    np.testing.assert_allclose(metrics.softmax(np.log([1.0, 3.0])), [0.25, 0.75])
    np.testing.assert_allclose(metrics.softmax(np.log([[[1.0, 1.0], [1.0, 4.0]]])), [[[0.5, 0.5], [0.2, 0.8]]])
    np.testing.assert_allclose(metrics.softmax(np.array([[0.0, 2000.0]])), [[0, 1]])


def test_cross_entropy_is_finite_where_nothing_was_given_to_the_truth() -> None:
    assert metrics.cross_entropy(PROBABILITIES[:2], TRUE[:2]) == pytest.approx(-np.log([0.4, 0.1]).mean())
    assert metrics.cross_entropy(np.array([[0.0, 1.0]]), np.array([0])) == pytest.approx(12 * np.log(10))


def test_members_of_a_cell_begin_with_the_most_confident_and_keep_their_order_in_ties() -> None:
    assert metrics.members(TRUE, PROBABILITIES, true=0, predicted=1).tolist() == [1, 0, 4]
    assert metrics.members(TRUE, PROBABILITIES, true=1, predicted=0).tolist() == [5]


def test_mistakes_begin_with_the_most_confident() -> None:
    assert metrics.mistakes(TRUE, PROBABILITIES).tolist() == [1, 5, 0, 4]
