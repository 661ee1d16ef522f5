"""Define the kind "forecast": train a network on daily closes, store the run and apply it to other prices."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.labs.crypto_forecasting import judge as forecast_judge, rivals
from core.labs.crypto_forecasting.card import card
from core.labs.crypto_forecasting.judge import Stretch
from core.labs.crypto_forecasting.spec import MARKED_HORIZONS, SEEDS, Spec, as_reported, label, presets
from core.learn.rivals import Baselines
from core.prices import (
    files as price_files,
    linear as prices_linear,
    metrics as forecast_metrics,
    splits as forecast_data,
)
from core.prices.conformal import Conformal
from core.prices.prices import COINS, Prices
from core.prices.scaling import Scaling, scaling_of
from core.prices.sources import included as price_included
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
    "train",
]

REPORT_SYMBOLS, SHIPPED_MODELS = ("LTC-USD", "XMR-USD"), ("lstm", "hybrid")
PATIENCE_SECONDS = 60.0  # for a download without a browser


def read_data(chosen: Spec, csv: str | None = None) -> tuple[Prices, str]:
    """Return prices from a file, or the current ones of the spec's symbol, with a warning if they are not ideal."""
    if csv:
        return price_files.of_path(Path(csv), chosen.symbol), ""
    shown = PriceBook().get(chosen.symbol, wait=PATIENCE_SECONDS)
    return shown.prices, shown.problem and f"{shown.problem} {shown.prices.provenance.sentence()}."


def data_stamp(chosen: Spec, prices: Prices) -> Stamp:
    """Return source, symbol, first and last day and fingerprint of the given prices."""
    return prices.stamp()


def train(chosen: Spec, report: Callable, should_stop: Callable, prices: Prices) -> Outcome:
    """Train in this process; metrics are in dollars, curves in scaled units."""
    from core.labs.crypto_forecasting import models as forecast_models
    from core.learn import training

    parts = forecast_judge.split(chosen, prices.values)
    model = forecast_models.build(chosen)
    fit = training.fit(
        model,
        (parts.train.inputs, parts.train.targets),
        (parts.validation.inputs, parts.validation.targets) if len(parts.validation) else None,
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        seed=chosen.seed,
        patience=chosen.patience or 0,
        report=report,
        should_stop=should_stop,
    )

    def outputs(inputs: np.ndarray) -> np.ndarray:
        return training.predict(model, inputs)

    made = {
        name: parts.dollars(part, outputs(part.inputs))
        for name in forecast_judge.PARTS
        if len(part := getattr(parts, name))
    }
    band = forecast_judge.calibrated(prices.values, parts.validation, made.get("validation", np.empty(0)))
    linear = prices_linear.forecast(parts.train, parts.validation, parts.test, parts.scaling)
    metrics = _metrics(chosen, prices, parts, made, band, linear)
    facts = {
        "parameters": model.count_params(),
        "layers": forecast_models.models.parameters(model),
        "scaling": vars(parts.scaling),
        "learned_until": forecast_judge.learned_until(chosen, prices),
        "samples": {name: len(getattr(parts, name)) for name in forecast_judge.PARTS},
        "band": band and {"widths": band.widths.tolist(), "coverage": band.coverage, "samples": band.samples},
        "rivals": [] if linear is None else [prices_linear.described(chosen.window, chosen.horizon)],
    }
    arrays = {"test": made["test"].astype(np.float32), "next": outputs(newest(chosen.window, parts.scaling, prices))}
    return Outcome(fit, fit.history, metrics, arrays, model, facts)


def _metrics(
    chosen: Spec,
    prices: Prices,
    parts: forecast_data.Split,
    made: dict[str, np.ndarray],
    band: Conformal | None,
    linear: np.ndarray | None,
) -> dict[str, float]:
    """Return the errors on the test set with all baselines, then those on the other sets."""
    known = prices.values[: len(parts.known)][parts.known]
    out = forecast_judge.judge(prices.values, Stretch(parts.test, known), made["test"], band, linear).metrics
    for name in set(made) - {"test"}:
        part = getattr(parts, name)
        naive = np.repeat(part.history[:, -1:], chosen.horizon, axis=1)
        measured = forecast_metrics.measure(part.future, made[name], naive, known)
        out |= {f"{name}_{error}": value for error, value in measured.items()}
    return out


def band_of(run: Run) -> Conformal | None:
    """Return the prediction interval that a run was calibrated to."""
    told = run.facts["band"]
    return Conformal(np.array(told["widths"]), told["coverage"], told["samples"]) if told else None


def newest(window: int, scaling: Scaling, prices: Prices) -> np.ndarray:
    """Return the newest input `(1, window, 1)`, after which no prices are known yet."""
    return scaling.encode(forecast_data.last_history(prices.values, window, scaling)[None])


def stretch_of(chosen: Spec, run: Run, prices: Prices, own: bool) -> Stretch:
    """Return the test set of the training's `own` prices, or the days of other prices that it never saw."""
    if own:
        return forecast_judge.own_test(chosen, prices)
    return forecast_judge.unseen(chosen, scaling_of(run), run.facts["learned_until"], prices)


def inputs_on(run: Run, prices: Prices) -> np.ndarray:
    """Return inputs for the days of other prices that a run never saw, followed by the newest one."""
    chosen = spec.from_dict(Spec, run.spec)
    part = stretch_of(chosen, run, prices, own=False).part
    return np.concatenate([part.inputs, newest(chosen.window, scaling_of(run), prices)])


def outputs(chosen: spec.Values, key: str, store: str, inputs: np.ndarray) -> np.ndarray:
    """Compute the raw outputs `(samples, horizon)` of a stored run; runs in a worker."""
    from core.labs.crypto_forecasting import models as forecast_models
    from core.learn import training
    from core.runs.store import Store

    found = Store(store)
    run = found.get("forecast", key)
    return training.predict(forecast_models.load(spec.from_dict(Spec, chosen), found.weights(run)), inputs)


def evaluate(run: Run, weights: bytes, prices: Prices) -> tuple[dict[str, float], Evaluated]:
    """Apply a stored run to prices in this process: metrics with the baselines', and a record of the days tested."""
    from core.labs.crypto_forecasting import models as forecast_models
    from core.learn import training

    chosen = spec.from_dict(Spec, run.spec)
    stamp = prices.stamp()
    own, scaling = stamp["fingerprint"] == run.data["fingerprint"], scaling_of(run)
    stretch = stretch_of(chosen, run, prices, own)
    linear = rivals.forecast(chosen, scaling, run.facts["learned_until"], prices, run.data["fingerprint"])
    made = training.predict(forecast_models.load(chosen, weights), stretch.part.inputs)
    forecast = scaling.decode(stretch.part.history, made)
    verdict = forecast_judge.judge(prices.values, stretch, forecast, band_of(run), linear)
    return verdict.metrics, {**stamp, "tested": tested(stretch, prices)}


def rivals_again(run: Run, weights: bytes, arrays: dict[str, np.ndarray], prices: Prices) -> Baselines:
    """Measure the baselines beside a stored run again on its own prices, without training."""
    return Baselines(evaluate(run, weights, prices)[0], run.facts["rivals"])


def tested(stretch: Stretch, prices: Prices) -> Tested:
    """Return the days that the errors refer to, and whether the network may have learned from them."""
    days = prices.days[stretch.part.origins[[0, -1]] + [1, stretch.part.future.shape[1]]]
    first, last = (f"{day:%Y-%m-%d}" for day in days)
    return {"samples": len(stretch.part), "first": first, "last": last, "seen": stretch.seen}


def shipped() -> list[Spec]:
    """Return the default specs of each coin, over seeds one day ahead, the same on prices, and those of the report."""
    own = [Spec(symbol=s, horizon=h, model=m) for s in COINS for h in MARKED_HORIZONS for m in SHIPPED_MODELS]
    next_day = [one for one in own if one.horizon == 1]
    more = [replace(one, seed=seed) for one in next_day for seed in range(1, SEEDS)]
    return own + more + [replace(one, scaling="train") for one in next_day] + of_report()


def of_report() -> list[Spec]:
    """Return the specs of the report's table, two coins, three horizons, LSTM and hybrid, by both protocols."""
    return [
        as_reported(Spec(symbol=symbol, horizon=horizon, model=model), protocol)
        for protocol in forecast_data.PROTOCOLS
        for symbol in REPORT_SYMBOLS
        for horizon in MARKED_HORIZONS
        for model in SHIPPED_MODELS
    ]


def shipped_data(chosen: Spec) -> Prices:
    """Return the included prices."""
    return price_included.included(chosen.symbol)
