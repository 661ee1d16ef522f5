"""Draw the ablation study: the way from the report's settings to those that work."""

import streamlit as st

from core.labs.emotion import ablation as measured
from core.learn.study import load
from core.ui import tables


def ablation() -> None:
    """Draw the study."""
    (about,) = load(measured.STUDY).values()
    st.subheader("From the report's settings to settings that work", anchor=False)
    tables.study(
        about, "accuracy, %", 1, "The last one also trains for up to 7 epochs with early stopping in place of 5."
    )
