"""Look inside the network in NumPy alone, offer its downloads, and explain how it works."""

import io

import numpy as np
import pandas as pd
import streamlit as st

from core.labs.from_scratch import charts, export, looks, words
from core.labs.from_scratch.spec import FACE_TASKS
from core.labs.from_scratch.view.views import Shown
from core.plot import charts as common
from core.ui import cached, tables
from core.ui.uploads import downloads as files


def inside(shown: Shown) -> None:
    """Draw the layers, the changes of weights, activations and gradients, and the first-layer weights as images."""
    left, right = st.columns([1.15, 1.35], gap="medium")
    left.subheader("Summary", anchor=False)
    tables.dataframe(
        pd.DataFrame(shown.facts["layers"]), where=left, hide_index=True, alt="Each layer with outputs and parameters."
    )
    left.caption(f"{shown.facts['parameters']:,} parameters: inputs × neurons + neurons for each dense layer.")
    with right:
        st.subheader("Gradients", anchor=False)
        _gradients(shown)
    for name, what in (("Weights", "weights"), ("Activations", "activations")):
        st.subheader(f"{name} over the epochs", anchor=False)
        chart = cached.chart(looks.spreads, shown.arrays[f"inside_{what}"], what)
        st.plotly_chart(chart, key=f"inside-{what}", alt=f"Spread of the {what} of each layer by epoch.")
    st.caption(
        "Line: median. Dark band: the middle half. Pale band: smallest to largest. Seen through the same 256 rows of "
        "the training part after each epoch; epoch 0 is before the first step. The last layer's activations are its "
        "bare outputs."
    )
    _first_layer(shown)
    if shown.weights:
        st.subheader("All weights, as they are now", anchor=False)
        chart = cached.chart(looks.matrices, _matrices(shown.weights))
        st.plotly_chart(chart, key="matrices", alt="Each layer's weights as a heat map around zero.")


def _gradients(shown: Shown) -> None:
    sizes = shown.arrays["inside_gradients"]
    st.plotly_chart(
        cached.chart(looks.gradients, sizes), key="gradients", alt="Mean size of each layer's gradient by epoch."
    )
    if not np.any(sizes):
        st.warning(
            "Every gradient of every W is exactly zero: with all weights zero, no neuron differs from its neighbour "
            "and no blame reaches it. Only the last bias moves, so the network answers the same for every row."
        )
    elif any(different == 1 < layer for different, layer in zip(*_neurons(shown), strict=True)):
        st.warning(
            "In some layer all neurons have the very same weights: it counts as one neuron, however many it has."
        )


def _neurons(shown: Shown) -> tuple[list[int], list[int]]:
    outputs = [layer["outputs"] for layer in shown.facts["layers"] if layer["layer"] == "Dense"]
    return shown.facts["different_neurons"], outputs


def _first_layer(shown: Shown) -> None:
    if "templates" not in shown.arrays:
        return
    st.subheader("What the first neurons look for", anchor=False)
    pictures = shown.arrays["templates"]
    chart = cached.chart(looks.tiles, pictures, [str(n + 1) for n in range(len(pictures))], signed=True)
    st.plotly_chart(chart, key="templates", alt="Weights of the first layer's neurons as pictures.")
    st.caption("Blue: light there wakes the neuron. Orange: light there holds it back. Each picture has its own scale.")


def _matrices(weights: bytes) -> list[np.ndarray]:
    with np.load(io.BytesIO(weights), allow_pickle=False) as packed:
        return [packed[name] for name in packed.files if packed[name].ndim == 2]


def take_home(shown: Shown) -> None:
    """Offer the metrics, the arrays, the weights, and the experiment as a script or a command."""
    left, right = st.columns(2)
    files.save_table(left, "Curves (CSV)", pd.DataFrame(shown.history), "history.csv", "epoch")
    page = common.standalone(charts.curves(shown.history, shown.unit, shown.kept_epoch), words.label(shown.spec))
    files.save(left, "Curves (HTML)", page, "curves.html", "text/html")
    figures = pd.DataFrame({"value": shown.metrics})
    files.save_table(right, "Figures of all models (CSV)", figures, "figures.csv", "figure")
    if shown.spec.task in FACE_TASKS:
        right.caption("Neither weights nor single answers of a network that was trained on faces are handed out.")
    else:
        answers = pd.DataFrame({"truth": shown.arrays["test_truth"], "said": shown.arrays["test_said"]})
        files.save_table(right, "Answers on the test part (CSV)", answers, "answers.csv")
    if shown.weights:
        files.save(right, "Weights (.npz)", shown.weights, "weights.npz", "application/octet-stream")
    st.markdown("Without a browser:")
    st.code(export.command(shown.spec), language="bash")
    if export.exportable(shown.spec):
        source = export.script(shown.spec)
        files.save(left, "Export as Python", source, f"scratch_{shown.spec.task}.py", "text/x-python")
        st.code(source, language="python", height=420)


FILES = (
    "training",
    "network",
    "layers",
    "activations",
    "losses",
    "initialisers",
    "optimizers",
    "schedules",
    "stopping",
)


def how_it_works() -> None:
    """Explain the idea in half a page, the report's figures, and show the source files."""
    st.markdown(HOW)
    name = st.segmented_control("The files", FILES, default="training", required=True, key="file")
    st.code(export.source(name), language="python", height=460)


HOW = r"""
A layer computes $y = xW + b$ and an activation bends each number, $a = f(y)$. Layer after layer the rows of a batch run
forward to the outputs; the loss $L$ says in one number how wrong they are.

Backward, each layer is told how much the loss would change with its outputs, $G = \partial L / \partial y$, and answers
three questions: which weights are to blame, $\partial L/\partial W = x^\top G$; which biases,
$\partial L/\partial b = \sum G$; and what to tell the layer before, $\partial L/\partial x = G\,W^\top$. An activation
multiplies by its slope: $\partial L/\partial y = \partial L/\partial a \odot f'(y)$.

**One step.** $v \leftarrow \mu v - \eta\,(\partial L/\partial W + \lambda W)$ and $W \leftarrow W + v$, with momentum
$\mu$, weight decay $\lambda$ and the rate $\eta = a / \mathrm{epoch}^n + b$; with $n = 0$ the rate is fixed.

**Protocol.** 30 % of the rows are the test part and are looked at once; 10 % of the rest validate; PCA, scaling and the
unit of the target are fitted on what is left. With early stopping the weights of the best validation epoch are kept.
The baselines of scikit-learn get the same rows and the same inputs.

**The report.** Faces of UTKFace, 200 × 200, PCA to 128 numbers; age with layers 35, 6, 1, leaky ReLU, momentum 0.99,
L2: RMSE 10 years on train and 13 on test, against 15.72 of its scikit-learn baseline; gender 88 % and 86 %. It does not
say on which rows PCA was fitted, nor how rate, batch and epochs were chosen; those of this page are ours, chosen on
validation parts. Our measurements, on a smaller and younger edition of the data, stand in the README.
"""
