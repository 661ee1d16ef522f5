"""Forecast the weather by simple methods on a network's split: yesterday's value, and three linear regressions."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.labs.recurrent_cells import messages, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn import ridge, windows
from core.learn.ridge import Ridge
from core.learn.rivals import Baselines, Rival
from core.learn.windows import Part, Split
from core.messages import joined
from core.runs import spec as specs
from core.runs.store import Run


def of(chosen: Spec) -> list[Rival]:
    """Return the rivals on the split of a spec: yesterday first, then linear regressions on more and more inputs."""
    own = chosen.more
    wanted = dict.fromkeys([(), ("season",), own])
    return [yesterday(chosen), *(_linear(chosen, more) for more in wanted)]


def of_run(run: Run) -> list[Rival]:
    """Return the rivals on the split of a stored run."""
    return of(specs.from_dict(Spec, run.spec))


def again(run: Run, weights: bytes, arrays: dict[str, NDArray]) -> Baselines:
    """Return no figures for a stored run to keep: they are fitted whenever it is shown, and for the model card."""
    return Baselines({}, [])


def split_of(chosen: Spec) -> Spec:
    """Return a spec with the same split, window, scaling and inputs, and defaults elsewhere: it has the same rivals."""
    same = ("window", "scaling", "train", "validation", *weather.INPUTS)
    return Spec(**{name: getattr(chosen, name) for name in same})


def yesterday(chosen: Spec) -> Rival:
    """Return the naive forecast: the last value of each window."""
    parts = weather.data(chosen)
    forecasts = {name: parts.unscale(windows.naive(getattr(parts, name))[:, 0]) for name in weather.PARTS}
    return Rival("naive forecast", "maximum of one day", 0, weather.measure(parts, forecasts), forecasts)


def _linear(chosen: Spec, more: tuple[str, ...]) -> Rival:
    """Fit linear regression on the window of the maximum and on `more` of its inputs."""
    parts = weather.data(replace(chosen, **{name: name in more for name in weather.INPUTS}))
    model = fit(parts, "season" in more)
    forecasts = {
        name: parts.unscale(model.predict(features(getattr(parts, name), "season" in more))) for name in weather.PARTS
    }
    return Rival(
        _name(more, chosen),
        f"{joined(['maximum', *(name for name in more if name != 'season')])} of {chosen.window} days"
        + messages.season_reads * ("season" in more),
        model.parameters,
        weather.measure(parts, forecasts),
        forecasts,
        reads_more=not set(more) <= set(chosen.more),
    )


def _name(more: tuple[str, ...], chosen: Spec) -> str:
    if not more:
        return "linear regression"
    if more == chosen.more and len(more) > 1:
        return "linear regression on all inputs"
    return f"linear regression with {', '.join(more)}"


def fit(parts: Split, season: bool) -> Ridge:
    """Fit on the training set; the strength of the penalty is chosen on the validation set."""
    train, validation = ((features(part, season), part.targets[:, 0]) for part in (parts.train, parts.validation))
    return ridge.choose(train, validation)


def features(part: Part, season: bool) -> NDArray[np.float64]:
    """Return the inputs as one row per sample; of the season, the last two columns, only that of the last step."""
    inputs = part.inputs.astype(float)
    if not season:
        return inputs.reshape(len(inputs), -1)
    return np.hstack([inputs[:, :, :-2].reshape(len(inputs), -1), inputs[:, -1, -2:]])
