"""Draw the report's lessons: networks that differ in one thing, and a way to continue from each."""

import pandas as pd
import streamlit as st

from core.labs.from_scratch import words
from core.labs.from_scratch.lessons import LESSONS, Lesson
from core.labs.from_scratch.plots import charts
from core.labs.from_scratch.spec import Spec
from core.labs.from_scratch.view import scroll
from core.labs.from_scratch.view.inputs import set_controls
from core.labs.from_scratch.view.views import Shown, stored
from core.ui import cached, tables


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
    tables.dataframe(_lesson_table(found), alt="Test metric and gradients of each network of the lesson.")
    st.caption(
        "|∂L/∂W|: mean magnitude of the gradient of each layer's weights, from the first layer to the last. Distinct "
        "neurons: how many neurons of each layer have weights that no other has."
    )


def _lesson_table(found: dict[str, Shown]) -> pd.DataFrame:
    """Return gradients before the first step and after the last epoch, distinct neurons, and the test metric."""
    return pd.DataFrame(_row(name, shown) for name, shown in found.items())


def _row(name: str, shown: Shown) -> dict[str, str]:
    measure, sizes = words.measure_of(shown.metrics), shown.arrays["inside_gradients"]
    value = shown.metrics[f"test_{measure}"]
    outputs = [layer["outputs"] for layer in shown.facts["layers"] if layer["layer"] == "Dense"]
    return {
        "network": name,
        "test accuracy" if measure == "accuracy" else "test RMSE": f"{value:.1%}"
        if measure == "accuracy"
        else f"{value:.1f} {shown.unit}",
        "|∂L/∂W| before training": ", ".join(f"{size:.1g}" for size in sizes[0]),
        "|∂L/∂W| after training": ", ".join(f"{size:.1g}" for size in sizes[-1]),
        "distinct neurons per layer": f"{_listed(shown.facts['different_neurons'])} of {_listed(outputs)}",
    }


def _listed(counts: list[int]) -> str:
    return ", ".join(map(str, counts))


def _load_buttons(lesson: Lesson) -> None:
    st.caption("Load one of these networks into the controls:")
    for column, (name, spec) in zip(st.columns(len(lesson.variants)), lesson.variants.items(), strict=True):
        column.button(name, key=f"load-{name}", icon=":material/tune:", on_click=_load, args=(spec,), width="stretch")


def _load(spec: Spec) -> None:
    set_controls(spec)
    st.session_state.update(task=spec.task, view="Result")
    scroll.ask()
