"""Draw the view of distribution shift: accuracy of a network and of a baseline under other conditions."""

import pandas as pd
import streamlit as st

from core.labs.images import baseline, charts, shift
from core.labs.images.data import sources
from core.labs.images.view.inputs import ARCHIVES
from core.labs.images.view.views import pick
from core.runs.compared import Comparison
from core.runs.store import Run
from core.ui import background, cached, tables
from core.ui.literal import literal
from core.ui.uploads import elsewhere

HELP = (
    "A zip or tar with one folder of images per class, named as the classes of this network: {classes}. Other folders "
    "are left out. Nothing is trained on it; it is kept on this server, for this browser only."
)
REPAIRED = (
    "Which row costs the network most, and why does the baseline keep its accuracy there or lose it, too? Predict what "
    "*Settings that work* repairs, train it and compare: augmentation helps where it shows the network what changes."
)


def conditions(found: Comparison) -> None:
    """Draw one of the trained networks on its test images under all conditions, and on a user's own images."""
    st.subheader("The same test images under other conditions", anchor=False)
    shifted(pick(found, "shift_network"), REPAIRED)


def shifted(run: Run, exercise: str) -> None:
    """Draw one test image, accuracy and look under all conditions, and a user's own images."""
    measured = background.call("core.labs.images.shift:measure", run.key, cached.store().url, timeout=300)
    rows, rival = pd.DataFrame(measured["rows"]), baseline.NAMES[shift.RIVAL]
    alt = "One test image under each condition."
    cached.plot("shift_images", alt, charts.wall, measured["pictures"], list(rows["test images"]), 3, height=150)
    percent, number = (st.column_config.NumberColumn(format=one) for one in ("percent", "%.2f"))
    tables.dataframe(
        rows.rename(columns={"network": "accuracy"}),
        key="shift_table",
        alt="Accuracy of the network and of a baseline, brightness and contrast by condition.",
        column_config={"accuracy": percent, "baseline": percent, "brightness": number, "contrast": number},
    )
    st.caption(
        f"Accuracy of the network and of a baseline ({rival}); neither is trained again. Brightness is the mean of the "
        "pixels, contrast their standard deviation within an image; 0 is black and 1 is white."
    )
    st.markdown(f"**Exercise.** {exercise}")
    _own(run)


def _own(run: Run) -> None:
    """Draw the network on a user's own images beside its test images."""
    st.subheader("Your own labelled images", anchor=False)
    classes = run.facts["classes"]
    elsewhere.own_file(
        "shift_file", "Images in class folders", ARCHIVES, HELP.format(classes=literal(", ".join(classes))),
        sources.MOST_MEGABYTES, "core.labs:own_upload", "images", run.key, cached.store().url,
    )  # fmt: skip
    st.markdown(
        "**Exercise.** Photograph or draw ten images of each of three classes. Which classes suffer most, and what "
        "does the reliability diagram say: does the network know that it is wrong? Without a browser:"
    )
    st.code(f"python -m core evaluate images {run.key} --zip FILE --json", language="bash")
