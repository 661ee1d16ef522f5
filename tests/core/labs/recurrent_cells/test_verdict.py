"""The sentence on network and rival: the network wins, loses, or the difference is not significant."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from core.labs.recurrent_cells import verdict, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn.rivals import Rival
from core.runs import spec as specs
from core.runs.store import Run
from tests.core.labs.recurrent_cells.test_compare import run

DAYS = 400
NOISE = np.random.default_rng(0).normal(size=DAYS)
TRUTH = np.zeros(DAYS)


def rival(name: str, error: float, parameters: int, reads_more: bool = False) -> Rival:
    forecast = error * np.random.default_rng(1).normal(size=DAYS)
    return Rival(
        name, "", parameters, {"test_rmse": float(np.sqrt(np.mean(forecast**2)))}, {"test": forecast}, reads_more
    )


BESIDE = [rival("naive forecast", 3.0, 0), rival("linear regression", 2.0, 11), rival("more", 1.0, 13, True)]


def told(errors: list[float], chosen: Spec | None = None, **changed: object) -> str:
    made, forecasts = [], {}
    for seed, error in enumerate(errors):
        forecast = error * NOISE
        one = run("lstm", seed, float(np.sqrt(np.mean(forecast**2))))
        one = dataclasses.replace(one, spec=specs.to_dict(chosen or Spec(seed=seed)), **changed)
        made.append(one)
        forecasts[one.key] = forecast
    return sentence({"lstm": made} if made else {}, lambda run: forecasts[run.key])


def sentence(groups: dict[str, list[Run]], forecasts: Callable[[Run], np.ndarray]) -> str:
    return verdict.sentence(groups, BESIDE, verdict.compared(groups, BESIDE, TRUTH, forecasts))


def test_a_network_that_wins_needs_no_advice() -> None:
    said = told([1.0, 1.01, 0.99])
    assert said.startswith("The LSTM with 10 weights has a test RMSE of ")
    assert "linear regression with 11 of" in said
    assert "is significant" in said
    assert "changes" not in said


def test_a_network_that_loses_is_told_what_to_change() -> None:
    said = told([4.0, 4.01, 3.99])
    assert said.startswith("Linear regression with 11 weights has a test RMSE of ")
    assert "is significant" in said
    assert "Try the preset “Settings that work”; " in said
    assert "layers 4 → 1" in verdict.changes(Spec())
    assert ", early-stopping patience (epochs) 0 → 20, min-max scaling on" in verdict.changes(Spec())
    assert "adds season" in verdict.changes(Spec())


def test_a_difference_that_may_be_chance_is_called_so() -> None:
    rmse = BESIDE[1].metrics["test_rmse"] / np.sqrt(np.mean(NOISE**2))
    assert "is not significant" in told([rmse, rmse * 1.02, rmse * 0.98])


def test_settings_that_work_and_lose_all_the_same_are_told_why() -> None:
    works = weather.presets()["works"]
    assert verdict.changes(dataclasses.replace(works, cell="rnn", seed=9)) == ""
    said = told([4.0, 4.01], works)
    assert "changes" not in said
    assert "weights learn little more than what linear regression finds" in said


def test_the_validation_set_chooses_the_cell_that_is_compared() -> None:
    lucky, chosen = run("gru", 0, 1.0), run("lstm", 0, 1.5)
    chosen.metrics["validation_rmse"] = 0.9
    said = sentence({"gru": [lucky], "lstm": [chosen]}, lambda one: NOISE)
    assert said.startswith("The LSTM (lowest validation error) with 10 weights has a test RMSE of 1.50 °C, ")


def test_without_a_finished_network_the_strongest_rival_is_to_beat() -> None:
    assert told([]).startswith("Baseline: linear regression has a test RMSE of ")
    early = told([1.0], stopped=True, history={"loss": [1.0] * 20})
    assert early.startswith(
        "This network was stopped at epoch 20 of 100 and is not compared with finished ones. Baseline: "
    )


def test_networks_that_were_stopped_early_are_not_judged() -> None:
    good, early = run("gru", 0, 2.5), dataclasses.replace(run("lstm", 0, 1.0), stopped=True)
    groups: dict[str, list[Run]] = {"gru": [good], "lstm": [early]}
    said = sentence(groups, lambda one: 2.5 * NOISE)
    assert "1 of 2 networks was stopped" in said
    assert "the GRU with 10 of 2.50" in said
    assert "LSTM" not in said


@pytest.mark.parametrize("name", ["units", "window", "scaling", "season"])
def test_every_change_is_named(name: str) -> None:
    works = weather.presets()["works"]
    value = getattr(works, name)
    other = dataclasses.replace(works, **{name: not value if isinstance(value, bool) else value + 1})
    assert ("adds season" if name == "season" else f"{name} ") in verdict.changes(other)
