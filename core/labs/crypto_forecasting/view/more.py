"""Draw further views of the price lab: error by horizon and interval, walk-forward backtest, data leakage."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from core.files.phrases import day
from core.labs.crypto_forecasting import judge as forecast_judge, messages, show as forecast_show, spec as forecast_spec
from core.labs.crypto_forecasting.spec import MODELS, Spec
from core.labs.crypto_forecasting.view.parts import amounts
from core.labs.crypto_forecasting.view.views import Found, Groups, about, judged, start_button
from core.learn import errors as metrics
from core.prices import baselines, charts as forecast_charts, splits
from core.prices.prices import DOLLARS
from core.runs import runs
from core.runs.store import Run
from core.runs.stored import span
from core.ui import cached, form, tables
from core.ui.literal import literal

MEASURES = {"RMSE": "rmse", "MAE": "mae", "MAPE": "mape", "MASE": "mase"}


def steps(found: Found) -> None:
    """Draw the error by step of the horizon, and the empirical coverage of the interval."""
    groups = judged(found)
    wanted = form.segments(messages.error, ("RMSE", "MAE"), key="error", help=messages.errors_help)
    errors = forecast_show.by_step(groups, wanted.lower())
    alt = messages.by_step_alt.format(error=wanted)
    cached.plot("by_step", alt, forecast_charts.by_step, errors, f"{wanted}, {found.prices.currency}")
    one_day = max(map(len, errors.values())) == 1
    mean = messages.mean_over_seeds if max(map(len, groups.values())) > 1 else ""
    st.caption(mean + (messages.more_days if one_day else messages.errors_grow))
    st.subheader(messages.coverage, anchor=False)
    _coverage(groups)


def _coverage(groups: Groups) -> None:
    reached = {
        name: np.mean([one.verdict.covered for one in group], axis=0)
        for name, group in groups.items()
        if len(group[0].verdict.covered)
    }
    if not reached:
        st.info(messages.no_interval)
        return
    cached.plot("coverage", messages.coverage_alt, forecast_charts.coverage, reached, forecast_judge.COVERAGE)
    told = " · ".join(f"{MODELS[name]} {values.mean():.1%}" for name, values in reached.items())
    st.caption(messages.coverage_help.format(coverage=told))


# ---- backtest


def backtest(found: Found) -> None:
    """Draw several folds, each trained on all days before: is the result of the single test set chance?"""
    if found.first.protocol == "report":
        st.info(messages.backtest_needs_order)
        return
    left, right = st.columns(2)
    folds = form.control(Spec, "folds", default=Spec(folds=4), where=left)
    name = form.segments(messages.measure, list(MEASURES), key="measure", where=right, help=messages.errors_help)
    specs = {chosen.model: splits.backtest(chosen, folds) for chosen in reversed(found.wanted)}
    stored = {model: [_finished(one, found) for one in group] for model, group in specs.items()}
    scores = _baselines(found, folds, MEASURES[name])
    whole = {m: [run.metrics[f"test_{MEASURES[name]}"] for run in g if run] for m, g in stored.items() if all(g)}
    scores |= {model: np.array(values) for model, values in reversed(whole.items())}
    starts = [day(found.prices.day(cut[1]), "%b") for cut in splits.walk_forward(len(found.prices), folds)]
    axis = messages.backtest_axis.format(measure=_with_unit(name, found.prices.currency))
    chart = cached.chart(forecast_charts.backtest, starts, scores, axis)
    st.plotly_chart(chart, key="backtest", alt=messages.backtest_alt.format(measure=name))
    frame = _spread(scores)
    look = {"MAPE": "percent"}.get(name, "%.2f")
    if name in ("RMSE", "MAE"):
        look = amounts(frame.loc[:, "mean"].min(), found.prices.currency)
    looks = dict.fromkeys(frame.columns[1:], look)
    tables.dataframe(frame, looks, key="backtest_table", alt=messages.backtest_table_alt)
    st.caption(messages.backtest_help)
    missing = [one for model, group in specs.items() for one, run in zip(group, stored[model], strict=True) if not run]
    if missing:
        guess = about(missing, found.prices)
        text = messages.plural("backtest_missing", len(missing))
        st.caption(text.format(missing=len(missing), time=guess or messages.no_estimate))
        start_button(messages.train_backtest, missing, found.prices, "train_backtest")


def _with_unit(measure: str, currency: str) -> str:
    """Return a measure as an axis names it: MASE, MAPE and the skill score have no unit."""
    units = {"MSE": f"{currency}²", "RMSE": currency, "MAE": currency}
    return f"{measure}, {units[measure]}" if measure in units else measure


def _finished(chosen: Spec, found: Found) -> Run | None:
    """Return the run of a spec on the page's prices, unless its training was stopped early."""
    run = cached.store().find("forecast", runs.key("forecast", chosen, found.prices))
    return None if run is None or run.stopped else run


def _baselines(found: Found, folds: int, measure: str) -> dict[str, np.ndarray]:
    values = found.prices.values
    out: dict[str, list[float]] = {name: [] for name in baselines.NAMES}
    for chosen in splits.backtest(found.first, folds):
        stretch = forecast_judge.own_test(chosen, found.prices)
        simple = baselines.naive(values, stretch.part.origins, chosen.horizon)
        said = forecast_judge.judge(values, stretch, simple).metrics
        for name in out:
            out[name].append(said[f"{name}_test_{measure}"])
    return {name: np.array(measured) for name, measured in out.items()}


def _spread(scores: dict[str, np.ndarray]) -> pd.DataFrame:
    rows = []
    for name, values in scores.items():
        mean, deviation = metrics.spread(list(values))
        label = forecast_charts.style(name).label
        rows.append(
            {
                "forecast": label,
                "mean": mean,
                "standard deviation": deviation,
                "lowest": min(values),
                "highest": max(values),
            }
        )
    return pd.DataFrame(rows)


# ---- data leakage


def leak(found: Found) -> None:
    """Compare the same networks with both splits: on these prices, else on others of the coin, else on Litecoin's."""
    pairs = {p: [forecast_spec.as_reported(spec, p) for spec in found.wanted] for p in splits.PROTOCOLS}
    here = {spec: _finished(spec, found) for group in pairs.values() for spec in group}
    ready = {seed for seed in {spec.seed for spec in here} if all(here[spec] for spec in here if spec.seed == seed)}
    both = {p: [run for one in group if one.seed in ready and (run := here[one])] for p, group in pairs.items()}
    shown = (both if ready else None) or _together(pairs) or _together(pairs, Spec.symbol)
    if shown:
        _side_by_side(shown, found, found.prices.currency if shown is both else DOLLARS)
    st.markdown(messages.leakage_explained)
    if missing := [spec for spec, run in here.items() if run is None]:
        guess = about(missing, found.prices)
        text = messages.plural("leakage_missing", len(missing))
        st.caption(text.format(missing=len(missing), time=guess or messages.no_estimate))
        start_button(messages.train_both_splits, missing, found.prices, "train_leak")


def _together(pairs: dict[str, list[Spec]], symbol: str = "") -> dict[str, list[Run]] | None:
    """Return runs of both protocols and the first seed on one common other series, if any, or on one of `symbol`.

    Real prices come before simulated ones.
    """
    known = [run for run in cached.store().list()[0] if not run.stopped]
    found = {
        p: [
            runs.of_spec("forecast", replace(spec, symbol=symbol or spec.symbol), known)
            for spec in specs
            if spec.seed == 0
        ]
        for p, specs in pairs.items()
    }
    sets = [{_series(run) for run in group} for groups in found.values() for group in groups]
    shared = set.intersection(*sets) if sets else set()
    if not shared:
        return None
    _, chosen = min(shared)
    return {
        p: [next(run for run in group if run.data["fingerprint"] == chosen) for group in groups]
        for p, groups in found.items()
    }


def _series(run: Run) -> tuple[bool, str]:
    return bool(run.data.get("simulated")), run.data["fingerprint"]


def _side_by_side(shown: dict[str, list[Run]], found: Found, currency: str) -> None:
    titles = {protocol: splits.PROTOCOLS[protocol] for protocol in ("report", "time-ordered")}
    scores: dict[str, dict[str, dict[str, float]]] = {}
    for protocol, title in titles.items():
        scores[title] = _scores(shown[protocol])
    name = form.segments(messages.measure, ["MSE", *MEASURES], key="leak_measure", help=messages.errors_help)
    chosen = {t: {who: e[name] for who, e in group.items()} for t, group in scores.items()}
    unit = _with_unit(name, currency)
    cached.plot("leak", messages.leakage_alt.format(measure=name), forecast_charts.leak, chosen, unit)
    frame = pd.DataFrame(
        {"forecast": forecast_charts.style(who).label}
        | {
            f"{error}, {title.partition(' ')[0]}": scores[title][who][error]
            for error in ("MSE", "skill score")
            for title in scores
        }
        for who in next(iter(scores.values()))
    )
    looks = {c: "localized" if "MSE" in c else "%.3f" for c in frame.columns[1:]}
    tables.dataframe(frame, looks, key="leak_table", alt=messages.leakage_table_alt)
    group = next(iter(shown.values()))
    data, seeds = group[0].data, len({run.spec["seed"] for run in group})
    told = messages.plural("leakage_data", seeds).format(
        symbol=data.get("symbol"), source=data["source"], days=span(data), seeds=seeds
    )
    if data["fingerprint"] != found.prices.fingerprint:
        told += messages.not_these_prices.format(symbol=found.prices.provenance.symbol)
    st.caption(literal(told))


def _scores(group: list[Run]) -> dict[str, dict[str, float]]:
    """Return the errors by network (mean over seeds) and baseline."""
    out: dict[str, dict[str, float]] = {}
    for model in dict.fromkeys(run.spec["model"] for run in group):
        out[model] = _mean([run.metrics for run in group if run.spec["model"] == model], "")
    return out | {name: _mean([run.metrics for run in group], f"{name}_") for name in baselines.NAMES}


def _mean(found: list[dict[str, float]], who: str) -> dict[str, float]:
    return {
        label: float(np.mean([one[f"{who}test_{name}"] for one in found]))
        for name, label in forecast_show.ERRORS.items()
    }
