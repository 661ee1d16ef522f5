"""Draw the evaluation of the fan: coverage by horizon and scores over many past origins, beside a random walk's."""

import streamlit as st

from core.files.phrases import day
from core.labs.bitcoin_rollout import fans, rollout
from core.labs.bitcoin_rollout.view.inputs import Wanted
from core.labs.bitcoin_rollout.view.views import Found
from core.prices import interval_charts
from core.ui import background, cached, tables

NARROW = 72  # pixels of a column of numbers, so that the table needs no scrolling
ABOUT = f"""
From each forecast origin the network forecasts {fans.STEPS} days recursively, with {fans.PATHS} simulated paths, as in
*Multi-step forecast*; the interval is built from its residuals of the year before. The **random walk** needs no
network: the log price after $h$ days is normal with mean $h\\mu$ and standard deviation $\\sigma\\sqrt{{h}}$, where
$\\mu$ and $\\sigma$ are those of the daily log returns of the same year. A good 80% interval covers 80% at each day
ahead and is narrow; *pinball loss* and *Winkler score* reward both (in per cent of the price, lower is better). An
interval for half a year cannot be evaluated on these days: they hold too few half years.
"""


def fan(wanted: Wanted, found: Found) -> None:
    """Draw both fans' coverage by day ahead, and the table of coverage and scores. Raise SpecError for too few days."""
    run, prices = found.first, wanted.prices
    start = rollout.first_unseen(run.facts, prices)
    origins = fans.origins(run, start, len(prices))
    first, last = (day(prices.day(place)) for place in (origins[0] + 1, origins[-1] + fans.STEPS))
    st.subheader("Coverage of the prediction interval", anchor=False)
    judged = background.call(
        "core.labs.bitcoin_rollout.fans:judged",
        cached.store().url,
        run.key,
        prices.values,
        start,
        timeout=fans.COMPUTE_SECONDS,
    )
    alt = "Coverage of the prediction intervals of the network and of a random walk, at each day ahead."
    cached.plot("fan_coverage", alt, interval_charts.by_horizon, fans.reached(judged))
    st.caption(f"Dotted: nominal coverage. Days after the training, {first} to {last}. {fans.precision(judged)}")
    st.info(fans.sentence(judged))
    _table(judged)
    st.markdown(ABOUT)


def _table(judged: fans.Judged) -> None:
    frame = fans.table(judged)
    number = st.column_config.NumberColumn
    scores = ("width, %", "pinball", "Winkler")
    shares = [title for title in frame.columns[1:] if title not in scores]
    columns = {title: number(format="percent", width=NARROW) for title in shares}
    columns |= {title: number(format="%.2f", width=NARROW) for title in scores}
    alt = "Coverage, width, pinball loss and Winkler score of the intervals of the network and of a random walk."
    tables.dataframe(frame, column_config=columns, key="fan_scores", alt=alt)
