"""Draw the ablation study: the way from the report's settings to those that work, on the included prices."""

import streamlit as st

from core.labs.bitcoin_rollout import ablation as measured
from core.learn.study import load, table
from core.plot import studies
from core.ui import tables

METRIC = "skill score"


def ablation() -> None:
    """Draw chart and table of the study."""
    (about,) = load(measured.STUDY).values()
    st.subheader("From the report's settings to settings that work", anchor=False)
    tables.study(studies.steps(about.steps, METRIC), table(about.steps, METRIC, 3), METRIC)
    seconds = ", ".join(f"{one:.0f}" for one in about.seconds)
    st.caption(
        f"{about.data}. Stacked LSTM, one day ahead, mean ± standard deviation over {about.seeds} random seeds; the "
        "lab has no validation set, so these settings were not chosen on one. Each step keeps the changes before it. "
        "Above 0 a forecast is better than repeating yesterday's price. Trained on prices, the network fails where "
        "they leave the range of its training set; trained on returns, it starts from yesterday's price. Baselines "
        "read the same window. "
        f"Mean training time of a network: {seconds} s. Computed by `{about.command}`."
    )
