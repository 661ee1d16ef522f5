"""Draw the ablation study: the way from the report's network to settings that work."""

import streamlit as st

from core.labs.hafez import ablation as measured
from core.learn.study import load
from core.ui import tables


def ablation() -> None:
    """Draw the study."""
    (about,) = load(measured.STUDY).values()
    st.subheader("From the report's settings to settings that work", anchor=False)
    tables.study(about, "bits per character", 3, WORDS)


WORDS = (
    "Bits per character on the 49 validation ghazals: lower is better. There is no test set: the same ghazals chose "
    "the settings that work. The report names none: filled in are one SimpleRNN layer with 128 units, Adam with Keras' "
    "learning rate, no dropout and no clipping, for as many epochs as the included network. That network is the last "
    "step; it and the step before have one seed. Its baseline has read the other poets, too."
)
