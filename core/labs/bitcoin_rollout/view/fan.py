"""Draw the evaluation of the fan: coverage by horizon and scores over many past origins, beside a random walk's."""

import streamlit as st

from core.files.phrases import day
from core.labs.bitcoin_rollout import fans, messages, rollout
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.labs.bitcoin_rollout.view.views import Found
from core.prices import interval_charts
from core.ui import background, cached, tables

NARROW = 72  # pixels of a column of numbers, so that the table needs no scrolling


def fan(wanted: Wanted, found: Found) -> None:
    """Draw both fans' coverage by day ahead, and the table of coverage and scores. Raise SpecError for too few days."""
    run, prices = found.first, wanted.prices
    start = rollout.first_unseen(run.facts, prices)
    origins = fans.origins(run, start, len(prices))
    first, last = (day(prices.day(place)) for place in (origins[0] + 1, origins[-1] + fans.STEPS))
    st.subheader(messages.coverage, anchor=False)
    judged = background.call(
        "core.labs.bitcoin_rollout.fans:judged",
        cached.store().url,
        run.key,
        prices.values,
        start,
        timeout=fans.COMPUTE_SECONDS,
    )
    cached.plot("fan_coverage", messages.coverage_alt, interval_charts.by_horizon, fans.reached(judged))
    st.caption(messages.coverage_help.format(first=first, last=last, precision=fans.precision(judged)))
    st.info(fans.sentence(judged))
    _table(judged)
    st.markdown(messages.fan_explained.format(steps=fans.STEPS, paths=fans.PATHS))


def _table(judged: fans.Judged) -> None:
    frame = fans.table(judged)
    scores = ("width, %", "pinball", "Winkler")
    shares = [title for title in frame.columns[1:] if title not in scores]
    looks = dict.fromkeys(shares, ("percent", NARROW)) | dict.fromkeys(scores, ("%.2f", NARROW))
    tables.dataframe(frame, looks, key="fan_scores", alt=messages.fan_scores_alt)
