"""Look inside the network in NumPy alone, offer its downloads, and explain how it works."""

import numpy as np
import pandas as pd
import streamlit as st

from core.labs.from_scratch import charts, drawing, export, words
from core.labs.from_scratch.spec import FACE_TASKS
from core.labs.from_scratch.view import result
from core.labs.from_scratch.view.shown import Shown
from core.ui import cached, tables
from core.ui.frame import paint
from core.ui.uploads import downloads as files


def inside(shown: Shown) -> None:
    """Draw the layers, the changes of weights, activations and gradients, and the first-layer weights as images."""
    if shown.weights:
        result.diagram(drawing.trained(shown.weights), shown.spec, "after the training", shown.classes)
        if not paint.whole():
            return
    left, right = st.columns([1.15, 1.35], gap="medium")
    left.subheader("Summary", anchor=False)
    tables.dataframe(
        pd.DataFrame(shown.facts["layers"]),
        where=left,
        alt="Each layer with its output size and parameter count.",
    )
    left.caption(f"{shown.facts['parameters']:,} parameters: inputs × neurons (W) + neurons (b) for each dense layer.")
    with right:
        st.subheader("Gradients", anchor=False)
        _gradients(shown)
    for name, what in (("Weights", "weights"), ("Activations", "activations")):
        st.subheader(f"{name} over the epochs", anchor=False)
        chart = cached.chart(drawing.spreads, shown.arrays[f"inside_{what}"], what)
        st.plotly_chart(chart, key=f"inside-{what}", alt=f"Spread of the {what} of each layer by epoch.")
    st.caption(
        "Line: median. Dark band: interquartile range. Pale band: minimum to maximum. Computed on the same 256 "
        "training rows after each epoch; epoch 0 is before the first update. The last layer's activations are "
        "its outputs without softmax (logits, if it classifies)."
    )
    _first_layer(shown)
    if shown.weights:
        st.subheader("Weight matrices", anchor=False)
        chart = cached.chart(drawing.matrices, drawing.trained(shown.weights))
        st.plotly_chart(chart, key="matrices", alt="Weight matrix of each layer as a heat map, positive and negative.")


def _gradients(shown: Shown) -> None:
    sizes = shown.arrays["inside_gradients"]
    st.plotly_chart(
        cached.chart(drawing.gradients, sizes), key="gradients", alt="Mean magnitude of each layer's gradient by epoch."
    )
    if not np.any(sizes):
        st.warning(
            "Every gradient of every W is exactly zero: with all weights zero, all neurons of a layer are equal and no "
            "gradient reaches them. Only the last bias changes, so the prediction is the same for every row."
        )
    elif any(different == 1 < layer for different, layer in zip(*shown.neurons, strict=True)):
        st.warning(
            "In some layer all neurons have identical weights, so it works like a single neuron: symmetry stays."
        )


def _first_layer(shown: Shown) -> None:
    if "templates" not in shown.arrays:
        return
    st.subheader("First-layer weights", anchor=False)
    pictures = shown.arrays["templates"]
    chart = cached.chart(drawing.tiles, pictures, [str(n + 1) for n in range(len(pictures))], signed=True)
    st.plotly_chart(chart, key="templates", alt="Weights of each first-layer neuron as an image.")
    st.caption("One image per neuron. Blue: positive weight. Orange: negative weight. Each image has its own scale.")


def take_home(shown: Shown) -> None:
    """Offer the metrics, the arrays, the weights, and the experiment as a script or a command."""
    left, right = st.columns(2)
    files.save_table(left, "Curves (CSV)", pd.DataFrame(shown.history), "history.csv", "epoch")
    curves = charts.curves(shown.history, shown.unit, shown.kept_epoch)
    files.save_chart(left, "Curves", curves, words.label(shown.spec))
    figures = pd.DataFrame({"value": shown.metrics})
    files.save_table(right, "Metrics of all models (CSV)", figures, "metrics.csv", "metric")
    if shown.spec.task in FACE_TASKS:
        right.caption("Neither weights nor single predictions of a network trained on faces can be downloaded.")
    else:
        answers = pd.DataFrame({"actual": shown.arrays["test_truth"], "predicted": shown.arrays["test_said"]})
        files.save_table(right, "Test predictions (CSV)", answers, "predictions.csv")
    if shown.weights:
        files.save(right, "Weights (.npz)", shown.weights, "weights.npz", "application/octet-stream")
    st.markdown("On the command line:")
    st.code(export.command(shown.spec), language="bash")
    if export.exportable(shown.spec):
        source = export.script(shown.spec)
        files.save(left, "Export as Python", source, f"scratch_{shown.spec.task}.py", "text/x-python")
        st.code(source, language="python", height=420)


def how_it_works() -> None:
    """Explain the idea in half a page, the report's figures, and show the source files."""
    st.markdown(HOW)
    name = st.segmented_control("Source file", export.MODULES, default="training", required=True, key="file")
    st.code(export.source(name), language="python", height=460)


HOW = r"""
**Forward pass.** A dense layer computes $y = xW + b$, and its activation function is applied to each number,
$a = f(y)$. The rows of a batch pass through layer after layer to the outputs; the loss $L$ measures how wrong they are.

**Backward pass (backpropagation).** Each layer receives the gradient of the loss with respect to its outputs,
$G = \partial L / \partial y$, and computes three gradients: of its weights, $\partial L/\partial W = x^\top G$; of its
biases, $\partial L/\partial b = \sum G$; and of its inputs, $\partial L/\partial x = G\,W^\top$, which the layer before
receives. An activation function multiplies by its derivative:
$\partial L/\partial y = \partial L/\partial a \odot f'(y)$.

**One update (SGD with momentum).** $v \leftarrow \mu v - \eta\,(\partial L/\partial W + \lambda W)$ and
$W \leftarrow W + v$, with momentum $\mu$, weight decay $\lambda$ and the learning rate
$\eta = a / \mathrm{epoch}^n + b$; with $n = 0$ it is constant.

**Train/test split.** 30% of the rows are the test set, which is used once; 10% of the rest are the validation set.
PCA, feature scaling and the scaling of the target are fitted on the remaining training set. With early stopping the
weights of the best validation epoch are kept. The baselines of scikit-learn get the same rows and the same inputs.

**Features of images.** A dense layer on pixels learns each place anew. *Edge directions (HOG)* are, for each cell of
the image, the summed length of the gradients in nine directions, normalised over blocks of 2 × 2 cells (Dalal and
Triggs, 2005). *Convolution, filters by k-means* compares each patch, normalised and whitened, with 100 centres of
k-means, takes $\max(0, \bar d - d_k)$ of the distances $d$, and sums over a grid (Coates, Lee and Ng, 2011): a
convolutional layer with pooling whose filters are learned without labels, from the training images alone. PCA and
scaling follow.

**The student report that this lab re-examines.** UTKFace images, 200 × 200 pixels, 128 principal components; age with
layers of 35, 6 and 1 neurons, leaky ReLU, momentum 0.99 and MSE loss: RMSE of 10 years on the training set and 13 on
the test set, 15.72 for its scikit-learn baseline; gender: accuracy of 88% and 86%. The report does not say on which
rows PCA was fitted, nor how learning rate, batch size and epochs were chosen; this page chose its own on validation
sets.
"""
