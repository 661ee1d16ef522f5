"""Evaluate a trained network on a series: on its own test set, or on days that it has never seen."""

from dataclasses import dataclass, field

import numpy as np

from core.errors import PricesError
from core.labs.crypto_forecasting import messages
from core.labs.crypto_forecasting.spec import Spec
from core.prices import baselines, conformal, metrics as forecast_metrics, splits as forecast_data
from core.prices.conformal import Conformal
from core.prices.prices import Prices
from core.prices.scaling import Scaling
from core.prices.splits import Part, Split

PARTS = ("train", "validation", "test")
COVERAGE = 0.8


@dataclass(frozen=True, eq=False)
class Stretch:
    """Days to test a network on, and whether it has `seen` them; `known` are the prices before, for MASE."""

    part: Part
    known: np.ndarray
    seen: bool = False  # the network may have learned from these days


@dataclass(frozen=True, eq=False)
class Verdict:
    """Forecasts on a stretch and those of the baselines, all `(samples, horizon)` in dollars."""

    forecasts: dict[str, np.ndarray]
    metrics: dict[str, float]
    band: tuple[np.ndarray, np.ndarray] | None = None
    covered: np.ndarray = field(default_factory=lambda: np.empty(0))  # (horizon,)


def cuts(chosen: Spec, days: int) -> forecast_data.Cuts:
    """Return the first validation day, the first test day and the day after the last; of one fold in a backtest."""
    return forecast_data.walk_forward(days, chosen.folds)[chosen.fold] if chosen.folds else forecast_data.cut_days(days)


def split(chosen: Spec, prices: np.ndarray) -> Split:
    """Split a series by the protocol of a spec."""
    shape = (prices, chosen.window, chosen.horizon, chosen.scaling)
    if chosen.protocol == "report":
        return forecast_data.report(*shape, chosen.seed)
    return forecast_data.time_ordered(*shape, cuts(chosen, len(prices)))


def learned_until(chosen: Spec, prices: Prices) -> str:
    """Return the last day used for training or validation; by the report's protocol the last day of all."""
    last = len(prices) if chosen.protocol == "report" else cuts(chosen, len(prices))[1]
    return f"{prices.days[last - 1]:%Y-%m-%d}"


def own_test(chosen: Spec, prices: Prices) -> Stretch:
    """Return the test set of the protocol on the training's prices."""
    parts = split(chosen, prices.values)
    return Stretch(parts.test, prices.values[: len(parts.known)][parts.known])


def unseen(chosen: Spec, scaling: Scaling, until: str, prices: Prices) -> Stretch:
    """Evaluate on the days after `until`, or on all days (`seen=True`) if too few follow; PricesError without any."""
    start = prices.after(until)
    part = _stretch(chosen, scaling, prices, start)
    if len(part) >= forecast_data.FEWEST:
        return Stretch(part, prices.values[: max(start, 2)])
    part = _stretch(chosen, scaling, prices, 0)
    if not len(part):
        raise PricesError(messages.too_few_days.format(days=len(prices), window=chosen.window, horizon=chosen.horizon))
    return Stretch(part, prices.values, seen=True)


def _stretch(chosen: Spec, scaling: Scaling, prices: Prices, start: int) -> Part:
    return forecast_data.stretch(prices.values, chosen.window, chosen.horizon, scaling, start)


def judge(
    prices: np.ndarray,
    stretch: Stretch,
    forecast: np.ndarray,
    width: Conformal | None = None,
    linear: np.ndarray | None = None,
) -> Verdict:
    """Compute all errors of a network (prefix `test_`) and of the baselines (such as `naive_test_`).

    `linear` are the forecasts of linear regression on the same samples, if it is fitted.
    """
    part = stretch.part
    simple = baselines.all_of(prices, part.origins, forecast.shape[1])
    simple |= {} if linear is None else {"linear": linear}
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
    """Calibrate the interval on a validation set; None without one, or if it is too small."""
    if not len(part):
        return None
    made = conformal.calibrate(part.future, forecast, conformal.volatility(prices, part.origins), COVERAGE)
    return made if np.isfinite(made.widths).all() else None
