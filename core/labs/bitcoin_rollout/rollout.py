"""Define the kind "rollout": train a stacked LSTM on the first part of a price series and test it on the rest."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.labs.bitcoin_rollout import messages, network as rollout_network, rivals
from core.labs.bitcoin_rollout.card import card as card
from core.labs.bitcoin_rollout.network import every_step
from core.learn.rivals import Baselines
from core.prices import (
    baselines,
    files as price_files,
    linear as prices_linear,
    metrics as forecast_metrics,
    splits as forecast_data,
)
from core.prices.prices import Prices, check_symbol
from core.prices.scaling import scaling_of
from core.prices.sources import cache as price_cache, included as price_included
from core.runs import fields, spec
from core.runs.runs import Outcome
from core.runs.store import Run
from core.runs.stored import Evaluated, Facts, Stamp

SCALINGS = {"train": "prices, min-max scaled on the training set", "returns": "daily returns"}
OPTIMIZERS = {"adamw": "AdamW", "adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}
WINDOWS = (10, 20, 30, 60, 90, 120)  # window lengths of the window study
FEWEST_TEST_DAYS = 10
STUDY_EPOCHS, STUDY_SEEDS, SEEDS, DIRECT_DAYS = 20, 2, 3, 30
DIRECT = "Alternative to the recursive forecast: one model that forecasts all days of this horizon together."
PATIENCE_SECONDS = 60.0  # for a download without a browser

# There is no validation part that could end a training: three seeds on returns to May 2023 have a skill of -0.01 on the
# test part after 30 epochs, -0.02 after 60 and -0.04 (one seed) after 100; forecasts of prices have -0.45 after 100.
EPOCHS, REPORT_EPOCHS = 30, 100


@dataclass(frozen=True)
class Spec:
    """One training of one network. The prices are passed separately, see `prices.Prices`.

    Most defaults are the report's, which leaves units, layers and dropout open. By default a network forecasts returns
    for fewer epochs; `as_reported` is the report's choice, prices and 100 epochs.
    """

    symbol: str = "BTC-USD"
    window: int = fields.number(60, 2, 250, "Window, days", shown=(5, 120), slider=True)
    horizon: int = fields.number(
        1, 1, 90, "Direct multi-step model, horizon (days)", shown=(2, 90), slider=True, help=DIRECT
    )
    units: int = fields.number(24, 1, 256, "Units", shown=(4, 128), slider=True)
    layers: int = fields.number(2, 1, 4, "Layers", slider=True)
    dropout: float = fields.number(0.2, 0.0, 0.9, "Dropout", step=0.05, slider=True)  # after each recurrent layer
    scaling: str = fields.choice("returns", SCALINGS, "Network input")
    optimizer: str = fields.choice("adamw", OPTIMIZERS, "Optimizer")
    learning_rate: float = fields.number(0.001, 1e-6, 1.0, "Learning rate")
    batch_size: int = fields.number(32, 1, 1024, "Batch size")
    epochs: int = fields.number(EPOCHS, 1, 1000, "Epochs")
    training: float = fields.number(
        0.8, 0.3, 0.95, "Training set, share of the days", step=0.05, slider=True, format="percent"
    )
    seed: int = fields.number(0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "symbol", check_symbol(self.symbol))
        fields.check(self)


def read_data(chosen: Spec, csv: str | None = None) -> tuple[Prices, str]:
    """Return prices from a file, or the current ones of the spec's symbol, with a warning if they are not ideal."""
    if csv:
        return price_files.of_path(Path(csv), chosen.symbol), ""
    shown = price_cache.PriceBook().get(chosen.symbol, wait=PATIENCE_SECONDS)
    return shown.prices, shown.problem and f"{shown.problem} {shown.prices.provenance.sentence()}."


def shipped_data(chosen: Spec) -> Prices:
    """Return the included prices."""
    return price_included.included(chosen.symbol)


def data_stamp(chosen: Spec, prices: Prices) -> Stamp:
    """Return source, days and fingerprint of the given closes."""
    return prices.stamp()


def split(chosen: Spec, closes: np.ndarray) -> forecast_data.Split:
    """Split chronologically into training and test set. Test windows may reach back over the cut into known days."""
    cut = cut_day(chosen, len(closes))
    cuts = (cut, cut, len(closes))
    return forecast_data.time_ordered(closes, chosen.window, chosen.horizon, chosen.scaling, cuts, look_back=True)


def cut_day(chosen: Spec, days: int) -> int:
    """Return the index of the first test day."""
    return int(days * chosen.training)


def train(chosen: Spec, report: Callable, should_stop: Callable, prices: Prices) -> Outcome:
    """Train in this process; metrics are in dollars. The report has no validation set, so the last epoch is kept."""
    from core.learn import training
    from core.learn.networks import stacked as models

    closes = prices.values
    parts, model = split(chosen, closes), models.stacked(chosen)
    fit = training.fit(
        model,
        (parts.train.inputs, parts.train.targets),
        None,
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        seed=chosen.seed,
        report=report,
        should_stop=should_stop,
    )
    facts = {
        "parameters": model.count_params(),
        "scaling": vars(parts.scaling),
        "trained_to": f"{prices.days[parts.known][-1]:%Y-%m-%d}",
    }
    network = rollout_network.read(training.weights_of(model))
    forecast = every_step(parts.scaling, chosen.window, network, closes)
    start = first_unseen(facts, prices)
    linear = rivals.forecast(closes, chosen.window, chosen.horizon, chosen.scaling, start)
    facts["rivals"] = [] if linear is None else [prices_linear.described(chosen.window, chosen.horizon)]
    return Outcome(
        fit=fit,
        history=fit.history,
        metrics=measure(closes, forecast, start, linear),
        arrays={forecasts_name(prices): forecast[:, :1].astype(np.float32)},  # to spare a worker
        model=model,
        facts=facts,
    )


def forecasts_name(prices: Prices) -> str:
    """Return the name under which forecasts on these prices are stored among a run's arrays."""
    return f"on-{prices.stamp()['fingerprint']}"


def first_unseen(facts: Facts, prices: Prices) -> int:
    """Return the index of the first day after those that a network was trained on, also in other prices."""
    return prices.after(facts["trained_to"])


def measure(
    closes: np.ndarray, forecasts: np.ndarray, start: int, linear: np.ndarray | None = None
) -> dict[str, float]:
    """Return the errors in dollars on the days from `start` on, with those of naive, drift and linear regression.

    `forecasts` are those of `every_step`, `linear` those of `rivals.forecast` if it is fitted; the errors are taken
    over all steps of the horizon.
    """
    horizon = forecasts.shape[1]
    origins = np.arange(max(start - 1, 0), len(closes) - horizon)
    origins = origins[np.isfinite(forecasts[origins, 0])]
    spec.require(len(origins) >= FEWEST_TEST_DAYS, messages.too_few_test_days)
    truth = closes[origins[:, None] + np.arange(1, horizon + 1)]
    known = closes[: max(start, 2)]
    naive, drift = (made(closes, origins, horizon) for made in (baselines.naive, baselines.drift))
    made = {"": forecasts[origins], "naive_": naive, "drift_": drift} | ({} if linear is None else {"linear_": linear})
    out: dict[str, float] = {}
    for who, values in made.items():
        found = forecast_metrics.measure(truth, values, naive, known)
        out |= {f"{who}test_{name}": found[name] for name in forecast_metrics.NAMES}
    return out


def evaluate(run: Run, weights: bytes, prices: Prices) -> tuple[dict[str, float], Evaluated]:
    """Apply a stored network to the days that it was not trained on; return metrics and a record of the data."""
    forecasts = every_step(scaling_of(run), run.spec["window"], rollout_network.read(weights), prices.values)
    start = first_unseen(run.facts, prices)
    chosen = spec.from_dict(Spec, run.spec)
    shape = chosen.window, chosen.horizon, chosen.scaling
    linear = rivals.forecast(prices.values, *shape, start, rivals.home_of(run))
    metrics = measure(prices.values, forecasts, start, linear)
    return metrics, {**prices.stamp(), "tested_from": f"{prices.days[start]:%Y-%m-%d}"}


def rivals_again(run: Run, weights: bytes, arrays: dict[str, np.ndarray], prices: Prices) -> Baselines:
    """Measure the baselines beside a stored run again on its own prices, without training."""
    return Baselines(evaluate(run, weights, prices)[0], run.facts["rivals"])


def unrolled(run: Run, weights: bytes, prices: Prices, **chosen: Any) -> dict[str, object]:
    """Return the output of the command `rollout`, see `rollout_run.unrolled`."""
    from core.labs.bitcoin_rollout import run as rollout_run

    return rollout_run.unrolled(run, weights, prices, **chosen)


def study(chosen: Spec, epochs: int, seeds: int, windows: tuple[int, ...] = WINDOWS) -> list[Spec]:
    """Return specs for each window length and seed, the longest windows first so that no core idles at the end."""
    return [
        dataclasses.replace(chosen, window=window, horizon=1, epochs=epochs, seed=seed)
        for window in sorted(windows, reverse=True)
        for seed in range(seeds)
    ]


def direct(chosen: Spec, days: int = DIRECT_DAYS) -> Spec:
    """Return the spec of the direct multi-step model, which forecasts all days at once."""
    return dataclasses.replace(chosen, horizon=days)


def as_reported(chosen: Spec) -> Spec:
    """Return the experiment as in the report: a network that forecasts prices, trained for 100 epochs."""
    return dataclasses.replace(chosen, scaling="train", epochs=REPORT_EPOCHS)


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's settings (prices, 100 epochs) and settings that work, for the coin and seed of `base`."""
    works = Spec() if base is None else Spec(symbol=base.symbol, seed=base.seed)
    return {"report": as_reported(works), "works": works}


def shipped() -> list[Spec]:
    """Return the specs that the page opens with, then those of the report's settings."""
    return _family(Spec()) + _family(presets()["report"])


def _family(base: Spec) -> list[Spec]:
    """Return the specs of a network over seeds, of its direct alternative and of the window study."""
    seeds = [dataclasses.replace(base, seed=seed) for seed in range(SEEDS)]
    return [*seeds, direct(base), *study(base, STUDY_EPOCHS, STUDY_SEEDS)]


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    at_once = f", direct, horizon {chosen.horizon}" if chosen.horizon > 1 else ""
    return f"{chosen.symbol} · window {chosen.window}{at_once} · seed {chosen.seed}"
