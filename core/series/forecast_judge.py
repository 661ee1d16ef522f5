"""What a trained network is worth on a series: its own test part again, or days that it has never seen."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.errors import PricesError
from core.series import baselines, conformal, forecast_data, forecast_metrics
from core.series.conformal import Conformal
from core.series.forecast_data import Part, Split
from core.series.forecast_scaling import Scaling
from core.series.forecast_spec import Spec
from core.series.prices import Prices

PARTS = ("train", "validation", "test")
COVERAGE = 0.8


@dataclass(frozen=True, eq=False)
class Stretch:
    """Days to test a network on, and how honest that is. `known` are the prices before them, the unit of MASE."""

    part: Part
    known: np.ndarray
    seen: bool = False  # the network may have learned from these days


@dataclass(frozen=True, eq=False)
class Verdict:
    """Forecasts on a stretch beside those that need no training, all `(samples, horizon)` in dollars."""

    forecasts: dict[str, np.ndarray]
    metrics: dict[str, float]
    band: tuple[np.ndarray, np.ndarray] | None = None
    covered: np.ndarray = field(default_factory=lambda: np.empty(0))  # (horizon,)


def cuts(chosen: Spec, days: int) -> forecast_data.Cuts:
    """First day of validation, first of the test, day after its last; of one fold where the spec is of a backtest."""
    return forecast_data.walk_forward(days, chosen.folds)[chosen.fold] if chosen.folds else forecast_data.cut_days(days)


def split(chosen: Spec, prices: np.ndarray) -> Split:
    """The parts of a spec on a series."""
    shape = (prices, chosen.window, chosen.horizon, chosen.scaling)
    if chosen.protocol == "report":
        return forecast_data.report(*shape, chosen.seed)
    return forecast_data.time_ordered(*shape, cuts(chosen, len(prices)))


def learned_until(chosen: Spec, prices: Prices) -> str:
    """The last day that training or validation has; by the report's protocol the last of all."""
    last = len(prices) if chosen.protocol == "report" else cuts(chosen, len(prices))[1]
    return f"{prices.days[last - 1]:%Y-%m-%d}"


def own_test(chosen: Spec, prices: Prices) -> Stretch:
    """The test part of the protocol, on the prices of the training."""
    parts = split(chosen, prices.values)
    return Stretch(parts.test, prices.values[: len(parts.known)][parts.known])


def unseen(chosen: Spec, scaling: Scaling, until: str, prices: Prices) -> Stretch:
    """All days of other prices after `until`; all days at all, told as `seen`, where too few come after it."""
    start = int(np.searchsorted(prices.days, pd.Timestamp(until), side="right"))
    part = _stretch(chosen, scaling, prices, start)
    if len(part) >= forecast_data.FEWEST:
        return Stretch(part, prices.values[: max(start, 2)])
    part = _stretch(chosen, scaling, prices, 0)
    if not len(part):
        raise PricesError(
            f"These prices have {len(prices)} days, too few for a window of {chosen.window} days and a horizon of "
            f"{chosen.horizon}."
        )
    return Stretch(part, prices.values, seen=True)


def _stretch(chosen: Spec, scaling: Scaling, prices: Prices, start: int) -> Part:
    return forecast_data.stretch(prices.values, chosen.window, chosen.horizon, scaling, start)


def judge(prices: np.ndarray, stretch: Stretch, forecast: np.ndarray, width: Conformal | None = None) -> Verdict:
    """All errors of a network and of the baselines; `test_` before the network's, `naive_test_` before naive's."""
    part = stretch.part
    simple = baselines.all_of(prices, part.origins, forecast.shape[1])
    errors = {"": forecast, **simple}
    measured = {
        f"{name}_test_{error}".lstrip("_"): value
        for name, made in errors.items()
        for error, value in forecast_metrics.measure(part.future, made, simple["naive"], stretch.known).items()
    }
    forecasts = {"network": forecast, **simple}
    if width is None:
        return Verdict(forecasts, measured)
    band = width.band(forecast, conformal.volatility(prices, part.origins))
    covered = conformal.reached(part.future, *band)
    told = {f"coverage_{step}": float(value) for step, value in enumerate(covered, start=1)}
    return Verdict(forecasts, {**measured, "coverage": float(covered.mean()), **told}, band, covered)


def calibrated(prices: np.ndarray, part: Part, forecast: np.ndarray) -> Conformal | None:
    """The band of a validation part; None where the protocol has none, or one too small to promise anything."""
    if not len(part):
        return None
    made = conformal.calibrate(part.future, forecast, conformal.volatility(prices, part.origins), COVERAGE)
    return made if np.isfinite(made.widths).all() else None
