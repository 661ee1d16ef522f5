"""Draw the Bitcoin rollout: the available networks, and their forecasts on the test set."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core import settings
from core.errors import JobError
from core.jobs.job import Job, Work
from core.labs.bitcoin_rollout import messages, rivals, rollout, study as rollout_study, words as rollout_words
from core.labs.bitcoin_rollout.rollout import Spec
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.learn import contest as contests
from core.learn.contest import Contest
from core.messages import joined
from core.plot import palette
from core.plot.charts import dropout_note
from core.prices import (
    baselines,
    charts as forecast_charts,
    compare,
    linear,
    messages as prices_messages,
    metrics as forecast_metrics,
)
from core.prices.prices import Prices, unit
from core.runs import runs, spec as specs
from core.runs.compared import origins
from core.runs.store import Run
from core.ui import background, cached, jobs, prices as forecast_prices, tables
from core.ui.frame import paint
from core.ui.literal import literal
from core.ui.uploads import own_prices


@dataclass(frozen=True, eq=False)
class Found:
    """Networks to show: one per seed (the best available), the direct one, and those that could be trained."""

    runs: tuple[Run, ...]
    direct: Run | None
    missing: tuple[Spec, ...]
    stopped: int = 0  # how many of the missing ones are stored, but were stopped early

    @property
    def first(self) -> Run:
        return self.runs[0]

    @property
    def finished(self) -> "Found":
        """Return a copy without networks whose training was stopped early."""
        return replace(self, runs=tuple(run for run in self.runs if not run.stopped))


def find(wanted: Wanted) -> Found:
    """Return networks trained on exactly these prices; else the same ones trained on older prices."""
    exact = {spec: stored(spec, wanted.prices) for spec in (*wanted.specs, wanted.direct)}
    missing = tuple(spec for spec, run in exact.items() if run is None or run.stopped)
    known = known_runs() if missing else []
    if any(exact[spec] for spec in wanted.specs):
        seeds = [exact[spec] for spec in wanted.specs]  # never average over two training sets
    else:
        seeds = [older(spec, known) for spec in wanted.specs]
    direct = exact[wanted.direct] or older(wanted.direct, known)
    halted = sum(run is not None and run.stopped for run in exact.values())
    return Found(tuple(run for run in seeds if run), direct, missing, halted)


def stored(spec: Spec, prices: Prices) -> Run | None:
    """Return the run of a spec on exactly these prices."""
    return cached.store().find("rollout", runs.key("rollout", spec, prices))


def older(spec: Spec, known: list[Run]) -> Run | None:
    """Return the newest complete training of the same network on other real prices of the symbol."""
    found = runs.of_spec("rollout", spec, known)
    return next((run for run in found if not run.data.get("simulated") and not run.stopped), None)


def known_runs() -> list[Run]:
    """Return every stored run of the kind that this user may see, newest first."""
    return [run for run in cached.store().list()[0] if run.kind == "rollout"]


def works(missing: tuple[Spec, ...], prices: Prices) -> list[Work]:
    """Return one part of a job for each network; the closes are sent with it."""
    more = {"data": prices, "private": prices.own}
    return [jobs.training("rollout", spec, part_name(spec), kind_name(spec), **more) for spec in missing]


def part_name(spec: Spec) -> str:
    """Return a short name of a part for a job's panel."""
    return f"{kind_name(spec)}-{spec.seed}"


def kind_name(spec: Spec) -> str:
    """Return what networks that differ only in their seed have in common."""
    return f"direct-{spec.horizon}" if spec.horizon > 1 else f"window-{spec.window}"


def estimate(missing: tuple[Spec, ...], prices: Prices) -> float | None:
    """Return the estimated seconds of their training; None if unknown."""
    return rollout_study.estimate_seconds(missing, known_runs(), settings.read().workers, len(prices))


def train_button(wanted: Wanted, found: Found) -> None:
    """Draw how many networks are trained on these prices, and the button that trains the rest."""
    if not found.missing:
        st.caption(prices_messages.all_trained)
        return
    told = jobs.untrained(len(wanted.specs) + 1, len(found.missing), found.stopped, prices_messages.trained_on_these)
    seconds = estimate(found.missing, wanted.prices)
    st.caption(f"{told}{jobs.about(seconds)}.")
    title = messages.training_on.format(symbol=wanted.first.symbol)
    jobs.button(title, lambda: works(found.missing, wanted.prices), seconds)


def live(job: Job) -> go.Figure:
    """Draw the loss of each running network."""
    curves = {part.name: [part.history] for part in job.parts if part.history}
    return loss_chart(curves)


def loss_chart(curves: dict[str, list[dict]]) -> go.Figure:
    """Draw the training loss by epoch, one line per name."""
    chart = forecast_charts.learning(curves, "loss", messages.mse_axis)
    traces: Any = chart.data
    for trace, colour in zip(traces, _colours(len(traces)), strict=True):
        trace.update(name=trace.name.split(",")[0], line={"color": colour, "dash": "solid"})
    return chart


def _colours(count: int) -> list[str]:
    return [palette.SERIES[i % len(palette.SERIES)] for i in range(count)]


def stamps(wanted: Wanted, found: Found) -> list[str]:
    """Return the prices with their age, and where the networks are from."""
    facts = [wanted.prices.provenance.sentence()]
    if found.runs:
        where = joined(list(dict.fromkeys(origins()[run.origin] for run in found.runs)))
        halted = sum(run.stopped for run in found.runs)
        early = messages.stopped_early.format(runs=halted) * bool(halted)
        days, count, seeds = found.first.facts["trained_to"], len(found.runs), len(wanted.specs)
        facts.append(messages.seeds_found.format(runs=count, seeds=seeds, where=where, days=days, early=early))
    return facts


def notes(wanted: Wanted, found: Found) -> None:
    """Draw the caveats of these prices."""
    forecast_prices.note(wanted.shown)
    if not wanted.uploaded:
        forecast_prices.watch(wanted.first.symbol, wanted.shown)
    if found.runs:
        last, scaling = float(wanted.prices.values[-1]), rollout.scaling_of(found.first)
        if told := rollout_words.beyond_scale(last, scaling, wanted.prices.currency):
            st.warning(told, icon=":material/straighten:")


def one_day(run: Run, prices: Prices) -> np.ndarray:
    """Return the one-day forecast made at the end of each day `(days,)`; NaN before the first whole window."""
    kept = cached.arrays(run).get(rollout.forecasts_name(prices))
    return (look(run, prices) if kept is None else kept)[:, 0].astype(float)


def look(run: Run, prices: Prices) -> np.ndarray:
    """Return forecasts `(days, horizon)` of a network from every day of these prices, computed by a worker."""
    return background.call("core.labs.bitcoin_rollout.run:look", cached.store().url, run.key, prices.values)


def first_test(wanted: Wanted, found: Found) -> int:
    """Return the index of the first day after a whole window that none of the shown networks was trained on."""
    cut = rollout.cut_day(wanted.first, len(wanted.prices))
    if not found.runs:
        return cut
    context = max(rollout.scaling_of(run).context(run.spec["window"]) for run in found.runs)
    return max(context, *(rollout.first_unseen(run.facts, wanted.prices) for run in found.runs))


def result(wanted: Wanted, found: Found) -> None:
    """Draw the series in two colours, observed against predicted on the test set, and errors with baselines."""
    prices, start = wanted.prices, first_test(wanted, found)
    title = messages.training_and_test.format(symbol=literal(prices.provenance.symbol))
    logarithmic, series = forecast_prices.logarithmic(title), (prices.days, prices.values)
    cuts = start, start, len(prices)
    cached.plot(
        "parts", messages.series_alt, forecast_charts.parts, *series, cuts, logarithmic, currency=prices.currency
    )
    if not found.runs:
        jobs.nothing_yet()
    elif len(prices) - start < 2:
        st.info(messages.no_test_days)
    elif paint.goes_on():
        _test_part(wanted, found, start)


@dataclass(frozen=True, eq=False)
class Tested:
    """The test days: observed prices, one-day forecasts of each seed and each baseline, all `(days,)`."""

    truth: np.ndarray
    seeds: list[np.ndarray]
    baselines: dict[str, np.ndarray]
    known: np.ndarray  # closes of the days before
    parameters: dict[str, int]  # of the network, "lstm", and of the baselines that have any

    @property
    def forecasts(self) -> dict[str, np.ndarray]:
        """Return all by name, of the network the mean over its seeds."""
        return {"lstm": np.mean(self.seeds, axis=0)} | self.baselines

    @cached_property
    def errors(self) -> dict[str, list[dict[str, float]]]:
        """Return the metrics of the network, for each seed, and of the baselines."""
        made = {"lstm": self.seeds} | {name: [values] for name, values in self.baselines.items()}
        naive = self.baselines["naive"]
        return {
            name: [forecast_metrics.measure(self.truth, one, naive, self.known) for one in values]
            for name, values in made.items()
        }

    @cached_property
    def contest(self) -> Contest:
        """Compare the network with the baseline that has the lowest RMSE."""
        rmse = {name: float(np.mean([one["rmse"] for one in values])) for name, values in self.errors.items()}
        return contests.contest(
            {"lstm": rmse.pop("lstm")},
            rmse,
            {},
            lambda _, rival: contests.difference(self.truth, self.seeds, self.baselines[rival]),
        )


NAMES = {name: forecast_charts.style(name).label for name in ("lstm", *baselines.NAMES, "linear")}


def tested(wanted: Wanted, found: Found, start: int) -> Tested:
    """Return the forecasts of the days from `start` on."""
    closes = wanted.prices.values
    origins = np.arange(start - 1, len(closes) - 1)
    made = {name: values[:, 0] for name, values in baselines.all_of(closes, origins, 1).items()}
    seeds = [one_day(run, wanted.prices)[origins] for run in found.runs]
    parameters = {"lstm": found.first.facts["parameters"], "linear": linear.parameters(found.first.spec["window"], 1)}
    return Tested(closes[origins + 1], seeds, made | _linear(wanted, found, start), closes[:start], parameters)


def _linear(wanted: Wanted, found: Found, start: int) -> dict[str, np.ndarray]:
    """Return the one-day forecasts of linear regression on the network's window.

    None until it is fitted, or without a worker.
    """
    closes, spec = wanted.prices.values, found.first.spec
    shape, home = (spec["window"], 1, spec["scaling"]), rivals.home_of(found.first)
    try:
        made = background.soon("core.labs.bitcoin_rollout.rivals:forecast", closes, *shape, start, home)
    except JobError:
        return {}
    return {} if made is None or made[0] is None else {"linear": made[0][:, 0]}


def _test_part(wanted: Wanted, found: Found, start: int) -> None:
    shown = tested(wanted, found, start)
    forecasts = shown.forecasts
    st.subheader(prices_messages.plural("predictions", 1).format(days=1), anchor=False)
    lines = {name: forecasts[name] for name in ("lstm", "linear", "naive") if name in forecasts}
    days = wanted.prices.days[start:]
    chart = cached.chart(forecast_charts.predictions, days, shown.truth, lines, currency=wanted.prices.currency)
    st.plotly_chart(chart, key="predictions", alt=messages.predictions_alt)
    if begins := forecast_charts.begins(days):
        st.caption(begins)
    _table(shown, wanted.prices.currency)
    if wanted.uploaded and found.first.data["fingerprint"] != wanted.prices.fingerprint:
        own_prices.beside_home(_beside_home(found, shown), found.first.data, prices_messages.skill_help)
    st.subheader(messages.learning_curves, anchor=False)
    curves = {f"seed {run.spec['seed']}": [run.history] for run in found.runs}
    cached.plot("loss", messages.loss_alt, loss_chart, curves)
    st.caption(messages.no_validation + dropout_note(found.first.spec["dropout"], validated=False))


def _beside_home(found: Found, there: Tested) -> dict[str, tuple[list[float], list[float]]]:
    """Return the skill scores at home and on other prices, of the network and of its rivals."""
    home = {"lstm": [run.metrics["test_skill"] for run in found.runs]}
    fitted = [run.metrics["linear_test_skill"] for run in found.runs if "linear_test_skill" in run.metrics]
    home |= {"linear": fitted} if fitted and "linear" in there.baselines else {}
    return {NAMES[name]: (scores, [one["skill"] for one in there.errors[name]]) for name, scores in home.items()}


TITLES = {"rmse": "RMSE", "mae": "MAE", "mape": "MAPE", "mase": "MASE", "skill": "skill score"}


def _table(shown: Tested, currency: str) -> None:
    seeds = len(shown.seeds)
    names = NAMES | {"lstm": messages.plural("over_seeds", seeds).format(name=NAMES["lstm"], seeds=seeds)}
    rows = [
        shown.contest.row(name, names[name], shown.parameters.get(name, 0), errors)
        for name, errors in shown.errors.items()
    ]
    looks = dict.fromkeys(("RMSE", "difference", "± RMSE", "MAE"), forecast_prices.money_column(currency))
    looks |= {"MAPE": "percent", "MASE": "%.2f", "skill score": "%.3f"}
    tables.dataframe(contests.table("forecast", rows, TITLES), looks, key="errors", alt=messages.errors_alt)
    near = shown.contest.errors["lstm"] < 1.5 * shown.contest.errors["naive"]
    mean = messages.mean_over_seeds if len(shown.seeds) > 1 else messages.one_seed
    st.caption(
        messages.errors_caption.format(mean=mean, currency=currency)
        + messages.about_linear * ("linear" in shown.baselines)
        + messages.close_lines * near
        + shown.contest.caption(NAMES)
    )


def honest(wanted: Wanted, found: Found) -> str:
    """Return the summary sentence on the test set of the shown networks."""
    early, found = runs.halted(found.runs), found.finished
    start = first_test(wanted, found)
    if not found.runs or len(wanted.prices) - start < 2:
        return early + prices_messages.naive_baseline
    shown, spec = tested(wanted, found, start), specs.from_dict(Spec, found.first.spec)
    currency, tests = wanted.prices.currency, [(shown.truth, one) for one in shown.seeds]
    contest, rival = shown.contest, shown.baselines[shown.contest.rival]
    worse = contest.departure(NAMES, shown.parameters, shown.truth, shown.seeds, rival)
    return early + contest.summary(
        NAMES,
        shown.parameters,
        compare.amounts(contest.errors["naive"], currency),
        unit=unit(currency),
        lead=messages.one_day_lead,
        why=compare.reason(shown.known, tests, spec.scaling, worse),
        works=spec == rollout.presets(spec)["works"],
    )


def how_it_works() -> None:
    """Explain the idea, the equations, and the report's mistake."""
    st.markdown(messages.how_it_works)
