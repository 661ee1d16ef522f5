"""Offer the downloads of both pages, and explain how they work."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.labs import messages as labs_messages
from core.labs.images import charts, compare, export, messages
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
    files.save_table(left, messages.metrics_csv, compare.table(found.groups), "figures.csv")
    history = pd.concat(_curves(run, model=run.spec["model"], seed=run.spec["seed"]) for run in found.runs)
    files.save_table(left, messages.curves_csv, history, "curves.csv")
    histories = {model: [run.history for run in group] for model, group in found.groups.items()}
    chart, title = charts.curves(histories, "accuracy"), messages.accuracy_by_epoch
    files.save_chart(left, messages.learning_curves, chart, title, "curves.html")
    with right:
        run = pick(found, "home_network")
    files.save_table(right, messages.predictions_csv, _answers(run), "answers.csv")
    files.save_weights(right, run)
    chosen = _spec(run)
    _without_browser(right, chosen, f"images_{chosen.model}.py")


def transfer_take_home(plan: Plan, found: Found) -> None:
    """Offer the accuracies and curves, the weights, and the script with the weights that it starts from."""
    left, right = st.columns(2)
    files.save_table(left, messages.accuracies_csv, _accuracies(found), "learning_curve.csv")
    curves = [
        _curves(run, **{"method": way, "images per class": amount, "seed": seed})
        for (way, amount, seed), run in found.runs.items()
    ]
    files.save_table(left, messages.epoch_curves_csv, pd.concat(curves), "curves.csv")
    chart, title = charts.learning(points(found)), messages.transfer_chart_title
    files.save_chart(left, messages.transfer_chart, chart, title, "learning_curve.html")
    name = right.selectbox(messages.network, list(found.runs), format_func=name_of, key="home_network")
    run = found.runs[name]
    files.save_weights(right, run)
    base = cached.store().find("images", run.spec["start"])  # the network that a transfer started from
    if base is not None:
        files.save_weights(right, base, "base.weights.h5", messages.source_weights)
    before = base and Base(_spec(base), len(base.facts["classes"]))
    if not _without_browser(right, _spec(run), "transfer.py", before):
        st.caption(messages.no_script)


def _spec(run: Run) -> Spec:
    return specs.from_dict(Spec, run.spec)


def _without_browser(where: DeltaGenerator, chosen: Spec, file: str, base: Base | None = None) -> bool:
    """Draw the command that trains the same and, if there is one, the script; return whether there is."""
    st.markdown(labs_messages.command_line)
    st.code(export.command(chosen), language="bash")
    if not export.exportable(chosen, base):
        return False
    source = export.script(chosen, base)
    files.save(where, messages.export_python, source, file, "text/x-python")
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
    st.markdown(messages.how_it_works)
    _of_report(REPORT, "network", "accuracy (report)", messages.report_alt)


def how_transfer_works() -> None:
    """Explain why transfer learning helps, the protocol, and the report's figures."""
    st.markdown(messages.how_transfer_works)
    title = "accuracy (report, five flowers)"
    _of_report(REPORT_TRANSFER, "source model", title, messages.transfer_report_alt)


def _of_report(accuracies: dict[str, float], what: str, title: str, alt: str) -> None:
    rows = [(MODEL_NAMES[model], accuracy) for model, accuracy in accuracies.items()]
    tables.dataframe(pd.DataFrame(rows, columns=[what, title]), {title: "percent"}, alt=alt)
