"""Define the weather experiment: one recurrent cell on Seattle's daily maximum temperature, from spec to stored run."""

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from core.learn import errors as metrics
from core.learn import windows
from core.runs import fields, spec
from core.runs.runs import Outcome

CELL_NAMES = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}
CELLS = tuple(CELL_NAMES)
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SHIPPED_SEEDS = 5
PATIENCE = "Epochs without a better validation loss; 0 trains to the last epoch."

VARIES = "cell"
CARD = """
Three recurrent networks of the same shape that forecast tomorrow's maximum temperature from the last ten days.

- Use: teaching. They show what a recurrent cell learns and how little it gains over "same as yesterday".
- Split: samples 0-799 train, 800-999 validate, 1000-1450 test, in time order; nothing is scaled.
- Metrics: degrees Celsius (mse: squared), computed once over the whole part with dropout off; skill is 1 - RMSE / RMSE
  of "same as yesterday" on the test part. Weights are those of the last epoch, as in the report.
- Limits: one city, four years, one variable; no forecast to rely on.
"""

# The report's own figures (last epoch, MSE in degrees Celsius squared), shown beside ours.
REPORT = {"lstm": (8.34, 9.63), "gru": (9.13, 10.66), "rnn": (9.26, 12.20)}


@dataclass(frozen=True)
class Spec:
    """One training of one cell. The defaults are the report's architecture and protocol."""

    cell: str = fields.choice("lstm", CELL_NAMES, "Cells")
    units: int = fields.number(50, 1, 256, "Units", slider=True)
    layers: int = fields.number(4, 1, 6, "Layers", slider=True)
    window: int = fields.number(10, 1, 365, "Window, days", slider=True)
    dropout: float = fields.number(0.2, 0.0, 0.9, "Dropout", step=0.05, slider=True)  # after each recurrent layer
    optimizer: str = fields.choice("adam", OPTIMIZERS, "Optimizer")
    learning_rate: float = fields.number(0.001, 1e-6, 1.0, "Learning rate")
    batch_size: int = fields.number(32, 1, 1024, "Batch size")
    epochs: int = fields.number(100, 1, 1000, "Epochs")
    patience: int = fields.number(0, 0, 1000, "Early stopping, patience", help=PATIENCE)
    scaling: bool = fields.switch(False, "Scale to 0…1 (training days)")
    train: int = fields.number(800, 1, 100_000, "Training samples")
    validation: int = fields.number(200, 1, 100_000, "Validation samples")
    seed: int = fields.number(0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        fields.check(self)
        _check_split(self)


def _check_split(chosen: Spec) -> None:
    samples = len(temperatures()) - chosen.window
    spec.require(
        chosen.window <= chosen.train,
        f"The window of {chosen.window} days is longer than the training part of {chosen.train} samples; "
        "shorten the window or enlarge the training part.",
    )
    left = samples - chosen.train - chosen.validation
    spec.require(
        left >= 30,
        f"Training ({chosen.train}) and validation ({chosen.validation}) leave {max(left, 0)} of {samples} samples for "
        "the test; leave at least 30.",
    )


@cache
def temperatures() -> pd.Series:
    """Return Seattle's daily maximum temperature in degrees Celsius, 1,461 days; checked for gaps and repeats."""
    from vega_datasets import local_data

    frame = local_data.seattle_weather()
    series = pd.Series(frame["temp_max"].to_numpy("float64"), index=pd.DatetimeIndex(frame["date"]), name="temp_max")
    faults = quality(series)
    if any(faults.values()):
        raise ValueError(f"the packaged weather is not as expected: {faults}")
    return series


def quality(series: pd.Series) -> dict[str, int]:
    """Count missing values, repeated days, and days absent from the range."""
    every = pd.date_range(series.index.min(), series.index.max(), freq="D")
    return {
        "missing values": int(series.isna().sum()),
        "repeated days": int(series.index.duplicated().sum()),
        "absent days": len(every.difference(series.index)),
    }


def data_stamp(chosen: Spec | None = None) -> dict:
    """Return the source, the days and the fingerprint of the data."""
    series = temperatures()
    return {
        "source": "Seattle weather, vega_datasets",
        "first": f"{series.index[0]:%Y-%m-%d}",
        "last": f"{series.index[-1]:%Y-%m-%d}",
        "rows": len(series),
        "fingerprint": hashlib.sha256(series.to_numpy().tobytes()).hexdigest()[:16],
    }


def data(chosen: Spec) -> windows.Split:
    """Return the three parts of a spec."""
    return windows.split(temperatures().to_numpy(), chosen.window, chosen.train, chosen.validation, chosen.scaling)


def train(chosen: Spec, report, should_stop) -> Outcome:
    """Train in this process; metrics are in degrees Celsius, whatever the scaling."""
    from core.learn import stacked as models
    from core.learn import training

    parts = data(chosen)
    model = models.recurrent(chosen)
    fit = training.fit(
        model,
        (parts.train.inputs, parts.train.targets),
        (parts.validation.inputs, parts.validation.targets),
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        seed=chosen.seed,
        patience=chosen.patience,
        report=lambda event: report({**event, "logs": _degrees(event["logs"], parts.scale)}),
        should_stop=should_stop,
    )
    forecasts = _forecasts(model, parts)
    return Outcome(
        fit=fit,
        history=_degrees_all(fit.history, parts.scale),
        metrics=measure(parts, forecasts),
        arrays=forecasts,
        model=model,
        facts={"parameters": model.count_params(), "layers": models.parameters(model)},
    )


def _forecasts(model, parts: windows.Split) -> dict[str, np.ndarray]:
    from core.learn import training

    return {name: parts.unscale(training.predict(model, getattr(parts, name).inputs)[:, 0]) for name in PARTS}


PARTS = ("train", "validation", "test")


def measure(parts: windows.Split, forecasts: dict[str, np.ndarray]) -> dict[str, float]:
    """Return MSE, RMSE and MAE of each part in degrees, over the whole part without dropout, and the test skill."""
    out: dict[str, float] = {}
    for name in PARTS:
        truth = parts.unscale(getattr(parts, name).targets[:, 0])
        for measure_ in (metrics.mse, metrics.rmse, metrics.mae):
            out[f"{name}_{measure_.__name__}"] = measure_(truth, forecasts[name])
    truth, yesterday = parts.unscale(parts.test.targets[:, 0]), parts.unscale(windows.naive(parts.test)[:, 0])
    return out | {"test_skill": metrics.skill(truth, forecasts["test"], yesterday)}


def baseline(chosen: Spec) -> dict[str, float]:
    """Return the metrics of `measure` for the naive forecast ("same as yesterday")."""
    parts = data(chosen)
    return measure(parts, {name: parts.unscale(windows.naive(getattr(parts, name))[:, 0]) for name in PARTS})


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to all parts again, in this process."""
    from core.learn import stacked as models

    parts = data(chosen)
    return measure(parts, _forecasts(models.load(chosen, weights), parts))


def shipped() -> list[Spec]:
    """Return the specs of the report's three networks over five seeds."""
    return [Spec(cell=cell, seed=seed) for cell in CELLS for seed in range(SHIPPED_SEEDS)]


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    return f"{CELL_NAMES[chosen.cell]} · seed {chosen.seed}"


def _degrees(logs: dict[str, float], scale: float) -> dict[str, float]:
    return {name: value * (scale**2 if name.endswith("loss") else scale) for name, value in logs.items()}


def _degrees_all(history: dict[str, list[float]], scale: float) -> dict[str, list[float]]:
    return {name: [_degrees({name: v}, scale)[name] for v in values] for name, values in history.items()}
