"""Volatility: formulas against hand-computed values, no leak of later days, stored runs on their own and other bars."""

import ast
import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.errors import PricesError
from core.labs.volatility import bars as daily, charts, export, features, judge, rivals, show, volatility
from core.labs.volatility.bars import Bars
from core.labs.volatility.spec import MODELS, Spec, presets
from core.learn import paired
from core.learn.rivals import hint, p_text
from core.prices.prices import Prices
from core.runs import runs, spec as specs
from core.runs.store import Run, Store

REAL = settings.PROJECT.parent / "shared" / "data" / "prices"
SMALL = Spec(symbol="LTC-USD", units=4, members=2, epochs=2, patience=1)


def bars_of(days: int = 700, seed: int = 3) -> Bars:
    """Bars of a price whose volatility changes slowly."""
    rng = np.random.default_rng(seed)
    logs = np.zeros(days)
    for day in range(1, days):
        logs[day] = 0.95 * logs[day - 1] + 0.3 * rng.normal()
    steps = rng.normal(size=(days, 24)) * 0.007 * np.exp(logs / 2)[:, None]
    paths = np.exp(np.cumsum(steps).reshape(days, 24)) * 100
    table = pd.DataFrame(
        {"open": paths[:, 0], "high": paths.max(1), "low": paths.min(1), "close": paths[:, -1], "volume": 1e6},
        index=pd.date_range("2014-06-01", periods=days),
    )
    return daily.make(table, "LTC-USD", "a test", "", own=False)


BARS = bars_of()


def poisoned(bars: Bars, start: int) -> Bars:
    """Return the same bars with wild values from the day `start` on."""
    table = bars.table.copy()
    table.iloc[start:] *= np.random.default_rng(1).uniform(2, 9, (len(table) - start, 1))
    table.iloc[start:, table.columns.get_loc("high")] *= 3
    return replace(bars, table=table)


def test_the_variance_of_a_day_is_garman_and_klass() -> None:
    table = BARS.table.copy()
    table.iloc[5] = [100.0, 110.0, 95.0, 105.0, 1.0]
    table.iloc[6] = [100.0, 100.0, 100.0, 100.0, 1.0]
    found = replace(BARS, table=table).log_variance
    by_hand = 0.5 * math.log(110 / 95) ** 2 - (2 * math.log(2) - 1) * math.log(105 / 100) ** 2
    assert found[5] == pytest.approx(math.log(by_hand))
    assert found[6] == math.log(daily.FLOOR)


def test_the_variance_of_a_random_walk_is_found() -> None:
    rng = np.random.default_rng(0)
    paths = np.exp(np.cumsum(rng.normal(0, 0.03 / 1000**0.5, (3000, 1000)), axis=1))
    high, low = np.maximum(paths.max(1), 1), np.minimum(paths.min(1), 1)
    table = pd.DataFrame(
        {"open": 1.0, "high": high, "low": low, "close": paths[:, -1], "volume": 0.0},
        index=pd.date_range("2010-01-01", periods=3000),
    )
    bars = daily.make(table, "X", "a test", "", own=False)
    assert np.mean(np.exp(bars.log_variance)) == pytest.approx(0.03**2, rel=0.1)  # 1,000 steps miss the extremes


def test_targets_are_means_of_the_days_after() -> None:
    logs = BARS.log_variance
    assert features.targets(BARS, 1)[10] == pytest.approx(logs[11])
    assert features.targets(BARS, 7)[10] == pytest.approx(logs[11:18].mean())
    assert np.isnan(features.targets(BARS, 7)[-7:]).all()


def test_inputs_are_what_their_names_say() -> None:
    table, logs = features.inputs(BARS), BARS.log_variance
    row = table.iloc[100]
    assert row["week"] == pytest.approx(logs[94:101].mean())
    assert row["month"] == pytest.approx(logs[79:101].mean())
    assert row["2 days before"] == pytest.approx(logs[98])
    assert row["same weekday"] == pytest.approx(logs[[94, 87, 80, 73]].mean())
    names = [name for name in features.CALENDAR if row[name] == 1]
    weekday = features.WEEKDAYS[BARS.days[101].day_of_week]
    assert names == ([] if weekday == "Monday" else [f"tomorrow is {weekday}"])


@pytest.mark.parametrize("horizon", [1, 7])
def test_no_target_lies_across_a_cut(horizon: int) -> None:
    cut = features.cuts(Spec(), BARS)
    edges = ((None, cut.validation), (cut.validation, cut.test), (cut.test, cut.end))
    sets = [features.origins(BARS, horizon, *edge) for edge in edges]
    for before, after in itertools.pairwise(sets):
        assert before[-1] + horizon < after[0] + 1
    assert sets[0][0] == features.WARM_UP
    assert sets[2][-1] == len(BARS) - 1 - horizon


def test_no_input_of_a_day_knows_a_later_one() -> None:
    for start in (300, 500, 650):
        changed = features.inputs(poisoned(BARS, start))
        pd.testing.assert_frame_equal(changed.iloc[:start], features.inputs(BARS).iloc[:start])
        assert not np.allclose(changed.iloc[start:], features.inputs(BARS).iloc[start:])


@pytest.mark.parametrize(("model", "pooled"), [("dense", True), pytest.param("gru", False, marks=pytest.mark.slow)])
def test_days_of_the_test_change_nothing_that_is_fitted_and_no_forecast_before(model: str, pooled: bool) -> None:
    chosen = replace(SMALL, model=model, pooled=pooled, horizon=7)
    start = BARS.days.get_loc(features.cuts(chosen, BARS).test)
    first, second = (
        volatility.train(chosen, lambda event: None, lambda: False, bars) for bars in (BARS, poisoned(BARS, start))
    )
    for name in ("fitted", "calibration", "scaling"):
        assert first.facts[name] == second.facts[name], name
    assert all(np.array_equal(a, b) for a, b in zip(first.model.get_weights(), second.model.get_weights(), strict=True))
    made = [outcome.arrays["forecast"] for outcome in (first, second)]
    assert np.array_equal(made[0][:start], made[1][:start])
    assert not np.array_equal(made[0][start:], made[1][start:])
    assert first.metrics["test_mse"] != second.metrics["test_mse"]


def test_garch_is_filtered_as_arch_does() -> None:
    from arch import arch_model

    fitted = rivals.garch(BARS.returns[1:600])
    model = arch_model(100 * BARS.returns[1:], mean="Constant", vol="GARCH", p=1, q=1)
    parameters = [100 * fitted["mean"], 1e4 * fitted["omega"], fitted["alpha"], fitted["beta"]]
    theirs = model.fix(parameters).forecast(horizon=7, start=690, reindex=False).variance.to_numpy() / 1e4
    for horizon in (1, 7):
        ours = rivals._garch(BARS, horizon, fitted)[691:]
        assert ours == pytest.approx(np.log(theirs[:, :horizon]).mean(axis=1), abs=1e-6)


def test_ewma_is_a_recursion() -> None:
    now = None
    for value in np.exp(BARS.log_variance):
        now = value if now is None else 0.94 * now + 0.06 * value
    assert rivals._ewma(BARS)[-1] == pytest.approx(math.log(now), abs=1e-6)


def test_an_interval_uses_only_the_returns_before_and_holds_its_share() -> None:
    moves = np.random.default_rng(5).normal(0, 0.02, 3000)
    places = np.arange(500, 2990)
    found = judge.interval(moves, np.zeros(3000), places)
    assert found.inside.mean() == pytest.approx(0.8, abs=0.02)
    later = moves.copy()
    later[1001:] *= 9
    assert np.array_equal(judge.interval(later, np.zeros(3000), places).lower[:501], found.lower[:501])


def test_a_perfect_forecast_has_no_error_and_scale_is_no_part_of_qlike() -> None:
    truth = np.log(np.random.default_rng(0).uniform(0.5, 2, 50))
    assert judge._errors(truth, truth, 1.0) == {"mse": 0.0, "qlike": pytest.approx(0.0)}
    shifted = judge._errors(truth, truth - 0.5, math.exp(0.5))
    assert shifted["qlike"] == pytest.approx(0.0)
    assert shifted["mse"] == pytest.approx(0.25)


def test_the_statistic_has_a_sign_and_the_p_value_of_its_size() -> None:
    first, second = np.random.default_rng(0).uniform(0, 1, (2, 400))
    found = paired.statistic(first, second)
    assert found == pytest.approx(-paired.statistic(second, first))
    assert paired.p_value(first, second) == pytest.approx(math.erfc(abs(found) / math.sqrt(2)))
    assert paired.statistic(first + 1, second) > 20
    assert paired.statistic(first, first) == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Run]:
    store = Store(str(tmp_path_factory.mktemp("runs")), shipped=None)
    return store, runs.train("volatility", replace(SMALL, pooled=False), store, data=BARS)


def test_a_stored_run_gives_its_metrics_again(made: tuple[Store, Run]) -> None:
    store, run = made
    metrics, stamp = volatility.evaluate(run, store.weights(run), BARS)
    assert {name: metrics[name] for name in metrics if name in run.metrics} == pytest.approx(
        {name: value for name, value in run.metrics.items() if name in metrics}, rel=1e-6
    )
    assert stamp["tested"]["samples"] == run.facts["samples"]["test"]
    assert not stamp["tested"]["seen"]
    assert metrics["har_dm"] == pytest.approx(next(r["statistic"] for r in run.facts["rivals"] if r["name"] == "har"))


def test_other_bars_are_tested_on_days_after_those_learned_from(made: tuple[Store, Run]) -> None:
    store, run = made
    other = bars_of(900, seed=8)
    metrics, stamp = volatility.evaluate(run, store.weights(run), replace(other, symbol="ABC"))
    assert (stamp["symbol"], stamp["trained_on"]) == ("ABC", "LTC-USD")
    assert stamp["tested"]["first"] > run.facts["learned_until"]
    assert stamp["tested"]["last"] == f"{other.days[-1]:%Y-%m-%d}"
    assert metrics["test_mse"] < metrics["naive_test_mse"]
    early = replace(other, table=other.table.iloc[:400])
    assert volatility.evaluate(run, store.weights(run), early)[1]["tested"]["seen"]


def test_seeds_are_judged_together(made: tuple[Store, Run]) -> None:
    store, run = made
    forecast = store.arrays(run)["forecast"]
    shown = show.show([run, run], [forecast, forecast], BARS)
    assert shown.mse == pytest.approx(run.metrics["test_mse"], rel=1e-5)
    table = show.table({"dense": shown}).set_index("forecast")
    assert table.loc["HAR", "skill over HAR"] == 0
    assert table.loc["dense network", "MSE"] == pytest.approx(shown.mse)
    assert "standard deviation over 2 seeds 0)" in show.honest({"dense": shown})
    assert list(show.worth({"dense": shown})["interval"])[-1] == "scaled by the dense network"


def test_no_two_forecasts_of_a_backtest_look_the_same() -> None:
    names = [*rivals.NAMES, *MODELS]
    drawn = charts.backtest(["a", "b"], {name: [1.0, 2.0] for name in names}).data
    assert len({(line.line.color, line.line.dash) for line in drawn}) == len(names)


def test_rivals_of_a_fold_are_those_that_its_training_measures(made: tuple[Store, Run]) -> None:
    _, run = made
    found = volatility.rivals_by_fold([run.spec, run.spec], BARS)
    assert set(found) == set(rivals.NAMES)
    for name, scores in found.items():
        assert scores == pytest.approx([run.metrics[f"{name}_test_mse"]] * 2)


def test_the_validation_set_chooses_the_network_of_the_sentence(made: tuple[Store, Run]) -> None:
    store, run = made
    shown = show.show([run], [store.arrays(run)["forecast"]], BARS)
    poor = replace(run, metrics=run.metrics | {"validation_mse": 0.0})
    behind = replace(shown, runs=[poor], forecasts=[shown.verdict.truth + 9.0])
    told = show.honest({"dense": shown, "gru": behind})
    assert f"the GRU (lowest validation error) with {run.facts['parameters']} of 81.000" in told
    table = show.table({"dense": shown, "gru": behind}).set_index("forecast")
    assert table.loc["GRU", "p-value"] < 0.001 < table.loc["dense network", "p-value"]
    bare = replace(run, metrics={k: v for k, v in run.metrics.items() if k != "validation_mse"})
    assert "he dense network (lowest test error, which" in show.honest(
        {"dense": replace(shown, runs=[bare]), "gru": behind}
    )


def test_the_sentence_names_the_strongest_rival_and_whether_the_difference_is_significant(
    made: tuple[Store, Run],
) -> None:
    store, run = made
    shown = show.show([run], [store.arrays(run)["forecast"]], BARS)
    for name in ("garch", "calendar"):
        verdict = replace(shown.verdict, metrics=shown.verdict.metrics | {f"{name}_test_mse": shown.mse / 1.5})
        told = show.honest({"dense": replace(shown, verdict=verdict)})
        weights = run.facts["fitted"]["parameters"][name]
        begin = f"For tomorrow, {rivals.NAMES[name]} with {weights} weights has a test MSE of {shown.mse / 1.5:.3f}, "
        assert told.startswith(begin)
        squares = np.square(shown.verdict.forecasts[name] - shown.verdict.truth)
        p = paired.p_value(np.square(shown.forecasts[0] - shown.verdict.truth), squares)
        assert f"{'' if p < 0.05 else 'not '}significant (paired test over {len(squares)} days: {p_text(p)}; " in told
        behind = np.mean(np.square(shown.forecasts[0] - shown.verdict.truth)) > np.mean(squares)
        assert ("Why:" in told) == (behind and p < 0.05)


def test_where_a_rival_is_ahead_the_sentence_says_what_to_change(made: tuple[Store, Run]) -> None:
    store, run = made

    def told(preset: str, error: float) -> str:
        chosen = replace(run, spec=specs.to_dict(presets(Spec())[preset]))
        shown = show.show([chosen], [store.arrays(run)["forecast"]], BARS)
        return show.honest({"dense": replace(shown, forecasts=[shown.verdict.truth + error])})

    assert told("report", 9.0).endswith(hint())
    assert "Why: where the network departs from " in told("report", 9.0)
    assert hint() not in told("report", 0.0)
    assert hint() not in told("works", 9.0)
    shown = show.show([run], [store.arrays(run)["forecast"]], BARS)  # `works` is among those shown, but not chosen
    works = replace(run, spec=specs.to_dict(presets(Spec(symbol="LTC-USD"))["works"]), metrics={"validation_mse": 9.0})
    behind = replace(shown, forecasts=[shown.verdict.truth + 9.0])
    assert show.honest({"dense": behind}).endswith(hint())
    assert hint() not in show.honest({"dense": behind, "gru": replace(shown, runs=[works])})


def test_closes_alone_are_answered_with_the_columns_that_are_needed(tmp_path: Path) -> None:
    closes = pd.Series(100.0 + np.arange(400), index=pd.date_range("2020-01-01", periods=400))
    file = tmp_path / "closes.csv"
    pd.DataFrame({"Date": closes.index, "Close": closes.to_numpy()}).to_csv(file, index=False)
    with pytest.raises(PricesError, match="open, high, low and close"):
        volatility.read_data(Spec(), str(file))


def test_a_file_with_bars_is_read(tmp_path: Path) -> None:
    file = tmp_path / "bars.csv"
    BARS.table.rename(columns=str.capitalize).rename_axis("Date").to_csv(file)
    found, warning = volatility.read_data(Spec(), str(file))
    assert found.log_variance == pytest.approx(BARS.log_variance)
    assert (found.own, warning) == (True, "")
    named = file.rename(tmp_path / "ETH-USD.csv")  # another coin is not called the one that the network knows
    assert volatility.read_data(Spec(), str(named))[0].stamp()["symbol"] == "ETH-USD"


def test_a_missing_day_repeats_the_bar_before() -> None:
    included = daily.of_included("XMR-USD")
    place = included.days.get_loc(pd.Timestamp("2014-06-05"))
    assert included.log_variance[place] == included.log_variance[place - 1]
    assert isinstance(included, Bars)
    assert not isinstance(included, Prices)


@pytest.mark.skipif(not REAL.exists(), reason="shared/data/prices is not here")
@pytest.mark.parametrize(
    ("coin", "naive", "har"), [("BTC", 1.493, 0.984), ("LTC", 1.194, 0.798), ("XMR", 0.968, 0.675)]
)
def test_har_has_the_error_that_was_measured_by_other_code(coin: str, naive: float, har: float) -> None:
    bars, _ = volatility.read_data(Spec(), str(REAL / f"{coin}-USD.csv"))
    cut = features.cuts(Spec(), bars)
    known, test = features.origins(bars, 1, None, cut.test), features.origins(bars, 1, cut.test, cut.end)
    target, table = features.targets(bars, 1), features.inputs(bars)[list(features.HAR)]
    made = rivals.linear(table, target, known).predict(table.to_numpy())
    assert len(test) == 632
    assert np.mean((bars.log_variance - target)[test] ** 2) == pytest.approx(naive, abs=0.001)
    assert np.mean((made - target)[test] ** 2) == pytest.approx(har, abs=0.001)


@pytest.mark.parametrize("model", ["dense", "gru", "lstm"])
@pytest.mark.parametrize("residual", [True, False])
def test_every_script_is_python_without_this_project(model: str, residual: bool) -> None:
    source = export.script(Spec(model=model, residual=residual, patience=3 * residual))
    names = [name for name in ast.walk(ast.parse(source)) if isinstance(name, ast.Import | ast.ImportFrom)]
    assert "core" not in " ".join(ast.unparse(name) for name in names)
