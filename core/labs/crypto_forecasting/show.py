"""Evaluate stored networks on the current prices for a page; a worker is asked only for results not yet stored."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.labs.crypto_forecasting import forecast, judge as forecast_judge, messages
from core.labs.crypto_forecasting.judge import Verdict
from core.labs.crypto_forecasting.rivals import NAMES
from core.labs.crypto_forecasting.spec import MODELS, REPORT, Spec, presets
from core.learn import contest as contests
from core.learn.contest import Contest, Row
from core.learn.rivals import Difference
from core.prices import baselines, compare, conformal, linear, messages as prices_messages, metrics as forecast_metrics
from core.prices.prices import DOLLARS, Prices, unit
from core.runs import spec
from core.runs.store import Run
from core.runs.stored import Tested

ERRORS = {"rmse": "RMSE", "mse": "MSE", "mae": "MAE", "mape": "MAPE", "mase": "MASE", "skill": "skill score"}
LONGEST_GAP = np.timedelta64(5, "D")  # between trading days in a row, a weekend with holidays


@dataclass(frozen=True, eq=False)
class Shown:
    """A run on prices: tested days with truth and forecasts in dollars, errors, interval, and the days ahead."""

    days: pd.DatetimeIndex  # of the first step of each sample
    truth: np.ndarray  # (samples, horizon)
    verdict: Verdict
    ahead: np.ndarray  # (horizon,): forecast after the newest day
    ahead_band: tuple[np.ndarray, np.ndarray] | None  # (horizon,) each
    tested: Tested
    own: bool  # these are the prices of the training
    known: np.ndarray  # prices of the training days, for MASE
    validation: float | None  # RMSE on the validation set of the training; None without one
    parameters: dict[str, int]  # of network and baselines, by the name of their forecasts


def inputs(run: Run, prices: Prices) -> np.ndarray:
    """Return the inputs `(samples, window, 1)` of a network on other prices than its own, up to the newest day."""
    return forecast.inputs_on(run, prices)


def show(run: Run, arrays: dict[str, np.ndarray], prices: Prices, raw: np.ndarray | None = None) -> Shown:
    """Evaluate a run on prices; on others than its own `raw` are its outputs `(samples, horizon)` for `inputs`."""
    chosen, values = spec.from_dict(Spec, run.spec), prices.values
    own = run.data["fingerprint"] == prices.fingerprint
    stretch = forecast.stretch_of(chosen, run, prices, own)
    scaling, width = forecast.scaling_of(run), forecast.band_of(run)
    if raw is None:
        made, last = arrays["test"].astype(float), arrays["next"]
    else:
        made, last = scaling.decode(stretch.part.history, raw[:-1]), raw[-1:]
    ahead = scaling.decode(values[None, -scaling.context(chosen.window) :], last)
    now = conformal.volatility(values, np.array([len(values) - 1]))
    edges = tuple(edge[0] for edge in width.band(ahead, now)) if width else None
    return Shown(
        days=prices.days[stretch.part.origins + 1],
        truth=stretch.part.future,
        verdict=forecast_judge.judge(values, stretch, made, width),
        ahead=ahead[0],
        ahead_band=edges,
        tested=forecast.tested(stretch, prices),
        own=own,
        known=stretch.known,
        validation=run.metrics.get("validation_rmse"),
        parameters={"network": run.facts["parameters"], "linear": linear.parameters(chosen.window, chosen.horizon)},
    )


def beside(shown: Shown, fitted: np.ndarray | None) -> Shown:
    """Return the same with the forecasts of linear regression on these days, and their errors; as it is without."""
    if fitted is None or fitted.shape != shown.truth.shape:
        return shown
    verdict = shown.verdict
    found = forecast_metrics.measure(shown.truth, fitted, verdict.forecasts["naive"], shown.known)
    errors = verdict.metrics | {f"linear_test_{name}": value for name, value in found.items()}
    return replace(shown, verdict=replace(verdict, forecasts=verdict.forecasts | {"linear": fitted}, metrics=errors))


def rivals(groups: dict[str, list[Shown]]) -> dict[str, str]:
    """Return key and name of the baselines that every network is shown beside."""
    every = [one.verdict.forecasts for group in groups.values() for one in group]
    return {name: label for name, label in NAMES.items() if all(name in forecasts for forecasts in every)}


def contest(groups: dict[str, list[Shown]]) -> Contest:
    """Compare every network, over its seeds, with the baseline that has the lowest test RMSE."""

    def rmse(group: list[Shown], who: str = "") -> float:
        return float(np.mean([one.verdict.metrics[f"{who}test_rmse"] for one in group]))

    every = [one for group in groups.values() for one in group]
    return contests.contest(
        {model: rmse(group) for model, group in groups.items()},
        {name: rmse(every, f"{name}_") for name in rivals(groups)},
        {model: [one.validation for one in group] for model, group in groups.items()},
        lambda model, rival: _difference(groups[model], rival),
    )


def _difference(group: list[Shown], rival: str) -> Difference | None:
    """Return None for days split at random, where each seed tests other days."""
    first = group[0]
    if np.diff(first.days).max() > LONGEST_GAP:
        return None
    made = [one.verdict.forecasts["network"] for one in group]
    return contests.difference(first.truth, made, first.verdict.forecasts[rival])


def table(groups: dict[str, list[Shown]], chosen: Spec) -> pd.DataFrame:
    """Return one row per network (mean over seeds), then the baselines, then the report's figures if there are any."""
    found, every = contest(groups), [one.verdict.metrics for group in groups.values() for one in group]
    counts = next(iter(groups.values()))[0].parameters
    rows = []
    for model, group in groups.items():
        errors = [_errors(one.verdict.metrics) for one in group]
        rows.append(found.row(model, MODELS[model], group[0].parameters["network"], errors))
    for name, label in rivals(groups).items():
        means = pd.DataFrame([_errors(one, f"{name}_") for one in every]).mean().to_dict()
        rows.append(Row(label, counts.get(name, 0), [means]))
    return pd.concat([contests.table("forecast", rows, ERRORS), pd.DataFrame(report_rows(chosen, list(groups)))])


def _errors(metrics: dict[str, float], who: str = "") -> dict[str, float]:
    return {name: metrics[f"{who}test_{name}"] for name in ERRORS}


def beside_home(
    trained: dict[str, list[Run]], groups: dict[str, list[Shown]]
) -> dict[str, tuple[list[float], list[float]]]:
    """Return the skill scores at home and on other prices, over seeds, of each network and of linear regression."""
    there = {model: [one.verdict.metrics for one in group] for model, group in groups.items()}
    found = {
        MODELS[model]: ([run.metrics["test_skill"] for run in runs], [one["test_skill"] for one in there[model]])
        for model, runs in trained.items()
    }
    first, name = next(iter(trained)), "linear_test_skill"
    home = [run.metrics[name] for run in trained[first] if name in run.metrics]
    own = [one[name] for one in there[first] if name in one]
    return found | ({NAMES["linear"]: (home, own)} if home and own else {})


def caption(groups: dict[str, list[Shown]]) -> str:
    """Explain the p-values of the table."""
    return contest(groups).caption(NAMES)


def report_rows(chosen: Spec, models: list[str]) -> list[dict[str, object]]:
    """Return the report's rows for this coin and horizon, regardless of the other settings."""
    return [
        {"forecast": f"report: {MODELS[model]}", **dict(zip(("MSE", "RMSE", "MAE", "MAPE"), found, strict=True))}
        for model in models
        if (found := REPORT.get((chosen.horizon, model, chosen.symbol)))
    ]


def by_day(groups: dict[str, list[Shown]], step: int) -> pd.DataFrame:
    """Return truth, networks, naive and linear at a step (0 is the next day), by the first day of each sample.

    Seeds are averaged day by day: by the report's protocol each of them tests other days.
    """
    every = [one for group in groups.values() for one in group]
    columns = {"truth": [(one.days, one.truth) for one in every]}
    columns |= {name: [(one.days, one.verdict.forecasts["network"]) for one in group] for name, group in groups.items()}
    for name in ("naive", *(["linear"] if "linear" in rivals(groups) else [])):
        columns[name] = [(one.days, one.verdict.forecasts[name]) for one in every]
    return pd.DataFrame(
        {
            name: pd.concat([pd.Series(made[:, step], days) for days, made in parts]).groupby(level=0).mean()
            for name, parts in columns.items()
        }
    )


def by_step(groups: dict[str, list[Shown]], error: str) -> dict[str, np.ndarray]:
    """Return an error of `forecast_metrics.by_step` per step for each network and baseline, mean over seeds."""

    def measured(found: list[Shown], name: str) -> np.ndarray:
        made = [forecast_metrics.by_step(one.truth, one.verdict.forecasts[name])[error] for one in found]
        return np.mean(made, axis=0)

    every = [one for group in groups.values() for one in group]
    errors = {name: measured(group, "network") for name, group in groups.items()}
    return errors | {name: measured(every, name) for name in rivals(groups)}


def ahead(groups: dict[str, list[Shown]], prices: Prices) -> pd.DataFrame:
    """Return the days after the newest: each network's forecast (mean over seeds), the first interval, and naive."""
    first = next(iter(groups.values()))[0]
    steps = len(first.ahead)
    frame = pd.DataFrame({"day": _days_after(prices, steps), baselines.NAMES["naive"]: prices.values[-1]})
    for model, group in groups.items():
        frame[MODELS[model]] = np.mean([one.ahead for one in group], axis=0)
    if first.ahead_band:
        frame["lower bound"], frame["upper bound"] = first.ahead_band
    return frame


def _days_after(prices: Prices, steps: int) -> pd.DatetimeIndex:
    """Return the next trading days: every day, or weekdays only if the series has no weekends."""
    every = (prices.days.dayofweek >= 5).any()
    return pd.date_range(prices.days[-1], periods=steps + 1, freq="D" if every else "B")[1:]


def honest(groups: dict[str, list[Shown]], chosen: Spec | None = None, currency: str = DOLLARS) -> str:
    """Compare a network with the best baseline on the tested days; without one, state the figure to beat.

    The validation set chooses the network. Where it is not better, say why, and what to try if `chosen` does not work.
    """
    if not groups:
        return prices_messages.naive_baseline
    found = contest(groups)
    group, naive = groups[found.chosen], found.errors["naive"]
    first, made = group[0], [one.verdict.forecasts["network"] for one in group]
    none = all(found.errors[model] >= naive for model in groups)
    said = compare.amounts(naive, currency)
    level = said(found.errors[found.rival]) == said(naive)
    none_better = messages.none_ahead if level else messages.none_beats_naive.format(rmse=said(naive))
    counts = {name: first.parameters.get(name, 0) for name in NAMES} | {found.chosen: first.parameters["network"]}
    worse = found.departure(NAMES, counts, first.truth, made, first.verdict.forecasts[found.rival])
    tested = [(one.truth, forecast) for one, forecast in zip(group, made, strict=True)]
    told = found.summary(
        MODELS | NAMES,
        counts,
        said,
        unit=unit(currency),
        noun=prices_messages.days_partly_trained if first.tested["seen"] else messages.days,
        lead=ahead_of(first.truth.shape[1]) + none_better * none,
        why=compare.reason(first.known, tested, chosen.scaling, worse) if chosen and first.own else worse,
        works=chosen is None or chosen == presets(chosen)["works"],
    )
    leaks = chosen and chosen.protocol == "report" and first.own
    return told + messages.leakage_alone if leaks and found.errors[found.chosen] < found.errors[found.rival] else told


def ahead_of(horizon: int) -> str:
    """Return the days that the errors are of, as the beginning of a sentence."""
    return messages.plural("days_lead", horizon).format(horizon=horizon)
