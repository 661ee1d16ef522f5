"""Offer the downloads of the image lab, and explain how it works."""

import pandas as pd
import streamlit as st

from core.labs.images import charts, compare, export
from core.labs.images.compare import Comparison
from core.labs.images.spec import MODEL_NAMES, REPORT, Spec
from core.labs.images.view.views import pick
from core.plot import charts as common
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached, tables
from core.ui.uploads import downloads as files


def take_home(found: Comparison) -> None:
    """Offer the metrics, the arrays, the weights and the experiment as a script or a command."""
    left, right = st.columns(2)
    files.save_table(left, "Figures (CSV)", compare.table(found.groups), "figures.csv")
    history = pd.concat(_curves(run) for run in found.runs)
    files.save_table(left, "Curves (CSV)", history, "curves.csv")
    histories = {model: [run.history for run in group] for model, group in found.groups.items()}
    page = common.standalone(charts.curves(histories, "accuracy"), "Accuracy by epoch")
    files.save(left, "Curves (HTML)", page, "curves.html", "text/html")
    with right:
        run = pick(found, "home_network")
    files.save_table(right, "Answers on the test part (CSV)", _answers(run), "answers.csv")
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
    frame.insert(0, "truth", [classes[n] for n in arrays["test_truth"]])
    frame.insert(1, "said", [classes[n] for n in arrays["test_shares"].argmax(axis=1)])
    return frame


def how_it_works() -> None:
    """Explain the idea in half a page, the report's figures and their mistake."""
    st.markdown(HOW)
    rows = [(MODEL_NAMES[model], accuracy) for model, accuracy in REPORT.items()]
    tables.dataframe(
        pd.DataFrame(rows, columns=["report", "accuracy"]), hide_index=True, alt="Accuracies that the report states.",
        column_config={"accuracy": st.column_config.NumberColumn(format="percent")},
    )  # fmt: skip


HOW = r"""
A **convolution** slides one small filter over the whole picture:
$y_{ijk} = \mathrm{ReLU}\big(b_k + \sum_{u,v,c} w_{uvck}\, x_{i+u,\,j+v,\,c}\big)$. It has
$(\text{height} \times \text{width} \times \text{channels in} + 1) \times \text{filters}$ parameters, however large the
picture is. **Pooling** keeps one number of every 2 × 2: the largest (is it there at all?) or the mean (how much of
it?). So each layer sees a larger part of the picture with fewer places and more channels.

**A**: three times 3 × 3 convolution (16, 32, 64 filters) and max pooling, dense 64.

**B**: 16 filters of 3 × 3, 32 of 5 × 5, 64 and 128 of 7 × 7, average pooling after each, dense 256.

**Residual A**: every block learns what to *add*, $y = F(x) + P(x)$; the sum passes the gradient on unchanged. The first
convolution of a block has stride 2 in place of the pooling, which saves work at full size.

**Dense**: in a block each layer sees the outputs of all layers before it and adds `growth` channels; between blocks a
1 × 1 convolution halves the channels and average pooling the extent. The report names the last two without their sizes;
these are our choices.

**Split.** Each picture belongs to the training, validation or test part by the digest of its own file, class by class:
the same for every seed and on every machine. Near twins stay in one part.

**The report's fault.** One run each, no seeds, no split stated, no baseline; and B has over twenty times the
convolution weights of A. Over several seeds a difference of a few points may vanish. Its accuracies, on five
classes of its own at 128 × 128:
"""
