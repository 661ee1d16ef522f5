"""Compare a network on its test days with the same network on a user's own daily weather."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FileError, TableError
from core.files.tables import dates, numbers, tables
from core.labs.recurrent_cells import messages, rivals, weather
from core.labs.recurrent_cells.weather import MAXIMUM, Spec
from core.learn import windows
from core.learn.elsewhere import measured
from core.learn.elsewhere.measured import Measured, Model
from core.learn.elsewhere.property import Property
from core.learn.windows import Part, Split
from core.runs import spec as specs
from core.runs.store import Run, Store

LEAST = 30  # samples: windows of consecutive days with the day after them
MOST_BYTES = 20_000_000
HOTTEST, COLDEST = 60.0, -95.0  # °C
BLOCK = 10  # neighbouring days that the bootstrap draws together: their errors are correlated


def of_run(run: Run, store: Store, path: Path, name: str = "") -> Measured:
    """Evaluate a stored network on a table of daily weather with the columns of the lab's data."""
    chosen, name = specs.from_dict(Spec, run.spec), name or path.name
    if path.stat().st_size > MOST_BYTES:
        raise TableError(messages.too_large.format(name=name, most=MOST_BYTES // 1_000_000))
    frame, told = read(path.read_bytes(), name, (MAXIMUM, *weather.columns(chosen)))
    home = weather.data(chosen)
    there = samples(frame, chosen, home)
    if len(there) < LEAST:
        raise TableError(messages.too_few_days.format(name=name, samples=len(there), window=chosen.window, least=LEAST))
    forecasts = store.arrays(run)["test"], home.unscale(_forecast(chosen, store.weights(run), there))
    return Measured(
        _models(chosen, home, there, forecasts),
        "RMSE",
        "°C",
        "days",
        f"blocks of {BLOCK} days",
        True,
        _shift(chosen, frame),
        told,
    )


def read(content: bytes, name: str, columns: Sequence[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read the wanted columns by day, in order, without days that lack one of them. TableError says what is wrong."""
    try:
        table = tables.read(content, name)
    except FileError as error:
        raise TableError(str(error)) from error
    places = {one.strip().casefold(): at for at, one in enumerate(table.names)}
    if lacking := [one for one in columns if one not in places]:
        raise TableError(
            messages.missing_columns.format(name=name, lacking=", ".join(lacking), columns=", ".join(columns))
        )
    at = _day_column(table, name)
    days = dates.read(table.column(at))
    frame = pd.DataFrame({one: _numbers(table, places[one]) for one in columns}, pd.DatetimeIndex(days.days))
    kept_: Any = frame[frame.notna().all(axis=1) & frame.index.notna()].sort_index()
    single = kept_[~kept_.index.duplicated()]
    told = [*table.told]
    if left := len(frame) - len(single):
        told.append(messages.plural("left_out", len(frame)).format(left=left, rows=len(frame)))
    maximum = single[MAXIMUM]
    if len(single) and (maximum.max() > HOTTEST or maximum.min() < COLDEST):
        raise TableError(
            messages.not_celsius.format(
                name=name, low=maximum.min(), high=maximum.max(), coldest=COLDEST, hottest=HOTTEST
            )
        )
    return single, tuple(told)


def _day_column(table: tables.Table, name: str) -> int:
    shares = [dates.share_of_days(table.column(at), True) for at in range(len(table.names))]
    named = [at for at, one in enumerate(table.names) if one.strip().casefold() in ("date", "day", "time")]
    best = next((at for at in named if shares[at] >= 0.5), int(np.argmax(shares)) if shares else 0)
    if not shares or shares[best] < 0.5:
        raise TableError(messages.no_dates.format(name=name))
    return best


def _numbers(table: tables.Table, at: int) -> NDArray[np.float64]:
    """Return the numbers of a column; NaN for other cells, and for infinite numbers."""
    evidence = table.numeric.get(at)
    decimal = numbers.of_column(evidence, table.decimal({})) if evidence else "."
    values = numbers.column(table.column(at), decimal)[0].astype(float)
    return np.where(np.isfinite(values), values, np.nan)


def samples(frame: pd.DataFrame, chosen: Spec, home: Split) -> Part:
    """Return the windows of consecutive days, scaled as the training days at home."""
    names, known = weather.columns(chosen), slice(chosen.train + chosen.window)
    values, more = (frame[MAXIMUM].to_numpy() - home.offset) / home.scale, frame[names].to_numpy()
    if chosen.scaling and names:
        own = weather.table()[names].to_numpy()[known]
        more = (more - own.min(axis=0)) / windows.spans(own)
    ahead = weather.season(pd.DatetimeIndex(frame.index)) if chosen.season else None
    breaks = np.flatnonzero(np.diff(frame.index.to_numpy()) != np.timedelta64(1, "D")) + 1
    edges = [0, *breaks.tolist(), len(frame)]
    made = [
        windows.windows(values[a:b], chosen.window, more[a:b], None if ahead is None else ahead[a:b])
        for a, b in pairwise(edges)
        if b - a > chosen.window
    ]
    if not made:
        return Part(np.empty((0, chosen.window, chosen.features)), np.empty((0, 1)), np.empty(0, int))
    return Part(*(np.concatenate([getattr(one, name) for one in made]) for name in ("inputs", "targets", "days")))


def _forecast(chosen: Spec, weights: bytes, part: Part) -> NDArray:
    from core.learn import training
    from core.learn.networks import stacked

    return training.predict(stacked.load(chosen, weights), part.inputs)[:, 0]


def _models(chosen: Spec, home: Split, there: Part, forecasts: tuple[NDArray, NDArray]) -> tuple[Model, ...]:
    """Return network, linear regression on the same inputs and naive forecast, fitted at home alone."""
    linear = rivals.fit(home, chosen.season)
    parts = (home.test, there)
    answers = {
        weather.label(chosen): forecasts,
        "linear regression": [home.unscale(linear.predict(rivals.features(one, chosen.season))) for one in parts],
        "naive forecast": [home.unscale(windows.naive(one)[:, 0]) for one in parts],
    }
    truth = [home.unscale(one.targets[:, 0]) for one in parts]
    return tuple(
        Model(name, *(measured.in_units(np.square(a - t), BLOCK) for a, t in zip(said, truth, strict=True)))
        for name, said in answers.items()
    )


def _shift(chosen: Spec, frame: pd.DataFrame) -> tuple[Property, ...]:
    """Compare all days at home with those of the file."""
    home = weather.temperatures()
    known = home.iloc[: chosen.train + chosen.window]
    both = [(one, np.diff(one.to_numpy())) for one in (home, frame[MAXIMUM])]
    outside = [f"{np.mean((one < known.min()) | (one > known.max())):.1%}" for one, _ in both]
    return (
        Property("mean maximum, °C", *(f"{one.mean():.1f}" for one, _ in both)),
        Property("standard deviation, °C", *(f"{one.std():.1f}" for one, _ in both)),
        Property(messages.daily_change, *(f"{change.std():.1f}" for _, change in both)),
        Property(messages.days_outside, *outside),
    )
