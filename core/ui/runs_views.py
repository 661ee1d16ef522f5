"""Draw the table of saved runs and the actions on a selection."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from core import plain
from core.errors import TamrinError
from core.files.writing import defused_cells
from core.plot import charts
from core.runs import runs, stored
from core.runs.store import Run
from core.ui import cached, literal, tables

MOST_FAULTS = 3  # errors shown outside the expander
ENDINGS = {"after the last epoch": "last epoch reached", "by the person": "stopped by user", "early": "early stopping"}
SOURCES = {"shipped": "pre-trained", "store": "trained here"}


def faults(sentences: list[str]) -> None:
    """Draw the errors of unreadable entries; many of them in an expander."""
    for sentence in sentences[:MOST_FAULTS]:
        literal.warning(sentence)
    if len(sentences) > MOST_FAULTS:
        with st.expander(f"{len(sentences) - MOST_FAULTS} more entries cannot be read"):
            st.text("\n".join(sentences[MOST_FAULTS:]))


def frame(found: list[Run]) -> pd.DataFrame:
    """Return one row per run: lab, changes of its spec from the default, main metrics, seconds, day."""
    return pd.DataFrame(
        {
            "lab": run.kind,
            "experiment": differences(run),
            "test RMSE": run.metrics.get("test_rmse"),
            "epochs": len(next(iter(run.history.values()), [])),
            "seconds": run.seconds,
            "stopped because": ENDINGS.get(run.facts.get("ended", ""), run.facts.get("ended", "")),
            "source": SOURCES[run.origin],
            "date": run.created[:10],
            "key": run.key,
        }
        for run in found
    )


def differences(run: Run) -> str:
    """Return the values of the spec that differ from the default, `default` if none do."""
    try:
        default = asdict(runs.kind_module(run.kind).Spec())
    except TamrinError:
        default = {}
    changed = [f"{name} {value}" for name, value in run.spec.items() if default.get(name) != value]
    return ", ".join(changed) or "default"


def table(found: list[Run]) -> list[Run]:
    """Draw the table with selectable rows; return the selected runs."""
    number = st.column_config.NumberColumn
    columns = {"test RMSE": number(format="%.3f"), "seconds": number(format="%.1f")}
    columns["experiment"] = st.column_config.Column(width=270)
    event = tables.dataframe(
        defused_cells(frame(found)), hide_index=True, column_config=columns, on_select="rerun",
        selection_mode="multi-row",
        key="runs_table", placeholder="–", alt="All saved runs; select rows to overlay, download or delete them.",
    )  # fmt: skip
    return [found[row] for row in event.selection.rows if row < len(found)]


def overlay(chosen: list[Run]) -> None:
    """Overlay curves of the selected runs, one metric at a time."""
    shared = [name for name in chosen[0].history if all(name in run.history for run in chosen)]
    if not shared or len({run.kind for run in chosen}) > 1:
        st.info("These runs are from different labs; select runs of one lab to overlay their curves.")
        return
    first = "val_loss" if "val_loss" in shared else shared[0]
    metric = st.segmented_control("Curve", shared, default=first, required=True, key="curve")
    curves = {name: run.history[metric] for name, run in zip(names(chosen), chosen, strict=True)}
    st.plotly_chart(
        cached.chart(charts.overlay, curves, metric), key="overlay", alt=f"{metric} by epoch of the selected runs."
    )


def names(chosen: list[Run]) -> list[str]:
    """Return for each run the values in which the chosen ones differ, and the first digits of its key."""
    differ = [name for name in chosen[0].spec if len({str(run.spec.get(name)) for run in chosen}) > 1]
    return [", ".join([*(f"{name} {run.spec[name]}" for name in differ), run.key[:6]]) for run in chosen]


def actions(chosen: list[Run]) -> None:
    """Draw the buttons to download and delete."""
    left, middle, right = st.columns(3)
    text = plain.dumps([stored.described(run) for run in chosen], indent=1)
    left.download_button("Download (JSON)", text, "runs.json", on_click="ignore", width="stretch")
    if len(chosen) == 1:
        middle.download_button(
            "Download weights", lambda: cached.store().weights(chosen[0]), f"{chosen[0].key}.{_form(chosen[0])}",
            on_click="ignore", width="stretch",
        )  # fmt: skip
    trained = [run for run in chosen if run.origin == "store"]
    own = [run for run in trained if cached.may_delete(run)]
    if right.button("Delete", disabled=not own, icon=":material/delete:", width="stretch"):
        _ask(own)
    if len(trained) < len(chosen):
        st.caption("Pre-trained models cannot be deleted.")
    if len(own) < len(trained):
        st.caption("Runs of another user can be deleted by that user, or on the server itself.")


def _form(run: Run) -> str:
    """Return the format of a run's weights: Keras' own, unless its kind says otherwise."""
    return getattr(runs.kind_module(run.kind), "WEIGHTS", "weights.h5")


@st.dialog("Delete permanently?")
def _ask(chosen: list[Run]) -> None:
    st.write(f"{len(chosen)} saved run{'s' if len(chosen) > 1 else ''} will be deleted, with the weights.")
    no, yes = st.columns(2)
    if no.button("Cancel", key="delete_no", width="stretch"):
        st.rerun()
    if yes.button("Delete", key="delete_yes", type="primary", width="stretch"):
        st.session_state["runs_trouble"] = _deleted(chosen)
        st.session_state.pop("runs_table", None)
        st.rerun()


def _deleted(chosen: list[Run]) -> list[str]:
    """Delete the runs and return the sentences about those that could not be deleted."""
    trouble = []
    for run in chosen:
        try:
            cached.store().delete(run)
        except TamrinError as error:
            trouble.append(str(error))
    return list(dict.fromkeys(trouble))


def told() -> None:
    """Draw the messages of the last deletion, once."""
    for sentence in st.session_state.pop("runs_trouble", []):
        literal.warning(sentence)
