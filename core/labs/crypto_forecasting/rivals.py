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


def forecast(chosen: Spec, scaling: Scaling, until: str, prices: Prices, home: str) -> NDArray[np.float64] | None:
    """Return forecasts of linear regression for the days that a network is tested on, `(samples, horizon)` in dollars.

    It is fitted on the training set of the network, which `home`, the fingerprint of its prices, finds if these are
    the included ones; else on the days up to `until` of the prices. None if they are too few.
    """
    return linear.forecast(*_parts(chosen, scaling, until, prices, home), scaling)


def _parts(chosen: Spec, scaling: Scaling, until: str, prices: Prices, home: str) -> tuple[Part, Part, Part]:
    own = home == prices.fingerprint
    if learned := prices if own else linear.at_home(chosen.symbol, home):
        parts = judge.split(chosen, learned.values)
        tested = parts.test if own else judge.unseen(chosen, scaling, until, prices).part
        return parts.train, parts.validation, tested
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
    home: str  # fingerprint of the prices that the network learned from


def asked(run: Run) -> Asked:
    """Return the fields of a run that `several` reads."""
    return Asked(run.spec, scaling_of(run), run.facts["learned_until"], run.data["fingerprint"])


def several(wanted: dict[str, Asked], prices: Prices) -> dict[str, NDArray[np.float64] | None]:
    """Return the forecasts beside several networks, by key."""
    return {
        key: forecast(specs.from_dict(Spec, one.spec), one.scaling, one.until, prices, one.home)
        for key, one in wanted.items()
    }
