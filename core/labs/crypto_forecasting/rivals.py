"""Forecast by linear regression on a network's training days and inputs, the strongest of its simple rivals."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.labs.crypto_forecasting import judge
from core.labs.crypto_forecasting.spec import Spec
from core.learn.rivals import Rival, measured
from core.prices import baselines, linear, messages as prices_messages, splits as forecast_data
from core.prices.prices import Prices
from core.prices.scaling import Scaling, scaling_of
from core.prices.splits import Part
from core.runs import spec as specs
from core.runs.store import Run

NAMES = baselines.NAMES | {"linear": linear.NAME}
VALIDATION = 0.15 / 0.8  # share of the days before the test set, see `cut_days`


def of_run(run: Run) -> list[Rival]:
    """Return the rivals that the training of a run has measured, the naive forecast first."""
    keys = {name: key for key, name in NAMES.items()}
    found = measured(NAMES, run.metrics, run.facts)
    inputs = prices_messages.group("baseline_inputs")
    return [replace(one, inputs=inputs.get(keys[one.name], linear.INPUTS)) for one in found]


def forecast(chosen: Spec, scaling: Scaling, until: str, prices: Prices, own: bool) -> NDArray[np.float64] | None:
    """Return forecasts of linear regression for the days that a network is tested on, `(samples, horizon)` in dollars.

    It is fitted on the days of its training set, of other prices on those up to `until`; None if they are too few.
    """
    return linear.forecast(*_parts(chosen, scaling, until, prices, own), scaling)


def _parts(chosen: Spec, scaling: Scaling, until: str, prices: Prices, own: bool) -> tuple[Part, Part, Part]:
    if own:
        parts = judge.split(chosen, prices.values)
        return parts.train, parts.validation, parts.test
    end = prices.after(until)
    cut = end if chosen.protocol == "report" else round(end * (1 - VALIDATION))
    shape = chosen.window, chosen.horizon, scaling
    ranges = (0, cut), (cut, end)
    known, between = (forecast_data.stretch(prices.values[:last], *shape, first) for first, last in ranges)
    return known, between, judge.unseen(chosen, scaling, until, prices).part


class Asked(NamedTuple):
    """Fields of a run that `several` reads."""

    spec: specs.Values
    scaling: Scaling
    until: str
    own: bool  # whether the prices are the network's own


def asked(run: Run, prices: Prices) -> Asked:
    """Return the fields of a run that `several` reads."""
    own = run.data["fingerprint"] == prices.fingerprint
    return Asked(run.spec, scaling_of(run), run.facts["learned_until"], own)


def several(wanted: dict[str, Asked], prices: Prices) -> dict[str, NDArray[np.float64] | None]:
    """Return the forecasts beside several networks, by key."""
    return {
        key: forecast(specs.from_dict(Spec, one.spec), one.scaling, one.until, prices, one.own)
        for key, one in wanted.items()
    }
