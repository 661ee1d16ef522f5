"""Draw the ablation study: the way from the report's settings to those that work."""

import streamlit as st

from core.labs.images import presets
from core.labs.images.spec import BUILT_IN
from core.labs.images.study import STUDY
from core.learn.study import load
from core.runs.compared import Comparison
from core.ui import tables
from core.ui.literal import literal

CHOSEN = {
    "digits": "VGG-BN with its optimizer was chosen on a larger validation set, 40% of the images, where it had an "
    "accuracy of 99.4%, network A with the same augmentation 97.8%; on 179 images they do not differ.",
    "photographs": "Two settings of VGG-BN were tried, and judged on the validation set alone. The last step also "
    "trains for 30 epochs in place of at most 20 with early stopping.",
}


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
