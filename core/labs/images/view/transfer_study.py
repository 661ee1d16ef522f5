"""Draw the ablation study of transfer learning: from the report's settings to those that work, by amount of images."""

import streamlit as st

from core.labs.images.study import TRANSFER
from core.learn.study import Study, load
from core.ui import tables


def ablation() -> None:
    """Draw the study with the number of training images that a user chooses."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    found = load(TRANSFER)
    amount = st.segmented_control(
        "Training images per class", list(found), default=next(iter(found)), required=True, key="study_amount",
        bind="query-params",
    )  # fmt: skip
    one = found[amount]
    train, validation, test = one.sets
    tables.study(
        one, "accuracy, %", 1, f"Digits 7 to 9: {train} training, {validation} validation and {test} test images. "
        f"{WORDS} {_ahead(one)}",
    )  # fmt: skip


def _ahead(one: Study) -> str:
    """Return whether the best baseline or the settings that work have the higher mean test accuracy."""
    last = one.steps[-1]
    gain = round(100 * (last.spread("test")[0] - last.rival_score), 1)
    if not gain:
        return "On the test set the settings that work and the best baseline are level."
    place = "ahead of" if gain > 0 else "behind"
    return f"On the test set the settings that work are {abs(gain)} points {place} the best baseline."


WORDS = (
    "Each seed samples its own training images; the source model, which never saw these digits, is the same for all. "
    "The settings were chosen on another, larger validation set (40% of the images)."
)
