"""Rivals of a network: which is the strongest, and the sentence on the difference."""

import numpy as np
import pytest

from core.learn import rivals
from core.learn.rivals import Difference, Rival


def rival(name: str, rmse: float, reads_more: bool = False) -> Rival:
    return Rival(name, "", 11, {"test_rmse": rmse}, {"test": np.zeros(3)}, reads_more)


def test_the_strongest_reads_what_the_networks_read() -> None:
    found = [rival("a", 3.0), rival("b", 2.0), rival("c", 1.0, reads_more=True)]
    assert rivals.strongest(found, "test_rmse").name == "b"
    assert rivals.strongest(found, "test_rmse", reads_more=True).name == "c"


def test_difference_of_a_worked_example() -> None:
    truth = np.zeros(4)
    found = rivals.difference(truth, [np.full(4, 3.0), np.full(4, 1.0)], np.full(4, 1.5))
    assert found.value == pytest.approx(2 - 1.5)
    assert (found.samples, found.seeds, found.spread) == (4, 2, pytest.approx(2**0.5))
    assert not found.significant  # 0.5 is within twice the standard error over seeds, 2


@pytest.mark.parametrize(
    ("value", "p", "spread", "significant"),
    [(0.3, 0.01, 0.1, True), (-0.3, 0.01, 0.1, True), (0.3, 0.06, 0.1, False), (0.05, 0.01, 0.1, False)],
)
def test_a_difference_is_significant_over_samples_and_over_seeds(
    value: float, p: float, spread: float, significant: bool
) -> None:
    assert Difference(value, p, 400, 5, spread).significant is significant


LSTM, LINEAR = ("the LSTM", 71_051), ("linear regression", 11)


@pytest.mark.parametrize(
    ("network", "other", "found", "told"),
    [
        (
            (*LSTM, 2.96), (*LINEAR, 2.66), Difference(0.30, 0.0002, 451, 5, 0.03),
            "Linear regression with 11 weights has a test RMSE of 2.66 °C, the LSTM with 71,051 of 2.96 °C. The "
            "difference of 0.30 °C is significant (paired test over 451 days: p < 0.001; standard "
            "deviation over 5 seeds 0.03 °C).",
        ),
        (
            (*LSTM, 2.5), ("naive forecast", 0, 2.85), Difference(-0.35, 0.004, 451, 1, 0.0),
            "The LSTM with 71,051 weights has a test RMSE of 2.50 °C, naive forecast of 2.85 °C. The "
            "difference of 0.35 °C is significant (paired test over 451 days: p = 0.004; one seed).",
        ),
        (
            (*LSTM, 2.65), (*LINEAR, 2.66), Difference(-0.01, 0.61, 451, 5, 0.03),
            "The LSTM with 71,051 weights has a test RMSE of 2.65 °C, linear regression with 11 of 2.66 °C. The "
            "difference of 0.01 °C is not significant (paired test over 451 days: p = 0.61; standard "
            "deviation over 5 seeds 0.03 °C).",
        ),
    ],
)  # fmt: skip
def test_the_sentence_begins_with_the_better_one(network, other, found: Difference, told: str) -> None:
    assert rivals.sentence(network, other, found, "°C") == told
