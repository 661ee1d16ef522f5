"""What a page shows of a stored network, how long trainings take, the study's table, and the script to take home."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.files.writing import csv_text
from core.labs.crypto_forecasting import (
    export as forecast_export,
    judge as forecast_judge,
    pace as forecast_pace,
    show as forecast_show,
    study as forecast_study,
)
from core.labs.crypto_forecasting.spec import REPORT, Spec, as_reported, equal_units, hybrid_parameters
from core.prices.prices import Prices, Provenance
from core.runs import spec as specs
from core.runs.store import Run
from tests import ready

WALK = np.exp(np.cumsum(np.random.default_rng(4).normal(0, 0.03, 300))) * 20
CHOSEN = Spec(window=5, horizon=2, scaling="train", patience=0)
FACTS = {
    "parameters": 9,
    "scaling": {"kind": "train", "offset": 10.0, "scale": 20.0},
    "learned_until": "2020-08-27",  # day 240 of 300
    "band": {"widths": [1.0, 2.0], "coverage": 0.8, "samples": 50},
}


def prices_of(values: np.ndarray, freq: str = "D") -> Prices:
    days = pd.date_range("2020-01-01", periods=len(values), freq=freq)
    return Prices(pd.Series(values, index=days, name="close"), Provenance("a test", "LTC-USD", "", "", ""))


def run_of(chosen: Spec, **more: object) -> Run:
    given = {
        "data": {"fingerprint": "other", "rows": 1000},
        "metrics": {},
        "history": {"loss": [1.0] * 10},
        "seconds": 22.0,
        "seconds_per_epoch": 2.0,
        "facts": FACTS,
    } | more
    return Run(
        kind="forecast",
        key="k",
        spec=specs.to_dict(chosen),
        kept_epoch=10,
        stopped=False,
        versions={},
        created="",
        **given,
    )


def on(prices, outputs=None) -> forecast_show.Shown:
    """The run on other prices, with the network's outputs for its inputs."""
    run = run_of(CHOSEN)
    return forecast_show.show(run, {}, prices, (outputs or last_again)(forecast_show.inputs(run, prices)))


def last_again(inputs: np.ndarray) -> np.ndarray:
    """A network that says: same as yesterday."""
    return np.repeat(inputs[:, -1], 2, axis=1)


# ---- shown


def test_other_prices_ask_a_worker_and_come_back_as_dollars() -> None:
    shown = on(prices_of(WALK))
    origins = np.arange(240 + 4, 300 - 2)
    assert shown.tested == {"samples": 54, "first": "2020-09-02", "last": "2020-10-26", "seen": False}
    np.testing.assert_allclose(shown.verdict.forecasts["network"], WALK[origins][:, None].repeat(2, axis=1), rtol=1e-5)
    np.testing.assert_allclose(shown.truth, WALK[origins[:, None] + [1, 2]])
    np.testing.assert_allclose(shown.ahead, WALK[-1], rtol=1e-5)
    assert shown.days[0] == pd.Timestamp("2020-09-02")
    assert not shown.own


def test_the_band_ahead_is_as_wide_as_the_restlessness_of_the_last_days() -> None:
    shown = on(prices_of(WALK))
    restless = np.diff(np.log(WALK))[-30:].std()
    lower, upper = shown.ahead_band
    np.testing.assert_allclose(np.log(upper / shown.ahead), [restless, 2 * restless], rtol=1e-6)
    np.testing.assert_allclose(lower * upper, shown.ahead**2, rtol=1e-6)


def test_what_is_stored_needs_no_worker() -> None:
    prices = prices_of(WALK)
    own = run_of(CHOSEN, data={"fingerprint": prices.stamp()["fingerprint"], "rows": 300})
    part = forecast_judge.own_test(CHOSEN, prices).part
    arrays = {"test": part.future.astype("float32"), "next": np.zeros((1, 2))}
    shown = forecast_show.show(own, arrays, prices)
    assert shown.own
    assert shown.verdict.metrics["test_mse"] == pytest.approx(0, abs=1e-6)
    assert shown.ahead.tolist() == [10.0, 10.0]


def test_the_table_has_networks_then_baselines_then_the_report() -> None:
    shown = on(prices_of(WALK))
    table = forecast_show.table({"lstm": [shown, shown]}, replace(CHOSEN, horizon=3)).set_index("forecast")
    assert list(table.index) == ["LSTM", "naive forecast", "drift", "moving average", "report: LSTM"]
    assert table.loc["LSTM", "MSE"] == pytest.approx(table.loc["naive forecast", "MSE"], rel=1e-4)
    assert table.loc["report: LSTM", "MSE"] == 144.43
    assert "report: LSTM" not in set(forecast_show.table({"lstm": [shown]}, CHOSEN)["forecast"])
    assert table.loc["naive forecast", "parameters"] == 0
    assert forecast_show.honest({"lstm": [shown]}).startswith(
        "Over 2 days ahead, the drift has a test RMSE of $1.54, the LSTM with "
    )


def by_lot(seed: int) -> forecast_show.Shown:
    """A seed by the report's protocol on its own prices: each tests other days."""
    chosen, prices = as_reported(replace(CHOSEN, seed=seed), "report"), prices_of(WALK)
    own = run_of(
        chosen, data={"fingerprint": prices.stamp()["fingerprint"], "rows": 300}, facts={**FACTS, "band": None}
    )
    future = forecast_judge.own_test(chosen, prices).part.future
    return forecast_show.show(own, {"test": future + 1 + seed, "next": np.zeros((1, 2))}, prices)


def test_the_honest_sentence_has_a_paired_test_where_the_days_are_in_a_row() -> None:
    shown = on(prices_of(WALK), lambda inputs: last_again(inputs) + 1)
    told = forecast_show.honest({"lstm": [shown]})
    assert "significant (paired test over 54 days: p" in told
    assert "54 days, some of them training days: p" in forecast_show.honest(
        {"lstm": [replace(shown, tested=shown.tested | {"seen": True})]}
    )
    assert "no paired test is valid" in forecast_show.honest({"lstm": [by_lot(0), by_lot(1)]})
    assert forecast_show.table({"lstm": [shown]}, CHOSEN).set_index("forecast").loc["LSTM", "p-value"] < 0.05
    assert "paired test of the squared errors against the best baseline, drift" in forecast_show.caption(
        {"lstm": [shown]}
    )


def test_the_validation_set_chooses_the_network_of_the_sentence_and_without_one_the_page_says_so() -> None:
    good = on(prices_of(WALK), last_again)
    poor = replace(on(prices_of(WALK), lambda inputs: last_again(inputs) + 1), validation=1.0)
    told = forecast_show.honest({"lstm": [replace(good, validation=2.0)], "gru": [poor]})
    assert "the GRU (lowest validation error) with 9 weights of $19." in told
    assert "the LSTM (lowest test error, which flatters it) with" in forecast_show.honest(
        {"lstm": [replace(good, validation=None)], "gru": [poor]}
    )
    assert "the GRU with 9 weights of $19." in forecast_show.honest({"gru": [poor]})


def test_no_network_is_said_to_beat_the_naive_forecast_only_if_none_does() -> None:
    poor = replace(on(prices_of(WALK), lambda inputs: last_again(inputs) + 1), validation=1.0)
    metrics = poor.verdict.metrics | {"test_rmse": poor.verdict.metrics["naive_test_rmse"] / 2}
    better = replace(poor, validation=2.0, verdict=replace(poor.verdict, metrics=metrics))
    assert forecast_show.honest({"lstm": [poor], "gru": [poor]}).startswith(
        "Over 2 days ahead, no network beats the naive forecast ($"
    )
    told = forecast_show.honest({"lstm": [better], "gru": [poor]})
    assert told.startswith("Over 2 days ahead, the drift has a test RMSE of $")


def test_seeds_with_other_test_days_are_set_against_their_own_truth() -> None:
    first, second = by_lot(0), by_lot(1)
    assert not first.days.equals(second.days)
    days = forecast_show.by_day({"lstm": [first, second]}, 1)
    assert days.index.equals(first.days.union(second.days))
    origins = prices_of(WALK).days.get_indexer(days.index) - 1
    np.testing.assert_allclose(days["truth"], WALK[origins + 2])
    np.testing.assert_allclose(days["naive"], WALK[origins])
    both, only = days.index.isin(first.days) & days.index.isin(second.days), ~days.index.isin(second.days)
    np.testing.assert_allclose((days["lstm"] - days["truth"])[both], 1.5)
    np.testing.assert_allclose((days["lstm"] - days["truth"])[only], 1)
    steps = forecast_show.by_step({"lstm": [first, second]}, "mae")
    np.testing.assert_allclose(steps["lstm"], [1.5, 1.5])
    np.testing.assert_allclose(
        steps["naive"][1],
        np.mean([np.abs(one.truth[:, 1] - one.verdict.forecasts["naive"][:, 1]).mean() for one in (first, second)]),
    )
    table = forecast_show.table({"lstm": [first, second]}, CHOSEN).set_index("forecast")
    both_naive = [one.verdict.metrics["naive_test_mse"] for one in (first, second)]
    assert both_naive[0] != both_naive[1]
    assert table.loc["naive forecast", "MSE"] == pytest.approx(np.mean(both_naive))


def test_days_ahead_skip_weekends_where_the_series_has_none() -> None:
    daily = on(prices_of(WALK))
    frame = forecast_show.ahead({"lstm": [daily]}, prices_of(WALK))
    assert frame["day"].tolist() == [pd.Timestamp("2020-10-27"), pd.Timestamp("2020-10-28")]
    working = prices_of(WALK, "B")  # the last is Tuesday, 23 February 2021
    days = forecast_show.ahead({"lstm": [daily]}, working)["day"]
    assert all(day.dayofweek < 5 for day in days)
    assert days[0] > working.days[-1]


# ---- pace


def test_the_same_experiment_takes_as_long_as_it_took() -> None:
    known = [run_of(CHOSEN)]
    assert forecast_pace.seconds([replace(CHOSEN, epochs=10)], 1000, known, 2) == pytest.approx(22)
    assert forecast_pace.seconds([replace(CHOSEN, epochs=100)], 1000, known, 2) == pytest.approx(202)
    assert forecast_pace.seconds([CHOSEN], 2000, known, 2) == pytest.approx(402)
    busy = [replace(known[0], seconds=9 * known[0].seconds, seconds_per_epoch=9 * known[0].seconds_per_epoch), *known]
    assert forecast_pace.seconds([CHOSEN], 2000, busy, 2) == pytest.approx(402)


def test_trainings_share_the_workers_and_nothing_is_guessed_without_a_measure() -> None:
    four = [replace(CHOSEN, seed=seed) for seed in range(4)]
    assert forecast_pace.seconds(four, 1000, [run_of(CHOSEN)], 2) == pytest.approx(404)
    assert forecast_pace.seconds(four, 1000, [], 2) is None
    assert forecast_pace.seconds([], 1000, [run_of(CHOSEN)], 2) is None


# ---- study


def test_the_study_has_a_row_for_each_of_the_report_with_its_seeds() -> None:
    wanted = forecast_study.wanted(3)
    assert len(wanted) == len(set(wanted)) == 2 * 3 * len(REPORT)
    named = {"test_mse": 4.0, "naive_test_mse": 2.0, "test_skill": -0.4, "coverage": 0.8}
    made = [run_of(one, metrics={**named, "test_mse": 4.0 + one.seed}) for one in wanted]
    rows = forecast_study.table(made).splitlines()
    assert len(rows) == 2 + len(REPORT)
    assert rows[2] == "| 1 | LSTM | LTC | 5.0 ± 1.0 | 82.3 | 2.0 | 5.0 ± 1.0 | 2.0 | -0.40 | 80% |"
    assert len({row.count("|") for row in rows}) == 1
    single = forecast_study.table([run for run in made if run.spec["seed"] == 0]).splitlines()
    assert single[2].startswith("| 1 | LSTM | LTC | 4.0 | 82.3 | 2.0 | 4.0 |")


# ---- take home


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(as_reported(Spec(model="equal", window=6, horizon=2, units=8), "report"), marks=pytest.mark.slow),
        Spec(model="gru", window=6, horizon=2, units=4, scaling="returns", patience=3),
    ],
    ids=["report", "time-ordered"],
)
def test_the_script_runs_alone_with_the_same_parts_and_naive_errors(chosen: Spec, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(forecast_export.script(chosen))
    (tmp_path / "prices.csv").write_text(csv_text(prices_of(WALK).table()))
    done = ready.run(["script.py", "prices.csv", "1"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-1500:]
    parts = forecast_judge.split(chosen, WALK)
    assert f"samples {len(parts.train)} {len(parts.validation)} {len(parts.test)}" in done.stdout
    own = forecast_judge.own_test(chosen, prices_of(WALK))
    naive = np.repeat(own.part.history[:, -1:], 2, axis=1)
    said = float(re.search(r"naive forecast: MSE ([\d.]+)", done.stdout)[1])
    assert said == pytest.approx(np.mean((naive - own.part.future) ** 2), abs=0.006)
    if chosen.model == "equal":
        assert f"parameters {hybrid_parameters(equal_units(8, 2), 2)}" in done.stdout


def test_a_network_that_is_ahead_on_a_random_split_may_owe_it_to_the_leakage() -> None:
    leaking = replace(CHOSEN, protocol="report", scaling="all")
    shown = replace(by_lot(0), own=True)
    better, poor = (
        replace(shown, verdict=replace(shown.verdict, metrics=shown.verdict.metrics | {"test_rmse": error}))
        for error in (0.0, 999.0)
    )
    assert "With a random split the leakage alone may be the cause" in forecast_show.honest({"lstm": [better]}, leaking)
    assert "the leakage alone" not in forecast_show.honest({"lstm": [better]}, CHOSEN)
    assert "the leakage alone" not in forecast_show.honest({"lstm": [poor]}, leaking)
