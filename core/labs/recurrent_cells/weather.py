"""Define the weather experiment: one recurrent cell on Seattle's daily maximum temperature, from spec to stored run."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from core.labs.recurrent_cells import messages
from core.learn import errors as metrics, study, windows
from core.runs import fields, spec
from core.runs.runs import Outcome
from core.runs.stored import Stamp

CELL_NAMES = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}
CELLS = tuple(CELL_NAMES)
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
INPUTS = ("season", "minimum", "rain", "wind")  # beside the maximum
COLUMNS = {"minimum": "temp_min", "rain": "precipitation", "wind": "wind"}  # field -> column of the data
MAXIMUM = "temp_max"
YEAR = 365.25  # days
SHIPPED_SEEDS = 5
PATIENCE = "Training stops after this many epochs without a lower validation loss; 0 trains for all epochs."

# The report's own figures (last epoch, MSE in degrees Celsius squared), shown beside ours.
REPORT = {"lstm": (8.34, 9.63), "gru": (9.13, 10.66), "rnn": (9.26, 12.20)}


@dataclass(frozen=True)
class Spec:
    """One training of one cell. The defaults are the report's architecture and split."""

    cell: str = fields.choice("lstm", CELL_NAMES, "Models")
    units: int = fields.number(50, 1, 256, "Units", slider=True)
    layers: int = fields.number(4, 1, 6, "Layers", slider=True)
    window: int = fields.number(10, 1, 365, "Window, days", slider=True)
    dropout: float = fields.number(0.2, 0.0, 0.9, "Dropout", step=0.05, slider=True)  # after each recurrent layer
    optimizer: str = fields.choice("adam", OPTIMIZERS, "Optimizer")
    learning_rate: float = fields.number(0.001, 1e-6, 1.0, "Learning rate")
    batch_size: int = fields.number(32, 1, 1024, "Batch size")
    epochs: int = fields.number(100, 1, 1000, "Epochs")
    patience: int = fields.number(0, 0, 1000, "Early-stopping patience (epochs)", help=PATIENCE)
    scaling: bool = fields.switch(False, "Min-max scaling", help="To 0 … 1, fitted on the training days alone.")
    train: int = fields.number(800, 1, 100_000, "Training samples")
    validation: int = fields.number(200, 1, 100_000, "Validation samples")
    seed: int = fields.number(0, 0, 2**31 - 1)
    season: bool = fields.switch(False, "season", added=True)
    minimum: bool = fields.switch(False, "minimum", added=True)
    rain: bool = fields.switch(False, "rain", added=True)
    wind: bool = fields.switch(False, "wind", added=True)

    @property
    def more(self) -> tuple[str, ...]:
        """Return the names of the inputs beside the maximum."""
        return tuple(name for name in INPUTS if getattr(self, name))

    @property
    def features(self) -> int:
        """Return the number of values that a network reads of each day: the season has two, sine and cosine."""
        return 1 + len(self.more) + self.season

    def __post_init__(self) -> None:
        fields.check(self)
        _check_split(self)


def _check_split(chosen: Spec) -> None:
    samples = len(table()) - chosen.window
    spec.require(
        chosen.window <= chosen.train, messages.window_too_long.format(window=chosen.window, samples=chosen.train)
    )
    left = samples - chosen.train - chosen.validation
    spec.require(
        left >= 30,
        messages.too_few_test_samples.format(
            train=chosen.train, validation=chosen.validation, test=max(left, 0), samples=samples
        ),
    )


@cache
def table() -> pd.DataFrame:
    """Return Seattle's weather by day: temperatures in °C, rain in mm, wind in m/s; checked for gaps and repeats."""
    from vega_datasets import local_data

    frame = local_data.seattle_weather()
    found = frame[[MAXIMUM, *COLUMNS.values()]].astype("float64").set_index(pd.DatetimeIndex(frame["date"]))
    for name in found:
        faults = quality(found.loc[:, name])
        if any(faults.values()):
            raise ValueError(messages.weather_faults.format(name=name, faults=faults))
    return found


def temperatures() -> pd.Series:
    """Return the daily maximum temperature in degrees Celsius."""
    return table().loc[:, MAXIMUM]


def quality(series: pd.Series) -> dict[str, int]:
    """Count missing values, repeated days, and days absent from the range."""
    every = pd.date_range(series.index.min(), series.index.max(), freq="D")
    return {
        "missing values": int(series.isna().sum()),
        "repeated days": int(series.index.duplicated().sum()),
        "absent days": len(every.difference(series.index)),
    }


def data_stamp(chosen: Spec | None = None) -> Stamp:
    """Return the source, the days and the fingerprint of the data that a spec reads, by default the maximum alone."""
    return Stamp(**_stamp(MAXIMUM, *(columns(chosen) if chosen else ())))


@cache
def _stamp(*names: str) -> Stamp:
    """Return the stamp of these columns. A page asks for it once for every network that it looks up."""
    series = table()[list(names)]
    return {
        "source": "Seattle weather, vega_datasets",
        "first": f"{series.index[0]:%Y-%m-%d}",
        "last": f"{series.index[-1]:%Y-%m-%d}",
        "rows": len(series),
        "fingerprint": hashlib.sha256(series.to_numpy().tobytes()).hexdigest()[:16],
    }


def columns(chosen: Spec) -> list[str]:
    """Return the columns of the data that a spec reads beside the maximum."""
    return [COLUMNS[name] for name in chosen.more if name in COLUMNS]


def data(chosen: Spec) -> windows.Split:
    """Return the three sets of a spec.

    Minimum, rain and wind are known up to the day before the one to forecast; the season of that day is known, too.
    """
    frame = table()
    return windows.split(
        frame[MAXIMUM].to_numpy(),
        chosen.window,
        chosen.train,
        chosen.validation,
        chosen.scaling,
        more=frame[columns(chosen)].to_numpy(),
        ahead=season(pd.DatetimeIndex(frame.index)) if chosen.season else None,
    )


def season(days: pd.DatetimeIndex) -> np.ndarray:
    """Return sine and cosine of the day of the year, `(days, 2)`."""
    angle = 2 * np.pi * days.dayofyear.to_numpy() / YEAR
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)


def train(chosen: Spec, report, should_stop) -> Outcome:
    """Train in this process; metrics are in degrees Celsius, whatever the scaling."""
    from core.learn import training
    from core.learn.networks import stacked as models

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


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to all parts again, in this process."""
    from core.learn.networks import stacked as models

    parts = data(chosen)
    return measure(parts, _forecasts(models.load(chosen, weights), parts))


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's settings, and those that work, whatever the base; the card says how they were chosen."""
    return _presets()


@cache
def _presets() -> dict[str, Spec]:
    works = Spec(
        units=32,
        layers=1,
        window=5,
        dropout=0.0,
        learning_rate=0.002,
        patience=20,
        scaling=True,
        **dict.fromkeys(INPUTS, True),
    )
    return {"report": Spec(), "works": works}


def preset(name: str) -> list[Spec]:
    """Return the networks of a preset: its three cells over all seeds."""
    return _seeds(*(replace(presets()[name], cell=cell) for cell in CELLS))


# The way from the report's settings to those that work: what is changed -> its fields.
STEPS = {
    "dropout {dropout:g}": ("dropout",),
    "layers {layers}": ("layers",),
    "min-max scaling": ("scaling",),
    "window {window}": ("window",),
    "more inputs": INPUTS,
    "{units} units, early stopping": ("units", "optimizer", "learning_rate", "batch_size", "epochs", "patience"),
}


def steps() -> dict[str, list[Spec]]:
    """Return the way from one preset to the other: the name of each change, and the networks after it, over seeds."""
    works = presets()["works"]
    now = replace(presets()["report"], cell=works.cell)
    return {name: _seeds(one) for name, one in study.way(now, works, STEPS).items()}


def _seeds(*specs: Spec) -> list[Spec]:
    return [replace(one, seed=seed) for one in specs for seed in range(SHIPPED_SEEDS)]


def shipped() -> list[Spec]:
    """Return the specs that come with the project: both presets, and the way between them."""
    way = [spec for specs in steps().values() for spec in specs]
    return list(dict.fromkeys([*preset("report"), *preset("works"), *way]))


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    return f"{CELL_NAMES[chosen.cell]} · seed {chosen.seed}"


def _degrees(logs: dict[str, float], scale: float) -> dict[str, float]:
    return {name: value * (scale**2 if name.endswith("loss") else scale) for name, value in logs.items()}


def _degrees_all(history: dict[str, list[float]], scale: float) -> dict[str, list[float]]:
    return {name: [_degrees({name: v}, scale)[name] for v in values] for name, values in history.items()}
