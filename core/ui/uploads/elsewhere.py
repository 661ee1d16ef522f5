"""Draw a trained model on a user's own labelled file beside the same model on its own test set, for all labs."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import TamrinError
from core.learn.elsewhere.classified import Classified, reliability
from core.learn.elsewhere.measured import Measured
from core.learn.elsewhere.property import Property
from core.plot import elsewhere as charts
from core.runs.store import Run
from core.ui import background, cached, tables
from core.ui.literal import error, literal
from core.ui.uploads import uploads

SECONDS = 240.0
INTERVALS = (
    "Intervals by Wilson (1927), for differences by Newcombe (1998); a change whose interval holds 0 may be chance. "
    "Nothing is trained on your file; samples that the model was trained on would flatter it."
)
METRIC = st.column_config.Column(help="What is measured; the same code measures it on both.")
DRAWN = "In brackets the 95% interval, by a bootstrap over {units}. Nothing is trained on your file."


def own_file_of(run: Run, key: str, label: str, types: Sequence[str], help: str, most: int) -> None:
    """Draw the uploader of a labelled file, and a stored run on it beside the same run on its own test set."""
    own_file(key, label, types, help, most, "core.labs:own_upload", run.kind, run.key, cached.store().url)


def own_file(key: str, label: str, types: Sequence[str], help: str, most: int, target: str, *arguments: Any) -> None:
    """Draw the uploader of a labelled file and, once `target` has evaluated the model on it, the comparison.

    `target` is called in a worker with the arguments, the file's path or bytes, and its name; it returns a `Classified`
    or a `Measured`.
    """
    try:
        given = uploads.field(label, types, key, most, help)
        if not given:
            return
        found = background.call(target, *arguments, uploads.source(given), given.name, timeout=SECONDS)
    except TamrinError as problem:
        error(problem)
        return
    for told in found.told:
        st.caption(literal(told))
    st.markdown(literal(found.sentence()))
    if isinstance(found, Classified):
        _classified(key, found)
    else:
        _measured(key, found)
    _shift(key, found.shift)


def _classified(key: str, found: Classified) -> None:
    left, right = st.columns(2, gap="medium")
    alt = "Reliability diagram: accuracy over confidence on the test set and on your file."
    cached.plot(
        f"{key}_reliability", alt, charts.reliability, reliability(found.home), reliability(found.there), where=left
    )
    alt = "Recall of each class on the test set and on your file."
    cached.plot(f"{key}_recalls", alt, charts.recalls, found.classes, *found.recalls(), where=right)
    tables.dataframe(
        pd.DataFrame(found.rows()),
        key=f"{key}_table",
        column_config={"metric": METRIC},
        alt="Metrics on the test set at home and on your file, and their change.",
    )
    st.caption(INTERVALS)


def _measured(key: str, found: Measured) -> None:
    alt = f"{found.metric} of each model at home and on your file, and the change."
    tables.dataframe(pd.DataFrame(found.rows()), key=f"{key}_table", alt=alt)
    st.caption(DRAWN.format(units=found.units))


def _shift(key: str, shift: Sequence[Property]) -> None:
    if not shift:
        return
    st.markdown("**Distribution shift**: what differs between the inputs")
    frame = pd.DataFrame([one.row() for one in shift])
    tables.dataframe(frame, key=f"{key}_shift", alt="Properties of both inputs.")
