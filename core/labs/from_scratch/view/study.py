"""Draw the ablation study of a task: the way from its usual settings to those that work."""

import pandas as pd
import streamlit as st

from core.labs.from_scratch import elsewhere
from core.labs.from_scratch.presets import STUDY
from core.labs.from_scratch.spec import IMAGE_TASKS, TASK_NAMES
from core.labs.from_scratch.view.inputs import Wanted
from core.labs.from_scratch.view.views import Shown
from core.learn.errors import spread
from core.learn.study import load
from core.runs import spec as specs
from core.ui import tables
from core.ui.form import PRESET_NAMES
from core.ui.uploads import elsewhere as elsewhere_

ARCHIVES, TABLES = ["zip", "tar", "gz", "tgz", "bz2", "xz"], ["csv", "tsv", "txt"]
MOST_JUDGED = 50  # megabytes
KEPT = "Nothing is trained on it; it is kept on this server, for this browser only."
IMAGES_HELP = (
    "A zip or tar with the folders 0 to 9, one digit in each image, dark on light or light on dark; the ink is cut out "
    f"and counted in 8 × 8 blocks, as in the data set. {KEPT}"
)
TABLE_HELP = f"A table with the same column names, target included; at least 30 rows. {KEPT}"
IMAGES_EXERCISE = (
    "**Exercise.** Write each digit five times with a thick pen and photograph them. Which classes suffer most? What "
    "does the network see of them: less ink, other strokes, or another place?"
)
TABLE_EXERCISE = (
    "**Exercise.** Which rows suffer most on a table of another year or place? Look for values outside the range at "
    "home: what does the network do there, and what does the linear model do?"
)


def study(wanted: Wanted, shown: Shown | None) -> None:
    """Draw the study of the task, or the first one if the task has none; then the network shown on a user's file."""
    found = load(STUDY)
    task = wanted.spec.task if wanted.spec.task in found else next(iter(found))
    about = found[task]
    st.subheader(f"{TASK_NAMES[task]}: from the usual settings to settings that work", anchor=False)
    tables.study(
        about, "accuracy, %", 1, "Each seed has its own split; settings were chosen on validation sets. The best "
        "baseline has the same splits and the inputs of the last step.",
    )  # fmt: skip
    _elsewhere(task)
    if shown and shown.weights:  # faces have none
        _own(wanted, shown)


def _own(wanted: Wanted, shown: Shown) -> None:
    """Draw the network shown on a user's own labelled file beside its test set, and an exercise on it."""
    images = shown.spec.task in IMAGE_TASKS
    st.subheader(f"{TASK_NAMES[shown.spec.task]}: your own labelled {'images' if images else 'table'}", anchor=False)
    elsewhere_.own_file(
        "judged_file", "Images in class folders" if images else "Another table", ARCHIVES if images else TABLES,
        IMAGES_HELP if images else TABLE_HELP, MOST_JUDGED, "core.labs.from_scratch.own_file:measure",
        specs.to_dict(shown.spec), shown.weights, wanted.content if shown.spec.task == "csv" else None,
        dict(wanted.answers),
    )  # fmt: skip
    st.markdown(IMAGES_EXERCISE if images else TABLE_EXERCISE)


def _elsewhere(task: str) -> None:
    """Draw the accuracy of both presets on another source, and an exercise on it."""
    rows = elsewhere.load().get(task)
    if not rows:
        return
    st.subheader("On another source", anchor=False)
    frame = pd.DataFrame(
        {"source": row["source"]}
        | {f"accuracy, {label}": _told(row[name]) for name, label in PRESET_NAMES.items()}
        | {"change": f"{100 * (spread(row['works'])[0] - spread(rows[0]['works'])[0]):+z.1f}" if at else ""}
        for at, row in enumerate(rows)
    )
    tables.dataframe(
        frame, hide_index=True, key="elsewhere", alt="Accuracy of both presets on the test set and on other sources."
    )
    st.caption(f"{WHAT[task]} Accuracy in %, mean ± standard deviation over {elsewhere.SEEDS} random seeds.")


def _told(scores: list[float]) -> str:
    mean, deviation = spread(scores)
    return f"{100 * mean:.1f} ± {100 * deviation:.1f}"


WHAT = {
    "digits": "The same test images, moved by a pixel or drawn with a thicker pen: a network learns the place of each "
    "stroke, too, and one pixel is an eighth of the image. **Exercise:** which augmentation would help?",
    "gender": "Both networks learn from the adults of 20 to 60 years in the data, a part of whom is the test set. "
    "**Exercise:** what does an accuracy on “faces” say if it does not say whose?",
}
