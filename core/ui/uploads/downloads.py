"""Offer downloads: a file behind a button, a table, the weights of a stored run."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import TamrinError
from core.files.writing import csv_text
from core.plot import charts
from core.runs.store import Run
from core.ui import cached, literal, messages


def save(column: DeltaGenerator, label: str, content: str | bytes | Callable[[], bytes], name: str, mime: str) -> None:
    """Draw a button that downloads `content` under a name, without redrawing the page."""
    column.download_button(
        label, content, name, mime, key=f"save-{name}", on_click="ignore", icon=":material/download:", width="stretch"
    )


def save_table(column: DeltaGenerator, label: str, frame: pd.DataFrame, name: str, index: str | None = None) -> None:
    """Offer a table as CSV, in which no cell is a formula; `index` names the column of the frame's index."""
    save(column, label, csv_text(frame, index), name, "text/csv")


def save_chart(column: DeltaGenerator, name: str, chart: go.Figure, title: str, file: str = "") -> None:
    """Offer a chart as an HTML file, by default named after it, that opens without internet access."""
    content = charts.standalone(chart, title)
    save(column, f"{name} (HTML)", content, file or f"{name.lower().replace(' ', '-')}.html", "text/html")


def save_weights(column: DeltaGenerator, run: Run, name: str = "", label: str = "") -> None:
    """Offer the weights of a stored run; show a sentence instead if the entry is damaged."""
    try:
        weights = cached.store().weights(run)
    except TamrinError as error:
        literal.error(error, column)
        return
    save(column, label or messages.weights_file, weights, name or f"{run.key}.weights.h5", "application/x-hdf5")


def experiment(
    column: DeltaGenerator,
    label: str,
    runs: Sequence[Run],
    name: Callable[[Run], str],
    script: Callable[[Run], tuple[str, str]],
) -> None:
    """Offer the weights of the run that a user chooses, and its experiment as a script, which is shown below.

    `name` tells a run in the control, `script` returns the name of its file and its source.
    """
    run = column.selectbox(label, runs, format_func=name, key=label.lower(), help=messages.experiment_help)
    save_weights(column, run)
    file, source = script(run)
    save(column, messages.export_as_python, source, file, "text/x-python")
    st.code(source, language="python", height=420)
