"""Draw the cards of the home page: a lab's name, its sentence, and a live figure if it has one."""

from collections.abc import Callable

import streamlit as st

from core.errors import TamrinError
from core.files.phrases import day, minus
from core.labs import messages
from core.labs.bitcoin_rollout import rollout
from core.labs.bitcoin_rollout.view import views as rollout_views
from core.labs.crypto_forecasting import forecast
from core.labs.crypto_forecasting.spec import as_reported
from core.labs.emotion import rivals as emotion_rivals
from core.labs.emotion.view import try_it as emotion_try, views as emotion_views
from core.labs.from_scratch import charts as scratch_charts, words
from core.labs.from_scratch.spec import Spec
from core.labs.from_scratch.view.shown import stored
from core.labs.hafez import charts as poems_charts
from core.labs.hafez.view import inputs as poems_inputs
from core.labs.hafez.view.poem import stored_poem
from core.labs.images import charts as image_charts, compare as image_compare, experiment, lesson
from core.labs.images.view import transfer_found, views as images_views
from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.view import views as weather_views
from core.labs.video_violence import charts as violence_charts, check, experiment as violence, words as violence_words
from core.labs.video_violence.view import films as violence_films
from core.labs.volatility import charts as volatility_charts
from core.labs.volatility.view import inputs as volatility_inputs, views as volatility_views
from core.plot import forecasts as charts
from core.prices import charts as forecast_charts, splits as forecast_data
from core.prices.prices import money
from core.runs import runs
from core.ui import cached, literal, prices as forecast_prices
from core.ui.frame import chrome
from core.ui.frame.menu import Entry


def card(entry: Entry, number: int = 0) -> None:
    """Draw the card of one page: text, and beside it a figure if it has one. The whole card is its link."""
    glance = GLANCES.get(entry.path)
    with st.container(border=True, key=f"card-{entry.stem}"):
        if glance is None:
            _told(entry, number)
            return
        text, figure = st.columns([1, 1.5], gap="medium")
        with text:
            _told(entry, number)
        with figure:
            _figure(glance)


def _told(entry: Entry, number: int) -> None:
    chrome.link_to(entry, f"**{number} · {entry.name}**" if number else f"**{entry.name}**")
    if not entry.level:
        st.caption(entry.about)
        return
    st.markdown(f"*{entry.question}* {entry.about}")
    st.caption(messages.about_lab.format(level=entry.level.capitalize(), minutes=entry.minutes, before=entry.before))


def _figure(glance: Callable[[], None]) -> None:
    """Draw a figure; one that fails says so and leaves the rest of the page alone."""
    try:
        glance()
    except TamrinError as error:
        literal.warning(error)


def _sentence(text: str) -> None:
    st.caption(minus(text))


def _weather() -> None:
    found = weather_views.comparison(weather.preset("report"))
    chart = cached.chart(charts.glance, {cell: [run.history for run in group] for cell, group in found.groups.items()})
    st.plotly_chart(chart, key="glance-weather", alt=messages.weather_alt)
    _sentence(weather_views.sentence(found, weather_views.rivals_of(found.first)))


def _prices() -> None:
    shipped = [run for run in cached.store().list()[0] if run.kind == "forecast" and run.origin == "shipped"]
    reported = {p: as_reported(forecast.Spec(), p) for p in forecast_data.PROTOCOLS}
    pairs = {p: found[0] for p, spec in reported.items() if (found := runs.of_spec("forecast", spec, shipped))}
    if len(pairs) < 2:
        return
    scores = {
        forecast_data.PROTOCOLS[protocol]: {
            who: pairs[protocol].metrics[f"{before}test_rmse"] for who, before in (("lstm", ""), ("naive", "naive_"))
        }
        for protocol in ("report", "time-ordered")
    }
    cached.plot("glance-prices", messages.prices_alt, forecast_charts.leak, scores, messages.rmse_axis, height=230)
    first, last = (day(str(pairs["report"].data.get(place))) for place in ("first", "last"))
    st.caption(messages.leakage.format(first=first, last=last))


def _runs() -> None:
    found, _ = cached.store().list()
    own = sum(run.origin == "store" for run in found)
    left, right = st.columns(2)
    left.metric(messages.included, len(found) - own)
    right.metric(messages.trained_here, own)


def _scratch() -> None:
    if shown := stored(Spec()):
        cached.plot("glance-scratch", messages.scratch_alt, scratch_charts.glance, shown.history)
        _sentence(words.glance(shown.seeds))


def _rollout() -> None:
    shown = forecast_prices.book().at_hand(rollout.Spec.symbol)  # a glance downloads nothing: the lab does
    runs_ = rollout_views.known_runs()
    if shown and (found := runs.of_spec("rollout", rollout.Spec(), runs_)):
        run, prices = found[0], shown.prices
        start = min(rollout.first_unseen(run.facts, prices), len(prices))
        chart = cached.chart(forecast_charts.parts, prices.days, prices.values, (start, start, len(prices)), height=240)
        st.plotly_chart(chart, key="glance-rollout", alt=messages.rollout_alt)
        own, naive = (money(run.metrics[name]) for name in ("test_rmse", "naive_test_rmse"))
        st.caption(messages.rollout_errors.format(own=own, naive=naive))
        st.caption(messages.closes_to.format(day=day(prices.last_day)))


def _volatility() -> None:
    found = volatility_views.look_up(volatility_inputs.first())
    if found.runs:
        one = volatility_views.judged(found)["dense"].verdict
        made = {"dense": one.forecasts["network"], "har": one.forecasts["har"]}
        chart = cached.chart(volatility_charts.forecasts, one.days, one.truth, made, ("dense", "har"), height=240)
        st.plotly_chart(chart, key="glance-volatility", alt=messages.volatility_alt)
        _sentence(volatility_views.honest(found))


def _images() -> None:
    if (found := images_views.comparison(experiment.networks())).groups:
        groups = {model: [run.history for run in runs] for model, runs in found.groups.items()}
        cached.plot("glance-images", messages.images_alt, image_charts.glance, groups)
        _sentence(image_compare.honest_sentence(found.groups))


def _transfer() -> None:
    found = transfer_found.collect(lesson.plan())
    if points := transfer_found.points(found):
        cached.plot("glance-transfer", messages.transfer_alt, image_charts.learning, points, height=240)
        _sentence(transfer_found.glance(found))


def _emotion() -> None:
    if shown := emotion_views.stored(emotion_views.Spec()):
        emotion_try.glance(shown)
        _sentence(emotion_rivals.honest(shown.metrics, shown.facts))


def _hafez() -> None:
    if found := poems_inputs.networks():
        st.html(poems_charts.poem(stored_poem(found[0])[:4]))
        _sentence(poems_inputs.honest(found[0]))


def _violence() -> None:
    run = cached.store().find("violence", runs.key("violence", violence.shipped()[0]))
    if run:
        windows = violence_films.stored(cached.arrays(run), run)["windows"]
        chart = cached.chart(violence_charts.time_line, windows, check.spans(windows, 0.5), 0.5, height=240)
        st.plotly_chart(chart, key="glance-violence", alt=messages.violence_alt)
        _sentence(violence_words.honest(run))


GLANCES: dict[str, Callable[[], None]] = {
    "pages/recurrent_cells.py": _weather,
    "pages/crypto_forecasting.py": _prices,
    "pages/bitcoin_rollout.py": _rollout,
    "pages/volatility.py": _volatility,
    "pages/from_scratch.py": _scratch,
    "pages/images.py": _images,
    "pages/transfer.py": _transfer,
    "pages/emotion.py": _emotion,
    "pages/hafez.py": _hafez,
    "pages/video_violence.py": _violence,
    "pages/runs.py": _runs,
}
