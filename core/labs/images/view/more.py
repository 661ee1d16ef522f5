"""Offer the downloads of the image lab, and explain how it works."""

import pandas as pd
import streamlit as st

from core.labs.images import charts, compare, export
from core.labs.images.spec import MODEL_NAMES, REPORT, Spec
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
    history = pd.concat(_curves(run) for run in found.runs)
    files.save_table(left, "Learning curves (CSV)", history, "curves.csv")
    histories = {model: [run.history for run in group] for model, group in found.groups.items()}
    files.save_chart(left, "Learning curves", charts.curves(histories, "accuracy"), "Accuracy by epoch", "curves.html")
    with right:
        run = pick(found, "home_network")
    files.save_table(right, "Test-set predictions (CSV)", _answers(run), "answers.csv")
    files.save_weights(right, run)
    chosen = specs.from_dict(Spec, run.spec)
    st.markdown("Without a browser:")
    st.code(export.command(chosen), language="bash")
    if not export.exportable(chosen):
        return
    source = export.script(chosen)
    files.save(right, "Export as Python", source, f"images_{chosen.model}.py", "text/x-python")
    st.code(source, language="python", height=420)


def _curves(run: Run) -> pd.DataFrame:
    facts = {"model": run.spec["model"], "seed": run.spec["seed"], "epoch": range(1, 1 + len(run.history["loss"]))}
    return pd.DataFrame(facts | run.history)


def _answers(run: Run) -> pd.DataFrame:
    arrays, classes = cached.arrays(run), run.facts["classes"]
    frame = pd.DataFrame(arrays["test_shares"], columns=classes)
    frame.insert(0, "true class", [classes[n] for n in arrays["test_truth"]])
    frame.insert(1, "predicted class", [classes[n] for n in arrays["test_shares"].argmax(axis=1)])
    return frame


def how_it_works() -> None:
    """Explain the idea in half a page, the report's figures and their mistake."""
    st.markdown(HOW)
    rows = [(MODEL_NAMES[model], accuracy) for model, accuracy in REPORT.items()]
    alt = "Accuracies given in the report."
    columns = {"accuracy (report)": st.column_config.NumberColumn(format="percent")}
    tables.dataframe(pd.DataFrame(rows, columns=["network", "accuracy (report)"]), alt=alt, column_config=columns)


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
