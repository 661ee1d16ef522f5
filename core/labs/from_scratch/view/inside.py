"""Look inside the network in NumPy alone, offer its downloads, and explain how it works."""

import numpy as np
import pandas as pd
import streamlit as st

from core.labs import messages as labs_messages
from core.labs.from_scratch import charts, drawing, export, messages, words
from core.labs.from_scratch.spec import FACE_TASKS
from core.labs.from_scratch.view import result
from core.labs.from_scratch.view.shown import Shown
from core.ui import cached, tables
from core.ui.frame import paint
from core.ui.uploads import downloads as files


def inside(shown: Shown) -> None:
    """Draw the layers, the changes of weights, activations and gradients, and the first-layer weights as images."""
    if shown.weights:
        result.diagram(drawing.trained(shown.weights), shown.spec, messages.after_training, shown.classes)
        if not paint.whole():
            return
    left, right = st.columns([1.15, 1.35], gap="medium")
    left.subheader(messages.summary, anchor=False)
    tables.dataframe(pd.DataFrame(shown.facts["layers"]), where=left, alt=messages.summary_alt)
    left.caption(messages.parameters_help.format(parameters=shown.facts["parameters"]))
    with right:
        st.subheader(messages.gradients, anchor=False)
        _gradients(shown)
    for what, title in messages.group("spreads").items():
        st.subheader(title, anchor=False)
        chart = cached.chart(drawing.spreads, shown.arrays[f"inside_{what}"], what)
        st.plotly_chart(chart, key=f"inside-{what}", alt=messages.group("spread_alts")[what])
    st.caption(messages.spread_help)
    _first_layer(shown)
    if shown.weights:
        st.subheader(messages.weight_matrices, anchor=False)
        cached.plot("matrices", messages.matrices_alt, drawing.matrices, drawing.trained(shown.weights))


def _gradients(shown: Shown) -> None:
    sizes = shown.arrays["inside_gradients"]
    cached.plot("gradients", messages.gradients_alt, drawing.gradients, sizes)
    if not np.any(sizes):
        st.warning(messages.zero_gradients)
    elif any(different == 1 < layer for different, layer in zip(*shown.neurons, strict=True)):
        st.warning(messages.same_neurons)


def _first_layer(shown: Shown) -> None:
    if "templates" not in shown.arrays:
        return
    st.subheader(messages.first_layer, anchor=False)
    pictures = shown.arrays["templates"]
    chart = cached.chart(drawing.tiles, pictures, [str(n + 1) for n in range(len(pictures))], signed=True)
    st.plotly_chart(chart, key="templates", alt=messages.first_layer_alt)
    st.caption(messages.first_layer_help)


def take_home(shown: Shown) -> None:
    """Offer the metrics, the arrays, the weights, and the experiment as a script or a command."""
    left, right = st.columns(2)
    files.save_table(left, messages.curves_csv, pd.DataFrame(shown.history), "history.csv", "epoch")
    curves = charts.curves(shown.history, shown.unit, shown.kept_epoch)
    files.save_chart(left, messages.curves, curves, words.label(shown.spec))
    figures = pd.DataFrame({"value": shown.metrics})
    files.save_table(right, messages.metrics_csv, figures, "metrics.csv", "metric")
    if shown.spec.task in FACE_TASKS:
        right.caption(messages.no_downloads_of_faces)
    else:
        answers = pd.DataFrame({"actual": shown.arrays["test_truth"], "predicted": shown.arrays["test_said"]})
        files.save_table(right, messages.predictions_csv, answers, "predictions.csv")
    if shown.weights:
        files.save(right, messages.weights_file, shown.weights, "weights.npz", "application/octet-stream")
    st.markdown(labs_messages.command_line)
    st.code(export.command(shown.spec), language="bash")
    if export.exportable(shown.spec):
        source = export.script(shown.spec)
        files.save(left, messages.export_python, source, f"scratch_{shown.spec.task}.py", "text/x-python")
        st.code(source, language="python", height=420)


def how_it_works() -> None:
    """Explain the idea in half a page, the report's figures, and show the source files."""
    st.markdown(messages.how_it_works)
    name = st.segmented_control(messages.source_file, export.MODULES, default="training", required=True, key="file")
    st.code(export.source(name), language="python", height=460)
