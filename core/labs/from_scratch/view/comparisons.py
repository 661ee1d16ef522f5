"""Draw networks that differ in one thing: the report's lessons, and the ablation study of a task."""

import pandas as pd
import streamlit as st

from core.files import kinds
from core.files.phrases import minus
from core.labs.from_scratch import charts, messages, words
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
    title = form.segments(messages.lesson, list(LESSONS), key="lesson")
    lesson = LESSONS[title]
    found = {name: shown for name, spec in lesson.variants.items() if (shown := stored(spec))}
    if not found:
        st.info(messages.no_lesson_networks)
    else:
        _lesson_charts(title, found)
    st.markdown(lesson.sentence)
    _load_buttons(lesson)


def _lesson_charts(title: str, found: dict[str, Shown]) -> None:
    first = next(iter(found.values()))
    choices = {messages.training_loss: "loss", messages.validation_loss: "val_loss"}
    choices |= {messages.validation_accuracy: "val_accuracy"} if first.classes else {}
    with st.container():
        with st.container(key="below-curve"):
            chosen = st.segmented_control(
                messages.curve, list(choices), default=messages.training_loss, required=True, key="lesson_curve"
            )
        chart = cached.chart(charts.lesson, {name: shown.history for name, shown in found.items()}, choices[chosen])
        st.plotly_chart(chart, key="lesson_chart", alt=messages.lesson_alt.format(curve=chosen, lesson=title))
    rows = pd.DataFrame(_row(name, shown) for name, shown in found.items())
    tables.dataframe(rows, alt=messages.lesson_table_alt)
    st.caption(messages.lesson_table_help)


def _row(name: str, shown: Shown) -> dict[str, str]:
    """Return the test metric, gradients before the first step and after the last epoch, and distinct neurons."""
    measure, sizes = words.measure_of(shown.metrics), shown.arrays["inside_gradients"]
    value, (some, every) = shown.metrics[f"test_{measure}"], (", ".join(map(str, one)) for one in shown.neurons)
    return {
        "network": name,
        "test accuracy" if measure == "accuracy" else "test RMSE": f"{value:.1%}"
        if measure == "accuracy"
        else f"{value:.1f} {shown.unit}",
        "|∂L/∂W| before training": ", ".join(f"{size:.1g}" for size in sizes[0]),
        "|∂L/∂W| after training": ", ".join(f"{size:.1g}" for size in sizes[-1]),
        "distinct neurons per layer": messages.count_of.format(some=some, all=every),
    }


def _load_buttons(lesson: Lesson) -> None:
    st.caption(messages.load_one)
    for column, (name, spec) in zip(st.columns(len(lesson.variants)), lesson.variants.items(), strict=True):
        column.button(name, key=f"load-{name}", icon=":material/tune:", on_click=_load, args=(spec,), width="stretch")


def _load(spec: Spec) -> None:
    set_controls(spec)
    st.session_state.update(task=spec.task, view="Result")
    result.begin_at_top()


# Of a user's own labelled file: the endings of its name, and the most megabytes.
TYPES = {"digits": ("zip", "tar", "gz", "tgz", "bz2", "xz"), "table": kinds.TABLES, "faces": FACES_TYPES}
MOST = {"digits": 50, "table": 50, "faces": MOST_FACES}


def study(wanted: Wanted, shown: Shown | None) -> None:
    """Draw the study of the task, or the first one if the task has none; then the network shown on a user's file."""
    found = load(STUDY)
    task = wanted.spec.task if wanted.spec.task in found else next(iter(found))
    about = found[task]
    st.subheader(messages.study_title.format(task=TASK_NAMES[task]), anchor=False)
    tables.study(about, "accuracy, %", 1, messages.study_help)
    _elsewhere(task)
    if shown and (shown.weights or not shown.stopped):  # what was stopped could not be trained again
        _own(wanted, shown)


def _own(wanted: Wanted, shown: Shown) -> None:
    """Draw the network shown on a user's own labelled file beside its test set, and an exercise on it."""
    task = shown.spec.task
    kind = "faces" if task in FACE_TASKS else "digits" if task in IMAGE_TASKS else "table"
    about = f"{messages.group('own_help')[kind]} {messages.not_trained_on}"
    st.subheader(messages.group("own_titles")[kind].format(task=TASK_NAMES[task]), anchor=False)
    elsewhere_.own_file(
        "judged_file",
        messages.group("own_labels")[kind],
        TYPES[kind],
        about,
        MOST[kind],
        "core.labs.from_scratch.own_file:measure",
        specs.to_dict(shown.spec),
        shown.weights,
        wanted.content,
        dict(wanted.answers),
    )
    st.markdown(messages.group("own_exercises")[kind])


def _elsewhere(task: str) -> None:
    """Draw the accuracy of both presets on another source, and an exercise on it."""
    rows = figures_elsewhere().get(task)
    if not rows:
        return
    st.subheader(messages.another_source, anchor=False)
    frame = pd.DataFrame(
        {"source": row["source"]}
        | {f"accuracy, {label.lower()}": _told(row[name]) for name, label in form.preset_names().items()}
        | {"change": f"{100 * (spread(row['works'])[0] - spread(rows[0]['works'])[0]):+z.1f}" if at else ""}
        for at, row in enumerate(rows)
    )
    tables.dataframe(frame.map(minus), key="elsewhere", alt=messages.elsewhere_alt)
    st.caption(messages.elsewhere_help.format(what=messages.group("elsewhere")[task], seeds=SEEDS))


def _told(scores: list[float]) -> str:
    mean, deviation = spread(scores)
    return f"{100 * mean:.1f} ± {100 * deviation:.1f}"
