"""Draw a trained model on a user's own labelled file beside the same model on its own test set, for all labs."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import TamrinError
from core.files.phrases import minus
from core.learn.elsewhere.classified import Classified, reliability
from core.learn.elsewhere.measured import Measured
from core.learn.elsewhere.property import Property
from core.plot import elsewhere as charts
from core.runs.store import Run
from core.ui import background, cached, messages, tables
from core.ui.literal import error, literal
from core.ui.uploads import uploads

SECONDS = 240.0


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
    st.markdown(literal(minus(found.sentence())))
    if isinstance(found, Classified):
        _classified(key, found)
    else:
        _measured(key, found)
    _shift(key, found.shift)


def _classified(key: str, found: Classified) -> None:
    left, right = st.columns(2, gap="medium")
    home, there, alt = reliability(found.home), reliability(found.there), messages.reliability_alt
    cached.plot(f"{key}_reliability", alt, charts.reliability, home, there, where=left)
    alt = messages.recalls_alt
    cached.plot(f"{key}_recalls", alt, charts.recalls, found.classes, *found.recalls(), where=right)
    frame, looks = pd.DataFrame(found.rows()).map(minus), {"metric": st.column_config.Column(help=messages.metric_help)}
    tables.dataframe(frame, looks, key=f"{key}_table", alt=messages.own_metrics_alt)
    st.caption(messages.intervals_notes)


def _measured(key: str, found: Measured) -> None:
    alt = messages.own_measured_alt.format(metric=found.metric)
    tables.dataframe(pd.DataFrame(found.rows()).map(minus), key=f"{key}_table", alt=alt)
    st.caption(messages.bootstrap_notes.format(units=found.units))


def _shift(key: str, shift: Sequence[Property]) -> None:
    if not shift:
        return
    st.markdown(messages.distribution_shift)
    frame = pd.DataFrame([one.row() for one in shift]).map(minus)
    tables.dataframe(frame, key=f"{key}_shift", alt=messages.shift_alt)
