"""Draw the rollout: the forecast origin, the animation, and the network's input window."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.files import phrases
from core.labs.bitcoin_rollout import (
    bands as rollout_bands,
    messages,
    run as rollout_run,
    tables as rollout_tables,
    words as rollout_words,
)
from core.labs.bitcoin_rollout.bands import Rollout
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.labs.bitcoin_rollout.view.views import Found, look
from core.prices import baselines, charts as forecast_charts
from core.prices.prices import Prices, money, unit
from core.runs.store import Run
from core.ui import background, cached, form

TICK = 0.35  # seconds between two frames of a running animation
SPEEDS = {"1 day": 1, "2 days": 2, "5 days": 5, "10 days": 10, "30 days": 30}
SHOWN_BEFORE = 270  # minimum number of past days in the chart
FAN = (0.5, 0.8)
AT, PLAYING, WHICH = "rollout_at", "rollout_playing", "rollout_which"


@dataclass(frozen=True, eq=False)
class Scene:
    """A rollout with everything that is drawn beside it."""

    run: Run
    prices: Prices
    origin: int
    made: Rollout
    forecasts: dict[str, np.ndarray]  # days ahead; the network's own path first
    truth: np.ndarray | None

    @property
    def steps(self) -> int:
        return len(self.made.path)

    @property
    def future(self) -> pd.DatetimeIndex:
        """Return the days ahead."""
        return rollout_tables.future_days(self.prices.days, self.origin, self.steps)

    def frame(self) -> pd.DataFrame:
        """Return all of it as a table."""
        beside = {name: values for name, values in self.forecasts.items() if name != "lstm"}
        return rollout_tables.frame(self.future, self.made, beside, self.truth)


def scene(wanted: Wanted, found: Found) -> Scene:
    """Return the rollout of the controls; raise SpecError for a day from which none can start."""
    prices, run = wanted.prices, found.first
    days, paths, seed, origin = _controls(prices, run)
    run, prices, origin, days, told = background.latest(
        "rollout",
        (run, prices, origin, days),
        "core.labs.bitcoin_rollout.run:unroll",
        cached.store().url,
        run.key,
        prices.values,
        origin,
        days,
        paths,
        seed,
    )
    at = np.array([origin])
    forecasts = {"lstm": told["path"]}
    if found.direct:
        forecasts["direct"] = look(found.direct, prices)[origin][:days]
    forecasts |= {made.__name__: made(prices.values, at, days)[0] for made in (baselines.naive, baselines.drift)}
    truth = prices.values[origin + 1 : origin + 1 + days]
    forecasts = {name: path for name, path in forecasts.items() if np.isfinite(path).all()}
    return Scene(run, prices, origin, Rollout(**told), forecasts, truth if len(truth) else None)


def _controls(prices: Prices, run: Run) -> tuple[int, int, int, int]:
    """Return days ahead, paths, seed of the paths, and index of "today"."""
    left, right, more = st.columns([1, 1.3, 0.6], vertical_alignment="bottom")
    days = left.slider(
        messages.days_ahead, 7, rollout_run.MOST_DAYS, 180, key="days", help=messages.days_ahead_help, **form.URL
    )
    simulation = more.popover(messages.paths, width="stretch")
    label, tip = messages.simulated_paths, messages.simulated_paths_help
    paths = int(simulation.number_input(label, 50, 1000, rollout_run.PATHS, 50, key="paths", help=tip, **form.URL))
    seed = int(
        simulation.number_input(messages.paths_seed, 0, 9999, 0, key="draw", help=messages.paths_seed_help, **form.URL)
    )
    earliest = rollout_run.first_origin(run) + rollout_run.FEWEST_RESIDUALS
    last = len(prices) - 1
    back = 0
    if last > earliest:
        back = right.slider(
            messages.forecast_origin, 0, last - earliest, 0, key="back", help=messages.forecast_origin_help, **form.URL
        )
    return days, paths, seed, last - back


def rollout(wanted: Wanted, found: Found) -> None:
    """Draw the rollout with its animation, and its evaluation."""
    with st.container():
        with st.container(key="below-controls"):
            shown = scene(wanted, found)
        which = (shown.run.key, shown.prices.fingerprint, shown.origin, shown.steps)
        if st.session_state.get(WHICH) != which:
            st.session_state.update({WHICH: which, AT: shown.steps, PLAYING: False})
        playing = st.session_state[PLAYING]
        st.fragment(_animate, run_every=TICK if playing else None)(shown)
    _headline(shown)
    currency, last = shown.prices.currency, shown.prices.values[shown.origin]
    st.info(rollout_words.flat_line(shown.made, shown.run.spec["window"], currency), icon=":material/trending_flat:")
    if told := rollout_words.first_day(shown.forecasts.get("direct"), last):
        st.info(told, icon=":material/straighten:")
    if shown.truth is not None:
        fan = shown.made.fan((0.8,))[0.8]
        st.info(rollout_words.backtest(shown.made.path, fan, last, shown.truth, currency))


def _headline(shown: Scene) -> None:
    day = shown.prices.day(shown.origin)
    currency = shown.prices.currency
    last = money(shown.prices.values[shown.origin], currency) + unit(currency)
    st.markdown(messages.origin_shown.format(day=phrases.day(day), close=last))
    if f"{day:%Y-%m-%d}" <= shown.run.facts["trained_to"]:
        st.caption(messages.origin_seen.format(day=phrases.day(shown.run.facts["trained_to"])))


def _animate(shown: Scene) -> None:
    state = st.session_state
    with st.container():
        with st.container(key="below-chart"):
            stride = _buttons(shown)
        if state[PLAYING]:
            state[AT] = min(shown.steps, state[AT] + stride)
            if state[AT] == shown.steps:
                state[PLAYING] = False
                st.rerun()
        at = max(1, min(state[AT], shown.steps))
        st.plotly_chart(chart(shown, at), key="rollout", alt=messages.rollout_alt)
    _seen(shown, at)


def _buttons(shown: Scene) -> int:
    """Draw start or pause, one step, restart and speed; return the days per tick."""
    state = st.session_state
    start, step, restart, speed = st.columns([1, 1, 1, 2], vertical_alignment="bottom")
    label = messages.pause if state[PLAYING] else messages.start
    icon = ":material/pause:" if state[PLAYING] else ":material/play_arrow:"
    if start.button(label, key="play", icon=icon, width="stretch", type="primary"):
        if not state[PLAYING] and state[AT] >= shown.steps:
            state[AT] = 0
        state[PLAYING] = not state[PLAYING]
        st.rerun()
    if step.button(messages.step, key="step", help=messages.step_help, icon=":material/skip_next:", width="stretch"):
        state[AT] = 1 if state[AT] >= shown.steps else state[AT] + 1
        _pause()
    if restart.button(messages.restart, key="restart", icon=":material/replay:", width="stretch"):
        state[AT] = 1
        _pause()
    label, tip = messages.days_per_frame, messages.days_per_frame_help
    return SPEEDS[speed.select_slider(label, list(SPEEDS), "2 days", key="speed", help=tip)]


def _pause() -> None:
    """Stop a running animation; its clock belongs to the whole page."""
    if st.session_state[PLAYING]:
        st.session_state[PLAYING] = False
        st.rerun()


def chart(shown: Scene, at: int):
    """Return the figure after a number of steps."""
    before = slice(max(0, shown.origin + 1 - max(SHOWN_BEFORE, shown.run.spec["window"])), shown.origin + 1)
    return forecast_charts.rollout(
        shown.prices.days[before],
        shown.prices.values[before],
        shown.future,
        shown.forecasts,
        shown.made.fan(FAN),
        at,
        shown.truth,
        shown.prices.currency,
    )


def _seen(shown: Scene, at: int) -> None:
    window, path = shown.run.spec["window"], shown.made.path
    history = shown.prices.values[max(0, shown.origin + 1 - window) : shown.origin + 1]
    seen = rollout_bands.window_at(history, path, at - 1)
    own = min(at - 1, window)
    day, price = phrases.day(shown.future.date[at - 1]), money(path[at - 1], shown.prices.currency)
    st.markdown(
        messages.step_shown.format(step=at, steps=shown.steps, day=day, forecast=price, observed=window - own, own=own)
    )
    drawn = forecast_charts.seen(seen, own, path[at - 1], shown.prices.currency)
    st.plotly_chart(drawn, key="seen", alt=messages.window_alt)
