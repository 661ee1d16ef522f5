"""Draw the ablation study: the way from the report's settings to those that work."""

import streamlit as st

from core.labs.images import presets
from core.labs.images.compare import Comparison
from core.labs.images.spec import BUILT_IN
from core.labs.images.study import STUDY
from core.learn.study import load, table
from core.plot import studies
from core.ui import tables
from core.ui.literal import literal

CHOSEN = {
    "digits": "VGG-BN with its optimizer was chosen on a larger validation set, 40% of the images, where it had an "
    "accuracy of 99.4%, network A with the same augmentation 97.8%; on 179 images they do not differ.",
    "photographs": "Two settings of VGG-BN were tried, and judged on the validation set alone. The last step also "
    "trains for 30 epochs in place of at most 20 with early stopping.",
}
METRIC = "accuracy, %"


def ablation(found: Comparison) -> None:
    """Draw chart and table of the study on the chosen images, or on the most similar ones that were measured."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    data = found.first.data
    one = load(STUDY)[presets.of(data)]
    if data not in BUILT_IN[:1]:
        st.caption(f"Measured on {literal(one.data)}: {sum(one.sets):,} photographs; yours may need other settings.")
    st.plotly_chart(
        studies.steps(one.steps, METRIC), key="study",
        alt="Validation and test accuracy after each change of the settings, with the best baseline.",
    )  # fmt: skip
    frame = table(one.steps, METRIC, digits=1)
    frame["training time (s)"] = one.seconds
    tables.dataframe(
        frame, hide_index=True, key="study_table", alt="Validation and test accuracy after each change.",
        column_config={"parameters": st.column_config.NumberColumn(format="localized"),
                       "training time (s)": st.column_config.NumberColumn(format="%.0f")},
    )  # fmt: skip
    train, validation, test = one.sets
    st.caption(
        f"Mean ± standard deviation over {one.seeds} random seeds; {train:,} training, {validation:,} validation and "
        f"{test:,} test images, near-duplicates in one set. Each step keeps the changes before it. "
        f"{CHOSEN[presets.of(data)]} A change smaller than the standard deviations may be chance, and one that "
        f"hurts by itself may help together with those after it. Computed by `{one.command}`."
    )
