"""The kind "forecast": prices that come along, no later day in training, stored runs on their own and other prices."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.errors import PriceFileError, PricesError, SpecError
from core.labs.crypto_forecasting import forecast, judge as forecast_judge, spec as forecast_spec
from core.labs.crypto_forecasting.spec import Spec
from core.learn import training
from core.prices import baselines, splits
from core.prices.prices import COINS, Prices, Provenance
from core.runs import runs, spec as specs
from core.runs.store import Run, Store
from tests import ready

SMALL = Spec(window=6, horizon=3, units=4, epochs=2, batch_size=64, scaling="train", patience=0)
WALK = np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.04, 400))) * 50


def prices_of(values: np.ndarray, first: str = "2015-01-01", symbol: str = "LTC-USD") -> Prices:
    days = pd.date_range(first, periods=len(values))
    told = Provenance("a test", symbol, f"{days[0]:%Y-%m-%d}", f"{days[-1]:%Y-%m-%d}", "")
    return Prices(pd.Series(values, index=days, name="close"), told)


PRICES = prices_of(WALK)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(str(tmp_path_factory.mktemp("store")), shipped=None)


@pytest.fixture(scope="module")
def run(store: Store) -> Run:
    return runs.train("forecast", SMALL, store, data=PRICES)


# ---- the spec


def test_each_protocol_has_its_own_scaling_and_end_of_training() -> None:
    assert (Spec().scaling, Spec().patience) == ("returns", 10)
    report = Spec(protocol="report")
    assert (report.scaling, report.patience) == ("all", 0)
    honest = Spec(scaling="train", patience=0)
    for chosen in (Spec(), Spec(scaling="train"), report, honest):
        assert forecast_spec.as_reported(chosen, "report") == report
        assert forecast_spec.as_reported(chosen, "time-ordered") == honest
    assert forecast_spec.as_reported(Spec(scaling="window"), "report").scaling == "window"


def test_shipped_networks_are_of_the_included_prices() -> None:
    stored = Store(str(settings.SHIPPED), shipped=None)
    for spec in forecast.shipped():
        assert stored.find("forecast", runs.key("forecast", spec, forecast.shipped_data(spec)))
    for symbol in COINS:
        assert {spec.seed for spec in forecast.shipped() if spec == Spec(symbol=symbol, seed=spec.seed)} == {0, 1, 2}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"symbol": "no symbol!"}, "not a symbol"),
        ({"scaling": "none"}, "train, all, window, returns"),
        ({"folds": 5, "fold": 5}, "from 0 to 4"),
        ({"fold": 1}, "needs folds"),
        ({"folds": 5, "protocol": "report"}, "chronological split"),
    ],
)
def test_impossible_specs_are_sentences(values: dict, words: str) -> None:
    with pytest.raises((SpecError, PricesError), match=words):
        specs.from_dict(Spec, values)


def test_the_report_has_twelve_rows_whose_root_is_its_rmse() -> None:
    assert len(forecast_spec.REPORT) == 12
    for mse, rmse, _, _ in forecast_spec.REPORT.values():
        assert np.sqrt(mse) == pytest.approx(rmse, abs=0.01)


# ---- training


def test_the_stamp_names_the_prices_that_came_along(run: Run) -> None:
    told = run.data
    assert (told["source"], told["symbol"], told["first"], told["last"]) == (
        "a test",
        "LTC-USD",
        "2015-01-01",
        "2016-02-04",
    )
    assert run.key != runs.key("forecast", SMALL, prices_of(WALK * 2))
    assert run.key == runs.key("forecast", SMALL, prices_of(WALK.copy()))


def test_metrics_of_naive_can_be_read_off_the_prices(run: Run) -> None:
    origins = np.arange(320 + 5, 400 - 3)
    truth = WALK[origins[:, None] + [1, 2, 3]]
    assert run.metrics["naive_test_mse"] == pytest.approx(np.mean((truth - WALK[origins][:, None]) ** 2))
    assert run.metrics["drift_test_mse"] == pytest.approx(np.mean((truth - baselines.drift(WALK, origins, 3)) ** 2))
    assert run.metrics["naive_test_skill"] == 0
    assert run.metrics["test_skill"] == pytest.approx(1 - run.metrics["test_rmse"] / run.metrics["naive_test_rmse"])
    assert run.facts["samples"] == {"train": 252, "validation": 52, "test": 72}
    assert run.facts["learned_until"] == "2015-11-16"  # day 320, the last before the test part


def test_stored_forecasts_are_those_of_the_metrics(run: Run, store: Store) -> None:
    made = store.arrays(run)["test"]
    truth = forecast_judge.own_test(SMALL, PRICES).part.future
    assert np.mean((made - truth) ** 2) == pytest.approx(run.metrics["test_mse"], rel=1e-5)


def test_the_band_is_of_the_validation_part_and_its_coverage_of_the_test(run: Run) -> None:
    assert run.facts["band"]["samples"] == 52
    steps = [run.metrics[f"coverage_{step}"] for step in (1, 2, 3)]
    assert run.metrics["coverage"] == pytest.approx(np.mean(steps))


def test_a_poisoned_test_part_changes_no_weight_and_no_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned = WALK.copy()
    poisoned[320:] *= np.linspace(10, 500, 80)
    given = []
    fit = training.fit
    monkeypatch.setattr(
        training, "fit", lambda model, *parts, **more: given.append(parts) or fit(model, *parts, **more)
    )
    clean, dirty = (
        forecast.train(SMALL, lambda event: None, lambda: False, prices_of(values)) for values in (WALK, poisoned)
    )
    for one, other in zip(*given, strict=True):
        for kept, same in zip(one, other, strict=True):
            np.testing.assert_array_equal(kept[0], same[0])
            np.testing.assert_array_equal(kept[1], same[1])
    for kept, same in zip(clean.model.get_weights(), dirty.model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, same)
    assert clean.history == dirty.history
    assert clean.facts["scaling"] == dirty.facts["scaling"]
    assert clean.facts["band"] == dirty.facts["band"]
    assert clean.metrics["test_mse"] != dirty.metrics["test_mse"]


def test_as_in_the_report_has_no_validation_and_so_no_band(store: Store) -> None:
    made = runs.train("forecast", forecast_spec.as_reported(SMALL, "report"), store, data=PRICES)
    assert made.facts["band"] is None
    assert made.facts["learned_until"] == "2016-02-04"
    assert not [name for name in made.metrics if "coverage" in name or "validation" in name]
    assert not [name for name in made.history if name.startswith("val_")]


@pytest.mark.slow
def test_a_fold_of_the_backtest_tests_on_its_own_days(store: Store) -> None:
    chosen = splits.backtest(SMALL, 4)[1]
    made = runs.train("forecast", chosen, store, data=PRICES)
    assert made.facts["samples"]["test"] == 50 - 6 - 3 + 1
    poisoned = WALK.copy()
    poisoned[300:] = 1e6
    again = forecast.train(chosen, lambda event: None, lambda: False, prices_of(poisoned))
    assert again.metrics["test_mse"] == made.metrics["test_mse"]


# ---- on other prices


def test_evaluate_on_its_own_prices_gives_the_stored_figures(run: Run, store: Store) -> None:
    metrics, stamp = forecast.evaluate(run, store.weights(run), PRICES)
    assert {name: metrics[name] for name in ("test_mse", "coverage_3", "naive_test_mae")} == pytest.approx(
        {name: run.metrics[name] for name in ("test_mse", "coverage_3", "naive_test_mae")}, rel=1e-4
    )
    assert stamp["tested"] == {"samples": 72, "first": "2015-11-23", "last": "2016-02-04", "seen": False}


def test_other_prices_are_tested_on_the_days_after_the_training(run: Run, store: Store) -> None:
    longer = prices_of(np.concatenate([WALK, WALK[::-1]]))
    metrics, stamp = forecast.evaluate(run, store.weights(run), longer)
    assert stamp["tested"] == {
        "samples": 800 - 320 - 6 - 3 + 1,
        "first": "2015-11-23",
        "last": "2017-03-10",
        "seen": False,
    }
    origins = np.arange(325, 797)
    truth = longer.values[origins[:, None] + [1, 2, 3]]
    assert metrics["naive_test_mse"] == pytest.approx(np.mean((truth - longer.values[origins][:, None]) ** 2))


def test_days_that_were_learned_from_are_told_as_seen(run: Run, store: Store) -> None:
    _, stamp = forecast.evaluate(run, store.weights(run), prices_of(WALK[:200]))
    assert stamp["tested"]["seen"]
    assert stamp["tested"]["samples"] == 200 - 6 - 3 + 1


def test_the_scaling_of_the_training_goes_along(run: Run) -> None:
    part = forecast.stretch_of(SMALL, run, prices_of(WALK * 10, "2020-01-01"), own=False).part
    assert part.inputs.max() > 5
    assert forecast.scaling_of(run).offset == WALK[:260].min()


def test_the_days_ahead_are_stored_for_a_page_without_a_worker(run: Run, store: Store) -> None:
    newest = forecast.newest(SMALL.window, forecast.scaling_of(run), PRICES)
    made = forecast.outputs(run.spec, run.key, store.url, newest)
    np.testing.assert_allclose(store.arrays(run)["next"], made, atol=1e-6)
    assert made.shape == (1, 3)


def test_by_default_returns_are_scaled_as_on_the_training_part(store: Store) -> None:
    made = runs.train("forecast", replace(SMALL, scaling="auto"), store, data=PRICES)
    assert vars(forecast.scaling_of(made)) == {
        "kind": "returns",
        "offset": 0.0,
        "scale": pytest.approx(np.diff(np.log(WALK[:260])).std()),
    }


def test_too_few_days_are_a_sentence(run: Run) -> None:
    with pytest.raises(PricesError, match="too few for a window"):
        forecast_judge.unseen(
            replace(SMALL, window=120), forecast.scaling_of(run), run.facts["learned_until"], prices_of(WALK[:70])
        )


def test_a_file_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(PriceFileError, match=r"none\.csv cannot be read"):
        forecast.read_data(Spec(), "/nowhere/none.csv")


# ---- on the command line


def core(home: Path, *arguments: str) -> ready.Done:
    return ready.run(["-m", "core", *arguments], settings.PROJECT, {**os.environ, "TAMRIN_HOME": str(home)})


def test_train_and_evaluate_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    PRICES.closes.rename("Close").rename_axis("Date").to_csv(file)
    small = [f"--set={name}={value}" for name, value in specs.to_dict(SMALL).items()]
    made = json.loads(core(tmp_path, "train", "forecast", *small, "--csv", str(file), "--json").stdout)
    assert (made["data"]["source"], made["data"]["symbol"]) == ("the file mine.csv", "LTC-USD")
    assert made["spec"] == specs.to_dict(SMALL)
    other = tmp_path / "other.csv"
    prices_of(WALK * 3, "2019-01-01").closes.rename("price").rename_axis("date").to_csv(other)
    done = core(tmp_path, "evaluate", "forecast", made["key"], "--csv", str(other), "--json")
    told = json.loads(done.stdout)
    assert told["metrics"]["naive_test_mse"] > 0
    assert told["metrics"]["test_mse"] > 0
    assert told["data"]["tested"]["samples"] == 400 - 6 - 3 + 1
    refused = core(tmp_path, "train", "weather", "--csv", str(file))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "reads no prices" in refused.stderr
