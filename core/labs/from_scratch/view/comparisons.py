"""Draw networks that differ in one thing: the report's lessons, and the ablation study of a task."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.labs.from_scratch import charts, words
from core.labs.from_scratch.spec import FACE_TASKS, IMAGE_TASKS, LESSONS, TASK_NAMES, Lesson, Spec
from core.labs.from_scratch.study import SEEDS, STUDY, figures_elsewhere
from core.labs.from_scratch.view import result
from core.labs.from_scratch.view.inputs import FACES_TYPES, MOST_FACES, Wanted, set_controls
from core.labs.from_scratch.view.shown import Shown, stored
from core.learn.errors import spread
from core.learn.study import load
from core.runs import spec as specs
from core.ui import cached, form, tables
from core.ui.uploads import elsewhere as elsewhere_


def lessons() -> None:
    """Draw the report's lessons: networks that differ in one thing, overlaid."""
    title = st.segmented_control(
        "Lesson", list(LESSONS), default=next(iter(LESSONS)), required=True, key="lesson", bind="query-params"
    )
    lesson = LESSONS[title]
    found = {name: shown for name, spec in lesson.variants.items() if (shown := stored(spec))}
    if not found:
        st.info("None of these networks is saved here; load one into the controls and train it.")
    else:
        _lesson_charts(title, found)
    st.markdown(lesson.sentence)
    _load_buttons(lesson)


def _lesson_charts(title: str, found: dict[str, Shown]) -> None:
    first = next(iter(found.values()))
    choices = {"training loss": "loss", "validation loss": "val_loss"}
    choices |= {"validation accuracy": "val_accuracy"} if first.classes else {}
    with st.container():
        with st.container(key="below-curve"):
            chosen = st.segmented_control(
                "Curve", list(choices), default="training loss", required=True, key="lesson_curve"
            )
        chart = cached.chart(charts.lesson, {name: shown.history for name, shown in found.items()}, choices[chosen])
        st.plotly_chart(chart, key="lesson_chart", alt=f"{chosen} by epoch for each network of the lesson {title}.")
    rows = pd.DataFrame(_row(name, shown) for name, shown in found.items())
    tables.dataframe(rows, alt="Test metric and gradients of each network of the lesson.")
    st.caption(
        "|∂L/∂W|: mean magnitude of the gradient of each layer's weights, from the first layer to the last. Distinct "
        "neurons: how many neurons of each layer have weights that no other has."
    )


def _row(name: str, shown: Shown) -> dict[str, str]:
    """Return the test metric, gradients before the first step and after the last epoch, and distinct neurons."""
    measure, sizes = words.measure_of(shown.metrics), shown.arrays["inside_gradients"]
    value = shown.metrics[f"test_{measure}"]
    return {
        "network": name,
        "test accuracy" if measure == "accuracy" else "test RMSE": f"{value:.1%}"
        if measure == "accuracy"
        else f"{value:.1f} {shown.unit}",
        "|∂L/∂W| before training": ", ".join(f"{size:.1g}" for size in sizes[0]),
        "|∂L/∂W| after training": ", ".join(f"{size:.1g}" for size in sizes[-1]),
        "distinct neurons per layer": " of ".join(", ".join(map(str, counts)) for counts in shown.neurons),
    }


def _load_buttons(lesson: Lesson) -> None:
    st.caption("Load one of these networks into the controls:")
    for column, (name, spec) in zip(st.columns(len(lesson.variants)), lesson.variants.items(), strict=True):
        column.button(name, key=f"load-{name}", icon=":material/tune:", on_click=_load, args=(spec,), width="stretch")


def _load(spec: Spec) -> None:
    set_controls(spec)
    st.session_state.update(task=spec.task, view="Result")
    result.begin_at_top()


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
    rows = figures_elsewhere().get(task)
    if not rows:
        return
    st.subheader("On another source", anchor=False)
    frame = pd.DataFrame(
        {"source": row["source"]}
        | {f"accuracy, {label.lower()}": _told(row[name]) for name, label in form.preset_names().items()}
        | {"change": f"{100 * (spread(row['works'])[0] - spread(rows[0]['works'])[0]):+z.1f}" if at else ""}
        for at, row in enumerate(rows)
    )
    tables.dataframe(frame, key="elsewhere", alt="Accuracy of both presets on the test set and on other sources.")
    st.caption(f"{WHAT[task]} Accuracy in %, mean ± standard deviation over {SEEDS} random seeds.")


def _told(scores: list[float]) -> str:
    mean, deviation = spread(scores)
    return f"{100 * mean:.1f} ± {100 * deviation:.1f}"


WHAT = {
    "digits": "The same test images, moved by a pixel or drawn with a thicker pen: a network learns the place of each "
    "stroke, too, and one pixel is an eighth of the image. **Exercise:** which augmentation would help?",
    "gender": "Both networks learn from the adults of 20 to 60 years in the data, a part of whom is the test set. "
    "**Exercise:** what does an accuracy on “faces” say if it does not say whose?",
}
