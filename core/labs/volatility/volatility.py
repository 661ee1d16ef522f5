"""Define the kind "volatility": train networks on daily bars, store the run and apply it to other bars."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import PricesError
from core.labs.volatility import bars as daily, features, messages, rivals
from core.labs.volatility.bars import Bars
from core.labs.volatility.card import card
from core.labs.volatility.features import Cuts
from core.labs.volatility.judge import Verdict, calibrate, judge
from core.labs.volatility.spec import MODELS, Spec, label, presets
from core.learn.errors import mse
from core.learn.fit import Fit
from core.learn.rivals import Baselines, RivalFacts
from core.prices import files as price_files
from core.prices.prices import COINS
from core.prices.sources.cache import PriceBook
from core.runs import spec
from core.runs.runs import Outcome
from core.runs.store import Run
from core.runs.stored import Evaluated, Stamp, Tested

__all__ = [
    "Spec",
    "card",
    "data_stamp",
    "evaluate",
    "label",
    "presets",
    "read_data",
    "rivals_again",
    "shipped",
    "shipped_data",
    "train",
]

SHIPPED_SEEDS = 3
PATIENCE_SECONDS = 60.0  # for a download without a browser
FEWEST = 30  # days tested
BY_USER = "by the person"  # `Fit.stopped` of a training that its user stopped
CLIP = 4.0  # standard deviations at which inputs are cut off
Floats = NDArray[np.float64]


def read_data(chosen: Spec, csv: str | None = None) -> tuple[Bars, str]:
    """Return bars from a file; else those included, or for another symbol the current ones, with a warning if any."""
    if csv:
        found = price_files.of_path(Path(csv))
        return daily.of_prices(found, found.provenance.symbol), ""
    if chosen.symbol in COINS:
        return daily.of_included(chosen.symbol), ""
    shown = PriceBook().get(chosen.symbol, wait=PATIENCE_SECONDS)
    return daily.of_prices(shown.prices, chosen.symbol), shown.problem or ""


def data_stamp(chosen: Spec, bars: Bars) -> Stamp:
    """Return source, symbol, first and last day and fingerprint of the given bars."""
    return bars.stamp()


@dataclass(frozen=True, eq=False)
class Series:
    """Inputs and targets of one coin, and what was fitted on some of its days."""

    table: pd.DataFrame
    target: Floats  # (days,)
    base: Floats  # (days,): forecast to which the network adds
    mean: Floats  # (inputs,)
    deviation: Floats

    def inputs(self, chosen: Spec) -> NDArray[np.float32]:
        """Return the network's inputs for every day, scaled: `(days, inputs)` or `(days, window, inputs)`."""
        return scaled(chosen, self.table, self.mean, self.deviation)


def scaled(chosen: Spec, table: pd.DataFrame, mean: Floats, deviation: Floats) -> NDArray[np.float32]:
    """Scale inputs; for GRU and LSTM each day gets the `DAILY` inputs of its window, the first day repeated before."""
    values = np.clip((table.to_numpy() - mean) / deviation, -CLIP, CLIP).astype(np.float32)
    if chosen.model == "dense":
        return values
    values = values[:, table.columns.get_indexer(pd.Index(features.DAILY))]
    padded = np.concatenate([np.repeat(values[:1], chosen.window - 1, axis=0), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, chosen.window, axis=0)
    return np.ascontiguousarray(windows.transpose(0, 2, 1))


def _series(chosen: Spec, bars: Bars, rows: NDArray[np.int64]) -> Series:
    """Prepare a coin: the linear model (or the mean of the targets) and the scaling are fitted on these rows."""
    table, target = features.inputs(bars), features.targets(bars, chosen.horizon)
    base = np.full(len(bars), target[rows].mean())
    if chosen.residual:
        base = rivals.linear(table, target, rows).predict(table.to_numpy())
    known = table.to_numpy()[rows]
    deviation = np.where(known.std(axis=0) > 1e-9, known.std(axis=0), 1.0)
    return Series(table, target, base, known.mean(axis=0), deviation)


def _stack(chosen: Spec, group: list[Series], rows: list[NDArray[np.int64]]) -> tuple[NDArray, NDArray]:
    """Return inputs and targets `(samples, networks)` of these rows of all coins."""
    pairs = list(zip(group, rows, strict=True))
    inputs = np.concatenate([one.inputs(chosen)[places] for one, places in pairs])
    left = np.concatenate([(one.target - one.base)[places] for one, places in pairs])
    return inputs, np.repeat(left[:, None], chosen.outputs, axis=1).astype(np.float32)


def train(chosen: Spec, report: Callable, should_stop: Callable, bars: Bars) -> Outcome:
    """Train in this process; metrics are of the log variance, curves of what the network learns.

    First on the training days, with early stopping on the validation days; then anew on both together for as many
    epochs as were best.
    """
    cut = features.cuts(chosen, bars)
    _require(_origins(chosen, bars, None, cut.validation), "training")
    _require(_origins(chosen, bars, cut.validation, cut.test), "validation")
    coins = [bars, *(daily.others(chosen.symbol) if chosen.pooled else [])]
    coins = [one for one in coins if len(_origins(chosen, one, None, cut.validation)) >= FEWEST]
    model, first, fit = _fit(chosen, coins, cut.validation, cut.test, report, should_stop)
    final = first
    held = _origins(chosen, bars, cut.validation, cut.test)
    validation = float(np.mean((first.target - _forecast(chosen, model, first))[held] ** 2))
    if fit.stopped != BY_USER:
        kept = replace(chosen, epochs=fit.kept_epoch, patience=0)
        other, again, second = _fit(kept, coins, cut.test, None, _silent, should_stop)
        fit.seconds += second.seconds
        if second.stopped:
            fit.stopped = second.stopped
        else:
            model, final = other, again
    return _outcome(chosen, bars, cut, final, fit, model, validation)


def _forecast(chosen: Spec, model: Any, series: Series) -> Floats:
    from core.labs.volatility import networks

    return series.base + networks.mean(model, series.inputs(chosen))


def _silent(event: dict) -> None:
    """Report nothing: the second training has no curve of its own."""


def _origins(chosen: Spec, bars: Bars, start: pd.Timestamp | None, end: pd.Timestamp) -> NDArray[np.int64]:
    return features.origins(bars, chosen.horizon, start, end)


def _require(rows: NDArray, name: str) -> None:
    spec.require(len(rows) >= FEWEST, messages.plural("too_few_rows", len(rows)).format(part=name, days=len(rows)))


def _fit(
    chosen: Spec,
    coins: list[Bars],
    until: pd.Timestamp,
    validate_until: pd.Timestamp | None,
    report: Callable,
    should_stop: Callable,
) -> tuple[Any, Series, Fit]:
    """Train on all days before `until`, validate on those from there to `validate_until` if given.

    Returns the model, the series of the first coin with what was fitted on its training days, and the curves.
    """
    from core.labs.volatility import networks
    from core.learn import training

    rows = [_origins(chosen, one, None, until) for one in coins]
    group = [_series(chosen, one, known) for one, known in zip(coins, rows, strict=True)]
    known, held = _stack(chosen, group, rows), None
    if validate_until is not None:
        held = _stack(chosen, group, [_origins(chosen, one, until, validate_until) for one in coins])
    model = networks.build(chosen, known[0].shape[-1])
    fit = training.fit(
        model,
        known,
        held,
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        seed=chosen.seed,
        patience=chosen.patience,
        report=report,
        should_stop=should_stop,
    )
    return model, group[0], fit


def _outcome(chosen: Spec, bars: Bars, cut: Cuts, series: Series, fit: Fit, model: Any, validation: float) -> Outcome:
    """Fit the rivals on all days before the test, judge all forecasts on it, and collect what a run keeps."""
    known, test = _origins(chosen, bars, None, cut.test), _origins(chosen, bars, cut.test, cut.end)
    _require(test, "test")
    forecast = _forecast(chosen, model, series)
    beside = _beside(chosen, bars, cut, forecast)
    sizes = {
        "train": len(_origins(chosen, bars, None, cut.validation)),
        "validation": len(_origins(chosen, bars, cut.validation, cut.test)),
        "test": len(test),
    }
    facts = {
        "parameters": model.count_params(),
        **beside.facts,
        "scaling": {"mean": series.mean.tolist(), "deviation": series.deviation.tolist()},
        "mean": float(series.target[known].mean()),  # to which a network adds that does not learn residuals
        "learned_until": f"{cut.test - pd.Timedelta(days=1):%Y-%m-%d}",
        "samples": sizes,
        "rivals": beside.rivals,
    }
    arrays = {"forecast": forecast.astype(np.float32)}
    return Outcome(fit, fit.history, beside.metrics | {"validation_mse": validation}, arrays, model, facts)


def _beside(chosen: Spec, bars: Bars, cut: Cuts, forecast: Floats, linear: rivals.Linear | None = None) -> Baselines:
    """Fit the rivals on all days before the test, except a `linear` one given; judge them and a network's forecasts.

    The metrics are those of the network, too.
    """
    known, test = _origins(chosen, bars, None, cut.test), _origins(chosen, bars, cut.test, cut.end)
    fitted = rivals.fit(bars, chosen.horizon, known)
    fitted["linear"] = linear or fitted["linear"]
    made = rivals.forecasts(bars, chosen.horizon, fitted) | {"network": forecast}
    calibration = calibrate(bars, chosen.horizon, made, known)
    verdict = judge(bars, chosen.horizon, made, test, calibration)
    facts = {"fitted": fitted, "calibration": calibration}
    return Baselines(verdict.metrics, _compared(verdict, fitted), facts)


def rivals_by_fold(wanted: list[spec.Values], bars: Bars) -> dict[str, list[float]]:
    """Return the test MSE of each rival with the split of each spec, fitted on all days before; for a worker."""
    found: dict[str, list[float]] = {name: [] for name in rivals.NAMES}
    for chosen in (spec.from_dict(Spec, values) for values in wanted):
        cut, truth = features.cuts(chosen, bars), features.targets(bars, chosen.horizon)
        known, test = _origins(chosen, bars, None, cut.test), _origins(chosen, bars, cut.test, cut.end)
        made = rivals.forecasts(bars, chosen.horizon, rivals.fit(bars, chosen.horizon, known))
        for name, scores in found.items():
            scores.append(mse(truth[test], made[name][test]))
    return found


def rivals_again(run: Run, weights: bytes, arrays: dict[str, NDArray], bars: Bars) -> Baselines:
    """Fit the rivals beside a stored run again, without training; the linear model stays, its network adds to it."""
    chosen = spec.from_dict(Spec, run.spec)
    linear = run.facts["fitted"]["linear"]
    return _beside(chosen, bars, features.cuts(chosen, bars), arrays["forecast"].astype(float), linear)


def _compared(verdict: Verdict, fitted: rivals.Fitted) -> list[RivalFacts]:
    """Return name, fitted values, and the paired test of each rival against the network."""
    counts = fitted["parameters"]
    return [RivalFacts(name=name, parameters=counts[name], **asdict(test)) for name, test in verdict.tests.items()]


def applied(run: Run, weights: bytes, bars: Bars) -> Floats:
    """Return the forecasts of a stored run for every day of any bars, `(days,)`, in this process."""
    from core.labs.volatility import networks

    chosen, facts = spec.from_dict(Spec, run.spec), run.facts
    table = features.inputs(bars)
    scaling = (np.array(facts["scaling"][name]) for name in ("mean", "deviation"))
    inputs = scaled(chosen, table, *scaling)
    model = networks.load(chosen, inputs.shape[-1], weights)
    base = rivals.forecasts(bars, chosen.horizon, facts["fitted"])["linear"] if chosen.residual else facts["mean"]
    return base + networks.mean(model, inputs)


def applied_by(key: str, store: str, bars: Bars) -> Floats:
    """Call `applied` for a stored run; runs in a worker."""
    from core.runs.store import Store

    found = Store(store)
    run = found.get("volatility", key)
    return applied(run, found.weights(run), bars)


def verdict_on(run: Run, forecast: Floats, bars: Bars) -> tuple[Verdict, bool]:
    """Judge a run's forecasts for every day of some bars; return whether it may have learned from the days tested.

    Tested are the run's own test days on its own bars; on others the days after those it learned from, or all days if
    these are too few. PricesError if even these are too few.
    """
    chosen = spec.from_dict(Spec, run.spec)
    made = rivals.forecasts(bars, chosen.horizon, run.facts["fitted"]) | {"network": np.asarray(forecast, float)}
    start: Any = None
    end: Any = bars.days[-1] + pd.Timedelta(days=1)
    if bars.fingerprint == run.data["fingerprint"]:
        cut = features.cuts(chosen, bars)
        start, end = cut.test, cut.end
    else:
        start = pd.Timestamp(run.facts["learned_until"]) + pd.Timedelta(days=1)
    places = _origins(chosen, bars, start, end)
    seen = len(places) < FEWEST
    places = _origins(chosen, bars, None, end) if seen else places
    if len(places) < FEWEST:
        text = messages.plural("too_few_to_test", len(places))
        raise PricesError(text.format(days=len(places), least=daily.FEWEST))
    return judge(bars, chosen.horizon, made, places, run.facts["calibration"]), seen


def evaluate(run: Run, weights: bytes, bars: Bars) -> tuple[dict[str, float], Evaluated]:
    """Apply a stored run to bars in this process: metrics with the rivals', and a record of the days tested."""
    verdict, seen = verdict_on(run, applied(run, weights, bars), bars)
    tests = {f"{name}_dm": test.statistic for name, test in verdict.tests.items()}
    tests |= {f"{name}_dm_p": test.p for name, test in verdict.tests.items()}
    told = Evaluated(**bars.stamp(), tested=tested(verdict, seen), trained_on=run.data.get("symbol"))
    return verdict.metrics | tests, told


def tested(verdict: Verdict, seen: bool) -> Tested:
    """Return the days that the errors refer to, and whether the network may have learned from them."""
    first, last = (f"{verdict.days[place]:%Y-%m-%d}" for place in (0, -1))
    return {"samples": len(verdict.days), "first": first, "last": last, "seen": seen}


def shipped() -> list[Spec]:
    """Return the specs of three coins over seeds: all networks for tomorrow, the dense one for the next week."""
    tomorrow = [Spec(symbol=coin, model=model) for coin in COINS for model in MODELS]
    plain = [presets(Spec(symbol=coin))["report"] for coin in COINS]
    week = [Spec(symbol=coin, horizon=7) for coin in COINS]
    return [replace(one, seed=seed) for one in (*tomorrow, *plain, *week) for seed in range(SHIPPED_SEEDS)]


def shipped_data(chosen: Spec) -> Bars:
    """Return the bars included with the project."""
    return daily.of_included(chosen.symbol)
