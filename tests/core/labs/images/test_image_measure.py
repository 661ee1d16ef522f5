"""Figures of a classifier of images on shares that are worked out by hand."""

import numpy as np
import pytest

from core.labs.images import measure

TRUTH = np.array([0, 0, 1, 0, 0, 1])
SHARES = np.array([[0.4, 0.6], [0.1, 0.9], [0.2, 0.8], [0.7, 0.3], [0.4, 0.6], [0.75, 0.25]])


def test_softmax_of_logits_small_and_large() -> None:
    np.testing.assert_allclose(measure.softmax(np.log([1.0, 3.0])), [0.25, 0.75])
    np.testing.assert_allclose(measure.softmax(np.log([[[1.0, 1.0], [1.0, 4.0]]])), [[[0.5, 0.5], [0.2, 0.8]]])
    np.testing.assert_allclose(measure.softmax(np.array([[0.0, 2000.0]])), [[0, 1]])


def test_cross_entropy_is_finite_where_nothing_was_given_to_the_truth() -> None:
    assert measure.cross_entropy(SHARES[:2], TRUTH[:2]) == pytest.approx(-np.log([0.4, 0.1]).mean())
    assert measure.cross_entropy(np.array([[0.0, 1.0]]), np.array([0])) == pytest.approx(12 * np.log(10))


def test_members_of_a_cell_begin_with_the_most_confident_and_keep_their_order_in_ties() -> None:
    assert measure.members(TRUTH, SHARES, true=0, said=1).tolist() == [1, 0, 4]
    assert measure.members(TRUTH, SHARES, true=1, said=0).tolist() == [5]


def test_mistakes_begin_with_the_most_confident() -> None:
    assert measure.mistakes(TRUTH, SHARES).tolist() == [1, 5, 0, 4]
