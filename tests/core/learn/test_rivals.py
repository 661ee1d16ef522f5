"""Rivals of a network: which is the strongest, and the sentence on the difference."""

import numpy as np
import pytest

from core.learn import paired, rivals
from core.learn.rivals import Beside, Difference, Rival


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


NAMES = {"naive": "majority class", "edges": "a regression", "shapes": "a machine"}


def told(own: float, edges: float, shapes: float, p: float, **facts: object) -> tuple[dict, dict]:
    """Return metrics and facts of a network as a training keeps them."""
    metrics = {"test_accuracy": own, "naive_test_accuracy": 0.1, "edges_test_accuracy": edges}
    found = [{"name": "edges", "p": 0.9}, {"name": "shapes", "p": p, "features": "colours"}]
    return metrics | {"shapes_test_accuracy": shapes}, {"rivals": found, "rows": [6, 10, 100], **facts}


def test_the_rival_with_the_highest_mean_accuracy_over_seeds_stands_beside_a_classifier() -> None:
    found = rivals.beside(NAMES, [told(0.8, 0.95, 0.9, 0.3), told(0.9, 0.75, 0.84, 0.04)])
    assert (found.name, found.scores, found.p) == ("a machine on colours", [0.9, 0.84], 0.3)
    assert (found.score, found.gain) == (pytest.approx(0.87), pytest.approx(-0.02))
    assert not found.significant
    metrics, facts = told(0.8, 0.95, 0.96, 0.3)
    del metrics["shapes_test_accuracy"]  # a training that was stopped measured the others only
    assert rivals.beside(NAMES, [(metrics, facts), told(0.9, 0.75, 0.84, 0.04)]).name == "a regression"
    assert rivals.beside(NAMES, [(metrics, {})]).p is None


def test_where_single_errors_are_known_those_averaged_over_seeds_are_compared() -> None:
    rng = np.random.default_rng(0)
    networks, others = rng.random((3, 100)) < 0.1, rng.random((3, 100)) < 0.03
    runs = [
        told(1 - network.mean(), 0.5, 1 - other.mean(), 0.4,
             missed={"network": rivals.packed(network), "shapes": rivals.packed(other)})
        for network, other in zip(networks, others, strict=True)
    ]  # fmt: skip
    found = rivals.beside(NAMES, runs)
    assert found.p == pytest.approx(paired.p_value(networks.mean(axis=0), others.mean(axis=0), lags=0))
    assert found.p < 0.05 < 0.4
    assert found.significant
    sentence = rivals.verdict("a machine", found, 100, "images")
    assert sentence.startswith(
        "A machine is better, and the difference is significant (paired test over 100 images: p "
    )
    assert sentence.endswith("of errors averaged over 3 random seeds; mean difference -8.3 ± 1.5 points).")
    del runs[0][1]["missed"]
    assert rivals.beside(NAMES, runs).p == 0.4


@pytest.mark.parametrize(
    ("gains", "p", "significant"),
    [([0.04, 0.05, 0.045], 0.01, True), ([0.04, 0.05, 0.045], 0.06, False), ([0.2, -0.1, 0.1], 0.01, False)],
)
def test_a_gain_is_significant_over_samples_and_over_seeds(gains: list[float], p: float, significant: bool) -> None:
    found = Beside("a machine", [0.9] * 3, gains, p)
    assert found.significant is significant
    words = f"The difference from a machine is {'' if significant else 'not '}significant (paired test over 9 clips: "
    assert rivals.verdict("a machine", found, 9, "clips").startswith(words)
    assert "the largest of 3 random seeds; mean difference +" in rivals.verdict("a machine", found, 9, "clips")
    assert rivals.verdict("a machine", Beside("a machine", [0.9], [0.1], None), 9, "clips") == ""


def test_the_validation_error_over_seeds_chooses_the_network_that_is_compared() -> None:
    test = {"a": 1.0, "b": 2.0}
    assert rivals.compared({"a": [3.0, 1.0], "b": [1.0, 2.0]}, test) == (
        "b", "network with the lowest validation error ({})"
    )  # fmt: skip
    name, template = rivals.compared({"a": [3.0, None], "b": [1.0, 2.0]}, test)
    assert name == "a"
    assert template.startswith("network with the lowest test error ({}; ")
    assert rivals.compared({"b": [None]}, test) == ("b", "{}")


def test_a_network_that_the_validation_set_does_not_choose_is_named_if_its_test_error_is_lower() -> None:
    names = {"a": "GRU", "b": "LSTM"}
    told = rivals.lowest("b", {"a": 1.0, "b": 2.0}, names, lambda error: f"an MSE of {error:.1f}")
    assert told == " On the test set, which does not choose, the GRU has the lowest error, an MSE of 1.0."
    assert rivals.lowest("a", {"a": 1.0, "b": 2.0}, names, str) == ""
