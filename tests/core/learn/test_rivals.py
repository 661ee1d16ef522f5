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


@pytest.mark.parametrize(
    ("value", "p", "spread", "significant"),
    [(0.3, 0.01, 0.1, True), (-0.3, 0.01, 0.1, True), (0.3, 0.06, 0.1, False), (0.05, 0.01, 0.1, False)],
)
def test_a_difference_is_significant_over_samples_and_over_seeds(
    value: float, p: float, spread: float, significant: bool
) -> None:
    assert Difference(value, p, 400, 5, spread).significant is significant


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
        told(
            1 - network.mean(),
            0.5,
            1 - other.mean(),
            0.4,
            missed={"network": rivals.packed(network), "shapes": rivals.packed(other)},
        )
        for network, other in zip(networks, others, strict=True)
    ]
    found = rivals.beside(NAMES, runs)
    assert found.p == pytest.approx(paired.p_value(networks.mean(axis=0), others.mean(axis=0), lags=0))
    assert found.p < 0.05 < 0.4
    assert found.significant
    sentence = rivals.verdict("a machine", found, 100, "images")
    assert sentence.startswith(
        "A machine is better, and the difference is significant (paired test over 100 images: p\xa0"
    )
    assert sentence.endswith(", errors averaged over 3 random seeds; mean difference −8.3\xa0±\xa01.5 points).")
    del runs[0][1]["missed"]
    assert rivals.beside(NAMES, runs).p == 0.4


@pytest.mark.parametrize(
    ("gains", "p", "significant"),
    [([0.04, 0.05, 0.045], 0.01, True), ([0.04, 0.05, 0.045], 0.06, False), ([0.2, -0.1, 0.1], 0.01, False)],
)
def test_a_gain_is_significant_over_samples_and_over_seeds(gains: list[float], p: float, significant: bool) -> None:
    found = Beside("a machine", [0.9] * 3, gains, p)
    assert found.significant is significant
    seeds = ", since random seeds differ as much" * (p < 0.05)  # of what the p-value alone would call significant
    words = f"The difference from a machine is not significant{seeds} (paired test over 9 clips: "
    if significant:
        words = "The network is better than a machine, and the difference is significant (paired test over 9 clips: "
    assert rivals.verdict("a machine", found, 9, "clips").startswith(words)
    assert "the largest of 3 random seeds; mean difference +" in rivals.verdict("a machine", found, 9, "clips")
    assert rivals.verdict("a machine", Beside("a machine", [0.9], [0.1], None), 9, "clips") == ""


def test_a_sentence_says_that_it_rests_on_one_seed() -> None:
    single = Beside("a machine", [0.9], [0.1], 0.01)
    assert rivals.verdict("a machine", single, 9, "clips").endswith(
        "(paired test over 9 clips: p\xa0=\xa00.01; one seed)."
    )
    of_regression = rivals.verdict("a machine", single, 9, "clips", model="the regression")
    assert of_regression.endswith("(paired test over 9 clips: p\xa0=\xa00.01).")  # it has no random seed
    several = Beside("a machine", [0.9] * 2, [0.1, 0.2], 0.01)
    assert "one seed" not in rivals.verdict("a machine", several, 9, "clips")
