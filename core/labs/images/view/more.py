"""Offer the downloads of both pages, and explain how they work."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.labs.images import charts, compare, export
from core.labs.images.export import Base
from core.labs.images.lesson import Plan
from core.labs.images.spec import MODEL_NAMES, REPORT, REPORT_TRANSFER, Spec
from core.labs.images.view.transfer_found import Found, points
from core.labs.images.view.transfer_views import name_of
from core.labs.images.view.views import pick
from core.runs import spec as specs
from core.runs.compared import Comparison
from core.runs.store import Run
from core.ui import cached, tables
from core.ui.uploads import downloads as files


def take_home(found: Comparison) -> None:
    """Offer the metrics, the arrays, the weights and the experiment as a script or a command."""
    left, right = st.columns(2)
    files.save_table(left, "Metrics (CSV)", compare.table(found.groups), "figures.csv")
    history = pd.concat(_curves(run, model=run.spec["model"], seed=run.spec["seed"]) for run in found.runs)
    files.save_table(left, "Learning curves (CSV)", history, "curves.csv")
    histories = {model: [run.history for run in group] for model, group in found.groups.items()}
    files.save_chart(left, "Learning curves", charts.curves(histories, "accuracy"), "Accuracy by epoch", "curves.html")
    with right:
        run = pick(found, "home_network")
    files.save_table(right, "Test-set predictions (CSV)", _answers(run), "answers.csv")
    files.save_weights(right, run)
    chosen = _spec(run)
    _without_browser(right, chosen, f"images_{chosen.model}.py")


def transfer_take_home(plan: Plan, found: Found) -> None:
    """Offer the accuracies and curves, the weights, and the script with the weights that it starts from."""
    left, right = st.columns(2)
    files.save_table(left, "Test accuracy by training images (CSV)", _accuracies(found), "learning_curve.csv")
    curves = [
        _curves(run, **{"method": way, "images per class": amount, "seed": seed})
        for (way, amount, seed), run in found.runs.items()
    ]
    files.save_table(left, "Learning curves by epoch (CSV)", pd.concat(curves), "curves.csv")
    chart, title = charts.learning(points(found)), "Transfer learning and training from scratch"
    files.save_chart(left, "Test accuracy by training images", chart, title, "learning_curve.html")
    name = right.selectbox("Network", list(found.runs), format_func=name_of, key="home_network")
    run = found.runs[name]
    files.save_weights(right, run)
    base = cached.store().find("images", run.spec["start"])  # the network that a transfer started from
    if base is not None:
        files.save_weights(right, base, "base.weights.h5", "Source model, weights (.weights.h5)")
    before = base and Base(_spec(base), len(base.facts["classes"]))
    if not _without_browser(right, _spec(run), "transfer.py", before):
        st.caption("There is no script for a network whose source model is a saved MobileNetV2; the command trains it.")


def _spec(run: Run) -> Spec:
    return specs.from_dict(Spec, run.spec)


def _without_browser(where: DeltaGenerator, chosen: Spec, file: str, base: Base | None = None) -> bool:
    """Draw the command that trains the same and, if there is one, the script; return whether there is."""
    st.markdown("Without a browser:")
    st.code(export.command(chosen), language="bash")
    if not export.exportable(chosen, base):
        return False
    source = export.script(chosen, base)
    files.save(where, "Export as Python", source, file, "text/x-python")
    st.code(source, language="python", height=420)
    return True


def _curves(run: Run, **facts: Any) -> pd.DataFrame:
    return pd.DataFrame(facts | {"epoch": range(1, 1 + len(run.history["loss"]))} | run.history)


def _answers(run: Run) -> pd.DataFrame:
    arrays, classes = cached.arrays(run), run.facts["classes"]
    frame = pd.DataFrame(arrays["test_shares"], columns=classes)
    frame.insert(0, "true class", [classes[n] for n in arrays["test_truth"]])
    frame.insert(1, "predicted class", [classes[n] for n in arrays["test_shares"].argmax(axis=1)])
    return frame


def _accuracies(found: Found) -> pd.DataFrame:
    columns = ("method", "images per class", "seed", "test accuracy")
    rows = [(*name, run.metrics["test_accuracy"]) for name, run in found.runs.items()]
    return pd.DataFrame(rows, columns=columns)


def how_it_works() -> None:
    """Explain the idea in half a page, the report's figures and their mistake."""
    st.markdown(HOW)
    _of_report(REPORT, "network", "accuracy (report)", "Accuracies given in the report.")


def how_transfer_works() -> None:
    """Explain why transfer learning helps, the protocol, and the report's figures."""
    st.markdown(TRANSFER)
    alt = "Test accuracies of the report's transfers to five kinds of flowers."
    _of_report(REPORT_TRANSFER, "source model", "accuracy (report, five flowers)", alt)


def _of_report(accuracies: dict[str, float], what: str, title: str, alt: str) -> None:
    rows = [(MODEL_NAMES[model], accuracy) for model, accuracy in accuracies.items()]
    percent = st.column_config.NumberColumn(format="percent")
    tables.dataframe(pd.DataFrame(rows, columns=[what, title]), column_config={title: percent}, alt=alt)


HOW = r"""
A **convolution** slides one small filter over the whole image:
$y_{ijk} = \mathrm{ReLU}\big(b_k + \sum_{u,v,c} w_{uvck}\, x_{i+u,\,j+v,\,c}\big)$. The layer has
$(\text{height} \times \text{width} \times \text{channels in} + 1) \times \text{filters}$ parameters, however large the
image is. **Pooling** replaces every 2 × 2 values by one: their maximum (is the feature there at all?) or their mean
(how much of it is there?). So the receptive field grows from layer to layer, while the feature maps become smaller and
more numerous.

**A**: three 3 × 3 convolutions (16, 32, 64 filters), each with max pooling, then a dense layer of 64 units.

**B**: 16 filters of 3 × 3, 32 of 5 × 5, 64 and 128 of 7 × 7, average pooling after each, then a
dense layer of 256 units.

**ResNet A**: every block learns a residual, $y = F(x) + P(x)$, where the skip connection $P$ is a 1 × 1 convolution;
the sum passes the gradient on unchanged. The first convolution of a block has stride 2 in place of pooling, which saves
computation at full resolution.

**DenseNet**: in a dense block each layer receives the outputs of all earlier layers and adds as many channels as the
growth rate says; between blocks, a 1 × 1 convolution halves the channels and average pooling halves height and width.
The student report that this lab re-examines names ResNet A and DenseNet without their sizes; these are our choices.

**VGG-BN** is not in the report: 3 × 3 convolutions (32, 64, 128, 256 filters), each followed by batch normalisation and
ReLU, with max pooling between them and **global average pooling** in place of the large dense layer: the mean of each
feature map. *Settings that work* uses it; *Ablation study* shows what each change is worth.

**Split.** A hash of its file assigns each image to the training, validation or test set, class by class: the same split
for every seed and on every machine. Near-duplicates are kept in the same set.

**What the report got wrong.** One run per network, no other random seeds, no description of the split, no baseline; and
B has over twenty times the convolution weights of A. Over several seeds a difference of a few points may vanish. Its
accuracies, on its own five classes at 128 × 128:
"""

TRANSFER = r"""
The first layers of an image network learn edges, spots and colours, the next ones corners and textures. Hardly any of
these features is specific to the classes it was trained on. **Transfer learning** keeps them and replaces only the last
layer, the head.

**Feature extraction.** All other weights are frozen, so the features of each image are computed once and only
the head is trained on them: seconds instead of minutes. The pre-trained weights cannot be damaged by the large
gradients of an untrained head.

**Fine-tuning.** At a smaller learning rate (a tenth for ImageNet weights, a third in the included example) all
layers adapt to the new task without losing what they have learned. The running mean and variance of batch normalisation
from ImageNet stay frozen: small batches would be poor estimates of them.

**Why it helps.** A network trained from scratch must learn from the same few hundred images both *what images are made
of* and *what a rose is*. The transferred one needs only the second. So its lead is largest where images are fewest;
with enough of them the two curves meet. It helps only as far as the source images resemble the new ones: a source model
that saw few classes of small images has little to give, as the transfer from DenseNet shows in the student report that
this lab re-examines (table below).

**From scratch** is the same network on the same images, with the same total number of epochs.
"""
