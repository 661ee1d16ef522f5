"""Draw the ablation study: the way from the report's settings to those that work, on the included prices."""

import streamlit as st

from core.labs.bitcoin_rollout import ablation as measured
from core.learn.study import load
from core.ui import tables


def ablation() -> None:
    """Draw the study."""
    (about,) = load(measured.STUDY).values()
    st.subheader("From the report's settings to settings that work", anchor=False)
    tables.study(
        about, "skill score", 3, "Stacked LSTM, one day ahead; the lab has no validation set, so these settings were "
        "not chosen on one. Above 0 a forecast is better than repeating yesterday's price. Trained on prices, the "
        "network fails where they leave the range of its training set; trained on returns, it starts from yesterday's "
        "price. Baselines read the same window.",
    )  # fmt: skip
