"""Draw the ablation study of a task: the way from its usual settings to those that work."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.labs.from_scratch import elsewhere
from core.labs.from_scratch.presets import STUDY
from core.labs.from_scratch.spec import FACE_TASKS, IMAGE_TASKS, TASK_NAMES
from core.labs.from_scratch.view.inputs import FACES_TYPES, MOST_FACES, Wanted
from core.labs.from_scratch.view.views import Shown
from core.learn.errors import spread
from core.learn.study import load
from core.runs import spec as specs
from core.ui import tables
from core.ui.form import PRESET_NAMES
from core.ui.uploads import elsewhere as elsewhere_

KEPT = "Nothing is trained on it; it is kept on this server, for this browser only."


@dataclass(frozen=True)
class Own:
    """Labels, help and exercise of the uploader of a labelled file."""

    what: str
    label: str
    types: Sequence[str]
    help: str
    exercise: str
    most: int = 50  # megabytes


OWN = {
    "digits": Own(
        "images",
        "Images in class folders",
        ("zip", "tar", "gz", "tgz", "bz2", "xz"),
        "A zip or tar with the folders 0 to 9, one digit in each image, dark on light or light on dark; the ink is cut "
        f"out and counted in 8 × 8 blocks, as in the data set. {KEPT}",
        "Write each digit five times with a thick pen and photograph them. Which classes suffer most? What does the "
        "network see of them: less ink, other strokes, or another place?",
    ),
    "table": Own(
        "table",
        "Another table",
        ("csv", "tsv", "txt"),
        f"A table with the same column names, target included; at least 30 rows. {KEPT}",
        "Which rows suffer most on a table of another year or place? Look for values outside the range at home: what "
        "does the network do there, and what does the linear model do?",
    ),
    "faces": Own(
        "faces",
        "Other faces",
        FACES_TYPES,
        "At least 200 images with labels in the form of UTKFace: an .npz file with the arrays pixels, age, gender and "
        "ethnicity, or an archive of images whose names begin with age_gender_ethnicity. As the weights of networks on "
        f"faces are not kept, the same network is trained again for it. {KEPT}",
        "Give faces of another age, decade or camera than those at home. Which suffer most? What does an accuracy on "
        "“faces” say if it does not say whose?",
        MOST_FACES,
    ),
}


def study(wanted: Wanted, shown: Shown | None) -> None:
    """Draw the study of the task, or the first one if the task has none; then the network shown on a user's file."""
    found = load(STUDY)
    task = wanted.spec.task if wanted.spec.task in found else next(iter(found))
    about = found[task]
    st.subheader(f"{TASK_NAMES[task]}: from the usual settings to settings that work", anchor=False)
    tables.study(
        about,
        "accuracy, %",
        1,
        "Each seed has its own split; settings were chosen on validation sets. The best "
        "baseline has the same splits and, but for those on HOG, the inputs of the step.",
    )
    _elsewhere(task)
    if shown and (shown.weights or not shown.stopped):  # what was stopped could not be trained again
        _own(wanted, shown)


def _own(wanted: Wanted, shown: Shown) -> None:
    """Draw the network shown on a user's own labelled file beside its test set, and an exercise on it."""
    task = shown.spec.task
    asked = OWN["faces" if task in FACE_TASKS else "digits" if task in IMAGE_TASKS else "table"]
    st.subheader(f"{TASK_NAMES[task]}: your own labelled {asked.what}", anchor=False)
    elsewhere_.own_file(
        "judged_file", asked.label, asked.types, asked.help, asked.most, "core.labs.from_scratch.own_file:measure",
        specs.to_dict(shown.spec), shown.weights, wanted.content, dict(wanted.answers),
    )  # fmt: skip
    st.markdown(f"**Exercise.** {asked.exercise}")


def _elsewhere(task: str) -> None:
    """Draw the accuracy of both presets on another source, and an exercise on it."""
    rows = elsewhere.load().get(task)
    if not rows:
        return
    st.subheader("On another source", anchor=False)
    frame = pd.DataFrame(
        {"source": row["source"]}
        | {f"accuracy, {label.lower()}": _told(row[name]) for name, label in PRESET_NAMES.items()}
        | {"change": f"{100 * (spread(row['works'])[0] - spread(rows[0]['works'])[0]):+z.1f}" if at else ""}
        for at, row in enumerate(rows)
    )
    tables.dataframe(frame, key="elsewhere", alt="Accuracy of both presets on the test set and on other sources.")
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
