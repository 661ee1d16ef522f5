"""Offer the downloads of the transfer lab: the learning curve, the weights, and one training as a script."""

import pandas as pd
import streamlit as st

from core.labs.images import charts, export
from core.labs.images.lesson import Plan
from core.labs.images.spec import Spec
from core.labs.images.view.transfer_found import Found, points
from core.labs.images.view.transfer_views import name_of
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached
from core.ui.uploads import downloads as files


def take_home(plan: Plan, found: Found) -> None:
    """Offer the accuracies and curves, the weights, and the script with the weights that it starts from."""
    left, right = st.columns(2)
    files.save_table(left, "Test accuracy by training images (CSV)", _accuracies(found), "learning_curve.csv")
    files.save_table(left, "Learning curves by epoch (CSV)", pd.concat(_curves(found)), "curves.csv")
    chart, title = charts.learning(points(found)), "Transfer learning and training from scratch"
    files.save_chart(left, "Test accuracy by training images", chart, title, "learning_curve.html")
    name = right.selectbox("Network", list(found.runs), format_func=name_of, key="home_network")
    run = found.runs[name]
    files.save_weights(right, run)
    chosen, base = specs.from_dict(Spec, run.spec), _base(run)
    if base is not None:
        files.save_weights(right, base, "base.weights.h5", "Source model, weights (.weights.h5)")
    st.markdown("Without a browser:")
    st.code(export.command(chosen), language="bash")
    before = base and export.Base(specs.from_dict(Spec, base.spec), len(base.facts["classes"]))
    if export.exportable(chosen, before):
        source = export.script(chosen, before)
        files.save(right, "Export as Python", source, "transfer.py", "text/x-python")
        st.code(source, language="python", height=420)
    else:
        st.caption("There is no script for a network whose source model is a saved MobileNetV2; the command trains it.")


def _base(run: Run) -> Run | None:
    """Return the stored network that a transfer started from."""
    return cached.store().find("images", run.spec["start"])


def _accuracies(found: Found) -> pd.DataFrame:
    columns = ("method", "images per class", "seed", "test accuracy")
    rows = [(*name, run.metrics["test_accuracy"]) for name, run in found.runs.items()]
    return pd.DataFrame(rows, columns=columns)


def _curves(found: Found) -> list[pd.DataFrame]:
    frames = []
    for (way, amount, seed), run in found.runs.items():
        facts = {"method": way, "images per class": amount, "seed": seed}
        frames.append(pd.DataFrame(facts | {"epoch": range(1, 1 + len(run.history["loss"]))} | run.history))
    return frames
