"""Draw the view of distribution shift: accuracy of a network and of a baseline under other conditions."""

import pandas as pd
import streamlit as st

from core.labs.images import baseline, charts, shift
from core.labs.images.compare import Comparison
from core.labs.images.view.views import pick
from core.ui import background, cached, tables


def conditions(found: Comparison) -> None:
    """Draw one test image, accuracy and look under all conditions, for one of the trained networks."""
    st.subheader("The same test images under other conditions", anchor=False)
    run = pick(found, "shift_network")
    measured = background.call("core.labs.images.shift:measure", run.key, cached.store().url, timeout=300)
    rows, rival = pd.DataFrame(measured["rows"]), baseline.NAMES[shift.RIVAL]
    st.plotly_chart(
        cached.chart(charts.wall, measured["pictures"], list(rows["test images"]), 6, height=170), key="shift_images",
        alt="One test image under each condition.",
    )  # fmt: skip
    percent, number = (st.column_config.NumberColumn(format=one) for one in ("percent", "%.2f"))
    tables.dataframe(
        rows.rename(columns={"network": "test accuracy", "baseline": "baseline's test accuracy"}), hide_index=True,
        key="shift_table", alt="Accuracy of the network and of a baseline, brightness and contrast by condition.",
        column_config={"test accuracy": percent, "baseline's test accuracy": percent, "brightness": number,
                       "contrast": number},
    )  # fmt: skip
    st.caption(
        f"Neither the network nor the baseline ({rival}) is trained again. Brightness is the mean of the pixels, "
        "contrast their standard deviation within an image, both as shares of white."
    )
    st.markdown(
        "**Exercise.** Which row costs the network most, and why does the baseline keep its accuracy there or lose it, "
        "too? Predict what *Settings that work* repairs, train it and compare: augmentation helps where it shows the "
        "network what changes. For images from another source, with the same names of classes:"
    )
    st.code(f"python -m core evaluate images {run.key} --folder FOLDER --json", language="bash")
