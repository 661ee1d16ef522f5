"""Draw the ablation study: the way from the report's settings to those that work."""

import streamlit as st

from core.labs.emotion import ablation as measured
from core.learn.study import load, table
from core.plot import studies
from core.ui import tables

METRIC = "accuracy, %"


def ablation() -> None:
    """Draw chart and table of the study."""
    (about,) = load(measured.STUDY).values()
    st.subheader("From the report's settings to settings that work", anchor=False)
    tables.study(studies.steps(about.steps, METRIC), table(about.steps, METRIC, 1), METRIC)
    st.caption(
        f"Data: {about.data}; mean ± standard deviation over {about.seeds} random seeds. Each step keeps the changes "
        "before it. The last one also trains for up to 7 epochs with early stopping in place of 5. A change smaller "
        "than the standard deviations may be chance, and one that hurts by itself may help together with those after "
        f"it. Computed by `{about.command}`."
    )
