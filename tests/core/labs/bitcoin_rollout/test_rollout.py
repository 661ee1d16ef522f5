"""The kind "rollout": no leak, training, other prices, and the future against a loop that cannot be wrong."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.errors import JobError, PricesError, SpecError
from core.labs.bitcoin_rollout import (
    bands as rollout_bands,
    network as rollout_network,
    rollout,
    run as rollout_run,
    tables as rollout_tables,
)
from core.labs.bitcoin_rollout.rollout import Spec
from core.prices.prices import Prices, Provenance
from core.runs import runs
from core.runs.store import Run, Store
from tests.core.labs.bitcoin_rollout import sliding

TINY = Spec(window=6, units=3, layers=2, epochs=2, dropout=0.0, scaling="train")


def prices(days: int = 300, seed: int = 0, first: str = "2020-01-01") -> Prices:
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.03, days)))
    index = pd.date_range(first, periods=days, name="day").as_unit("us")
    told = Provenance("test", "BTC-USD", f"{index[0]:%Y-%m-%d}", f"{index[-1]:%Y-%m-%d}", "")
    return Prices(pd.Series(closes, index=index, name="close"), told)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(str(tmp_path_factory.mktemp("store")), shipped=None)


@pytest.fixture(scope="module")
def trained(store: Store) -> Run:
    return runs.train("rollout", TINY, store, data=prices())


def network_of(run: Run, store: Store) -> rollout_network.Network:
    return rollout_network.read(store.weights(run))


# ---- spec and split


@pytest.mark.parametrize(
    "wrong", [{"window": 1}, {"scaling": "window"}, {"symbol": "no symbol!"}, {"horizon": 91}, {"optimizer": "lion"}]
)
def test_impossible_settings_are_sentences(wrong: dict) -> None:
    with pytest.raises((SpecError, PricesError)) as caught:
        Spec(**wrong)
    assert str(caught.value).endswith(".")


def test_the_defaults_are_the_reports_but_for_returns_and_fewer_epochs() -> None:
    assert (Spec().scaling, Spec().epochs) == ("returns", 30)
    spec = rollout.as_reported(Spec())
    assert spec.scaling == "train"
    assert (spec.window, spec.optimizer, spec.batch_size, spec.epochs, spec.training) == (60, "adamw", 32, 100, 0.8)
    assert Spec(symbol="btc/usd").symbol == "BTC-USD"


def test_the_first_four_fifths_train_and_nothing_of_the_rest_shapes_them() -> None:
    closes = prices().values
    poisoned = closes.copy()
    poisoned[240:] *= 1000
    for scaling in rollout.SCALINGS:
        spec = dataclasses.replace(TINY, scaling=scaling)
        clean, dirty = rollout.split(spec, closes), rollout.split(spec, poisoned)
        np.testing.assert_array_equal(clean.train.inputs, dirty.train.inputs)
        np.testing.assert_array_equal(clean.train.targets, dirty.train.targets)
        assert clean.scaling == dirty.scaling
        assert clean.train.origins.max() + 1 == 239
        assert clean.test.origins.min() + 1 == 240
    assert clean.test.origins.max() + 1 == 299


def test_every_window_is_tested_on_the_same_days() -> None:
    closes = prices().values
    days = [rollout.split(dataclasses.replace(TINY, window=w), closes).test.origins for w in (3, 20, 40)]
    for other in days[1:]:
        np.testing.assert_array_equal(days[0], other)


# ---- training and other prices


def test_a_run_has_what_the_page_needs(trained: Run, store: Store) -> None:
    assert trained.data["fingerprint"] == prices().stamp()["fingerprint"]
    assert trained.facts["trained_to"] == "2020-08-27"  # day 240 of 2020
    assert len(trained.history["loss"]) == 2
    assert "val_loss" not in trained.history
    kept = store.arrays(trained)[rollout.forecasts_name(prices())][:, 0]
    assert np.isnan(kept[:5]).all()
    truth, naive = prices().values[240:], prices().values[239:-1]
    assert trained.metrics["test_rmse"] == pytest.approx(np.sqrt(np.mean((kept[239:-1] - truth) ** 2)), rel=1e-4)
    assert trained.metrics["naive_test_rmse"] == pytest.approx(np.sqrt(np.mean((naive - truth) ** 2)))
    assert trained.metrics["naive_test_skill"] == 0


def test_the_same_spec_on_the_same_prices_is_not_trained_twice(trained: Run, store: Store) -> None:
    assert runs.train("rollout", TINY, store, data=prices()).created == trained.created
    assert runs.key("rollout", TINY, prices()) == trained.key != runs.key("rollout", TINY, prices(seed=1))


def test_the_workers_target_takes_prices_along(store: Store) -> None:
    payload = {"kind": "rollout", "spec": dataclasses.asdict(TINY), "store": store.url, "data": prices()}
    found = runs.train_part(payload, lambda event: None, lambda: False)
    assert found == {"key": runs.key("rollout", TINY, prices())}
    with pytest.raises(JobError, match="before the first epoch"):
        runs.train_part({**payload, "data": prices(seed=5)}, lambda event: None, lambda: True)


def test_evaluate_is_the_same_on_its_own_prices_and_starts_after_training_on_others(trained: Run, store: Store) -> None:
    metrics, stamp = rollout.evaluate(trained, store.weights(trained), prices())
    assert metrics == pytest.approx(trained.metrics, rel=1e-6)
    assert stamp["tested_from"] == "2020-08-28"
    later = prices(80, seed=3, first="2020-08-01")
    assert rollout.evaluate(trained, store.weights(trained), later)[1]["tested_from"] == "2020-08-28"
    with pytest.raises(SpecError, match="Too few of these days"):
        rollout.evaluate(trained, store.weights(trained), prices(80, first="2019-01-01"))


def test_a_network_of_many_days_at_once_counts_all_its_steps(store: Store) -> None:
    run = runs.train("rollout", rollout.direct(TINY, 4), store, data=prices())
    made = rollout.every_step(rollout.scaling_of(run), 6, network_of(run, store), prices().values)
    closes, origins = prices().values, np.arange(239, 296)
    truth = np.stack([closes[origin + 1 : origin + 5] for origin in origins])
    assert run.metrics["test_mse"] == pytest.approx(np.mean((made[origins] - truth) ** 2))


def test_prices_come_from_a_file_as_those_of_the_symbol(tmp_path: Path) -> None:
    rows = "".join(f"{day:%Y-%m-%d},{close}\n" for day, close in prices(90).closes.items())
    (tmp_path / "mine.csv").write_text("date,close\n" + rows)
    found, note = rollout.read_data(Spec(symbol="LTC-USD"), str(tmp_path / "mine.csv"))
    assert (found.provenance.symbol, len(found), note) == ("LTC-USD", 90, "")
    with pytest.raises(PricesError, match=r"nothing\.csv cannot be read"):
        rollout.read_data(Spec(), str(tmp_path / "nothing.csv"))


# ---- the future


@pytest.mark.parametrize("scaling", list(rollout.SCALINGS))
def test_the_rollout_is_that_of_a_loop_over_whole_windows(store: Store, scaling: str) -> None:
    """The quick way, in threads, against `sliding.rollout` with a step that reads every window anew."""
    run = runs.train("rollout", dataclasses.replace(TINY, scaling=scaling), store, data=prices())
    network, rule = network_of(run, store), rollout.scaling_of(run)
    shocks = np.random.default_rng(0).normal(0, 0.05, (20, 7))
    closes, origin = prices().values, 250
    quick = rollout_run.roll(run, network, closes, origin, shocks)

    def step(windows: np.ndarray) -> np.ndarray:
        return rule.decode(windows, rollout_network.forward(network, rule.encode(windows)))[:, 0]

    history = closes[origin + 1 - rule.context(6) : origin + 1]
    slow = sliding.rollout(step, history, shocks)
    np.testing.assert_allclose(quick.path, slow.path, rtol=1e-5)
    np.testing.assert_allclose(quick.paths, slow.paths, rtol=1e-5)


def identity_network(units: int = 2) -> rollout_network.Network:
    """An LSTM that says today's input again: the input gate open, the others shut, in the line of a small tanh."""
    kernel, recurrent = np.zeros((1, 4 * units), np.float32), np.zeros((units, 4 * units), np.float32)
    kernel[0, 2 * units : 3 * units] = 1e-3
    bias = np.repeat(np.array([30.0, -30.0, 0.0, 30.0], np.float32), units)
    return rollout_network.Network(
        ((kernel, recurrent, bias),), np.full((units, 1), 1e3 / units, np.float32), np.zeros(1, np.float32)
    )


def test_an_identity_network_repeats_the_last_price_and_its_paths_are_the_shocks(trained: Run) -> None:
    shocks = np.random.default_rng(1).normal(0, 0.03, (40, 5))
    made = rollout_run.roll(trained, identity_network(), prices().values, 280, shocks)
    last = prices().values[280]
    np.testing.assert_allclose(made.path, last, rtol=1e-4)
    np.testing.assert_allclose(made.paths, last * np.exp(np.cumsum(shocks, axis=0)).T, rtol=1e-3)


def test_the_fan_of_a_backtest_knows_nothing_of_what_came_after(trained: Run, store: Store) -> None:
    network, closes = network_of(trained, store), prices().values
    poisoned = closes.copy()
    poisoned[251:] *= 7
    one, other = (rollout_run.future(trained, network, c, 250, 30, 20, seed=1) for c in (closes, poisoned))
    np.testing.assert_array_equal(one.paths, other.paths)
    np.testing.assert_array_equal(one.path, other.path)


def test_residuals_are_those_of_the_days_before(trained: Run, store: Store) -> None:
    closes = prices().values
    made = rollout.every_step(rollout.scaling_of(trained), 6, network_of(trained, store), closes)
    found = rollout_run.residuals(made, closes, 100)
    truth = np.log(closes[6:101] / made[5:100, 0])
    np.testing.assert_allclose(found, truth - truth.mean())
    with pytest.raises(SpecError, match="its prediction interval needs 20"):
        rollout_run.residuals(made, closes, 20)


@pytest.mark.parametrize("wrong", [{"origin": 3}, {"origin": 300}, {"steps": 366}, {"paths": 1}])
def test_impossible_rollouts_are_sentences(trained: Run, store: Store, wrong: dict) -> None:
    asked = {"origin": 200, "steps": 10, "paths": 10, "seed": 0, **wrong}
    with pytest.raises(SpecError):
        rollout_run.future(trained, network_of(trained, store), prices().values, **asked)


def test_short_calls_of_the_page_find_the_network_by_its_key(trained: Run, store: Store) -> None:
    closes = prices().values
    made = rollout_run.unroll(store.url, trained.key, closes, 250, 12, 30, 4)
    assert made["paths"].shape == (30, 12)
    whole = rollout_run.future(trained, network_of(trained, store), closes, 250, 12, 30, 4)
    np.testing.assert_array_equal(made["path"], whole.path)
    assert made["path"][0] == pytest.approx(rollout_run.look(store.url, trained.key, closes)[250, 0], rel=1e-5)


def test_the_table_holds_fan_baselines_and_what_is_known_of_the_truth() -> None:
    days = pd.date_range("2024-02-27", periods=3)
    made = rollout_bands.Rollout(np.full(3, 5.0), np.tile(np.arange(1.0, 12.0)[:, None], (1, 3)))
    frame = rollout_tables.frame(days, made, {"direct": np.array([4.0, 4.5])}, truth=np.array([6.0]))
    assert frame.loc[
        "2024-02-27", ["forecast", "lower 80%", "upper 80%", "direct", "observed"]
    ].tolist() == pytest.approx([5, 2, 10, 4, 6])
    assert frame["observed"].isna().tolist() == [False, True, True]


def test_days_ahead_are_known_ones_then_calendar_or_trading_days() -> None:
    every = pd.date_range("2024-01-01", "2024-01-10")
    assert [d.day for d in rollout_tables.future_days(every, 7, 4)] == [9, 10, 11, 12]
    trading = pd.bdate_range("2024-01-01", "2024-01-12")  # ends on a Friday
    assert [d.day for d in rollout_tables.future_days(trading, 8, 3)] == [12, 15, 16]


def test_the_study_varies_window_and_seed_alone() -> None:
    wanted = rollout.study(Spec(horizon=7), epochs=5, seeds=2)
    assert [spec.window for spec in wanted] == [120, 120, 90, 90, 60, 60, 30, 30, 20, 20, 10, 10]
    assert {(spec.horizon, spec.epochs) for spec in wanted} == {(1, 5)}
    assert [spec.seed for spec in wanted[:4]] == [0, 1, 0, 1]


# ---- real prices


def test_the_shipped_network_on_the_real_test_part_is_what_its_card_says() -> None:
    shipped = Store("memory://none")
    spec = rollout.shipped()[0]
    given = rollout.shipped_data(spec)
    run = shipped.find("rollout", runs.key("rollout", spec, given))
    metrics, _ = rollout.evaluate(run, shipped.weights(run), given)
    assert metrics == pytest.approx(run.metrics, rel=1e-5)
    made = rollout_run.future(run, network_of(run, shipped), given.values, len(given) - 1, 365, 200, 0)
    assert made.paths.shape == (200, 365)
    low, high = made.fan((0.8,))[0.8]
    assert (low < high).all()
    assert np.log(high[-1] / low[-1]) > 2 * np.log(high[0] / low[0])  # it grows


def test_forecasts_on_the_prices_of_the_training_are_kept_for_the_first_paint(trained: Run, store: Store) -> None:
    kept = store.arrays(trained)[rollout.forecasts_name(prices())]
    made = rollout.every_step(rollout.scaling_of(trained), 6, network_of(trained, store), prices().values)
    np.testing.assert_allclose(kept, made[:, :1].astype(np.float32))


def test_the_networks_of_both_presets_are_of_the_included_prices_so_that_these_have_test_days() -> None:
    stored, given = Store(str(settings.SHIPPED), shipped=None), rollout.shipped_data(Spec())
    shipped = {spec: stored.find("rollout", runs.key("rollout", spec, given)) for spec in rollout.shipped()}
    assert None not in shipped.values()
    for preset in rollout.presets().values():
        for seed in range(rollout.SEEDS):
            run = shipped[dataclasses.replace(preset, seed=seed)]
            assert run
            assert rollout.first_unseen(run.facts, given) == 2392
