"""Draw the ablation studies of image classification and of transfer learning: the way to settings that work."""

import streamlit as st

from core.labs.images import presets
from core.labs.images.spec import BUILT_IN
from core.labs.images.study import STUDY, TRANSFER
from core.learn.study import Study, load
from core.runs.compared import Comparison
from core.ui import form, tables
from core.ui.literal import literal

CHOSEN = {
    "digits": "VGG-BN with its optimizer was chosen on a larger validation set, 40% of the images, where it had an "
    "accuracy of 99.4%, network A with the same augmentation 97.8%; on 179 images they do not differ.",
    "photographs": "Two settings of VGG-BN were tried, and judged on the validation set alone. The last step also "
    "trains for 30 epochs in place of at most 20 with early stopping.",
}
SAMPLED = (
    "Each seed samples its own training images; the source model, which never saw these digits, is the same for all. "
    "The settings were chosen on another, larger validation set (40% of the images)."
)


def ablation(found: Comparison) -> None:
    """Draw the study on the chosen images, or on the most similar ones that were measured."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    data = found.first.data
    one = load(STUDY)[presets.of(data)]
    if data not in BUILT_IN[:1]:
        st.caption(
            f"Measured on {literal(one.data)}: {sum(one.sets):,} photographs; other images may need other settings. "
            + presets.unmeasured(data)
        )
    train, validation, test = one.sets
    tables.study(
        one, "accuracy, %", 1, f"{train:,} training, {validation:,} validation and {test:,} test images, "
        f"near-duplicates in one set. {CHOSEN[presets.of(data)]}",
    )  # fmt: skip


def transfer() -> None:
    """Draw the study of transfer learning with the number of training images that a user chooses."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    found = load(TRANSFER)
    amount = form.segments("Training images per class", list(found), key="study_amount")
    one = found[amount]
    train, validation, test = one.sets
    tables.study(
        one,
        "accuracy, %",
        1,
        f"Digits 7 to 9: {train} training, {validation} validation and {test} test images. {SAMPLED} {_ahead(one)}",
    )


def _ahead(one: Study) -> str:
    """Return whether the best baseline or the settings that work have the higher mean test accuracy."""
    last = one.steps[-1]
    gain = round(100 * (last.spread("test")[0] - last.rival_score), 1)
    if not gain:
        return "On the test set the settings that work and the best baseline are level."
    place = "ahead of" if gain > 0 else "behind"
    return f"On the test set the settings that work are {abs(gain)} points {place} the best baseline."
