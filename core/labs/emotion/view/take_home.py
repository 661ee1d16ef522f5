"""Offer downloads of a text classifier: metrics, weights, the experiment as a script, and its texts."""

from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.jobs import engine
from core.labs.emotion import charts, export
from core.labs.emotion.spec import BOTH
from core.labs.emotion.texts import data
from core.labs.emotion.view.figures import per_class
from core.labs.emotion.view.inputs import Wanted
from core.labs.emotion.view.views import Shown
from core.ui import cached
from core.ui.uploads import downloads as files


def take_home(wanted: Wanted, shown: Shown) -> None:
    """Offer the metrics, the arrays, the weights and the experiment as a script, with the texts that it reads."""
    left, right = st.columns(2)
    has_script = shown.spec.cell != "bow" and not shown.spec.ngrams and shown.spec.data != BOTH
    if has_script:
        _save_texts(left, shown, wanted)
    rows = pd.DataFrame(shown.arrays["test_probabilities"].astype(float), columns=shown.classes)
    rows.insert(0, "true label", [shown.classes[n] for n in shown.arrays["test_truth"]])
    rows.insert(0, "row", shown.arrays["test_lines"] + 1)
    files.save_table(left, "Test-set predictions (CSV)", rows, "answers.csv")
    matrix = pd.DataFrame(shown.confusion, shown.classes, shown.classes)
    files.save_table(left, "Confusion matrix (CSV)", matrix, "confusion.csv", "true label")
    files.save_table(left, "Per-class metrics (CSV)", per_class(shown), "classes.csv", "class")
    chart = charts.confusion(shown.confusion, shown.classes, False)
    files.save_chart(left, "Confusion matrix", chart, "Emotion in text: confusion matrix", "confusion.html")
    if shown.history:
        history = pd.DataFrame(shown.history).assign(epoch=range(1, 1 + len(shown.history["loss"])))
        files.save_table(left, "Learning curves (CSV)", history, "history.csv")
    files.save(right, "Weights (.npz)", _weights(shown), f"emotion_{shown.spec.cell}.npz", "application/octet-stream")
    if not has_script:
        right.caption("There is a script for networks without n-grams that are trained on one source.")
    else:
        source = export.script(shown.spec)
        files.save(right, "Export as Python", source, f"emotion_{shown.spec.cell}.py", "text/x-python")
        st.code(source, language="python", height=420)


def _save_texts(column: DeltaGenerator, shown: Shown, wanted: Wanted) -> None:
    """Offer the files that the script reads; show only a sentence if they are not on this machine."""
    if wanted.content is not None:
        answers = data.answers_of(shown.spec, dict(wanted.answers))
        ask = partial(engine.get().call, "core.labs.emotion.texts.data:table", wanted.content, shown.spec.data, answers)
        files.save(column, "Texts (CSV)", ask, "texts.csv", "text/csv")
    elif folder := data.folder():
        for label, name in (("Training texts", "train.txt"), ("Test texts", "val.txt")):
            files.save(column, label, (folder / name).read_bytes, name, "text/plain")
    else:
        column.caption(
            f"The script reads train.txt and val.txt of {data.SOURCE.partition(':')[0]}, which are not here."
        )


def _weights(shown: Shown) -> bytes:
    if isinstance(shown.source, bytes):
        return shown.source
    run = cached.store().find("emotion", shown.source[1].split(":")[0])
    return cached.store().weights(run) if run else b""
