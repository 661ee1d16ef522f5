"""Draw tables whose columns have the glossary's sentence as tooltip."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from core import glossary
from core.files.phrases import minus
from core.learn.rivals import p_short
from core.learn.study import Study, load, table
from core.plot import studies
from core.ui import messages
from core.ui.literal import literal

DECIMALS = re.compile(r"%\+?\.(\d+)f")  # format of a column of numbers
P_VALUE = "p-value"
SMALL = 0.1  # shares: percentages that are all below it have two decimals
SHORT = 21  # characters that such a column has room for on one line
QUICK = 2.5  # seconds
WHOLE = 15  # rows of a table that is drawn whole; longer ones scroll
WRAPPED = 65  # pixels; text is wrapped in rows of more than 64
TALL = 88  # pixels of a row with four lines of text
PHONE = 300  # pixels of a column that a phone shows whole, beside the boxes that select rows
# The look of a column: the format of its numbers, its width in pixels, both, a configuration of Streamlit's, or hidden.
Look = str | int | tuple[str, int] | Mapping[str, object] | None
Columns = Mapping[str, Any]  # name -> Streamlit's configuration of a column; None hides it
number = st.column_config.NumberColumn
# Of a table of classifiers beside their rivals: narrow, so that a phone shows what decides.
CONTEST: dict[str, Look] = {
    "test accuracy": number("accuracy", format="percent", width=72, help=glossary.tip("accuracy")),
    "p-value": st.column_config.Column(width=64, alignment="right"),
    "difference": ("%+.1f", 76),  # percentage points
    "± test accuracy": number("±", format="percent", width=58, help=glossary.tip("± test accuracy")),
    "parameters": ("localized", 82),
    "train accuracy": ("percent", 100),
}


def dataframe(
    frame: Any, looks: Mapping[Any, Look] = {}, *, where: Any = None, placeholder: str = "–", **more: Any
) -> Any:
    """Draw a table as `st.dataframe` does, without its index; a column named by a term of the glossary explains it."""
    columns = even(frame, explained(frame, {name: _configured(look) for name, look in looks.items()}))
    if isinstance(frame, pd.DataFrame) and len(frame) <= WHOLE:
        more.setdefault("height", "content")
    more.setdefault("hide_index", True)
    return (where or st).dataframe(tidied(frame, columns), column_config=columns, placeholder=placeholder, **more)


def shortened(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Write baselines shorter, so that their names need one line, also on a phone, as the column's help explains."""
    for long, short in messages.group("short_names").items():
        frame = frame.assign(**{column: frame[column].str.replace(long, short, regex=False)})
    return frame


def named(width: int) -> Look:
    """Return the look of a column of shortened names."""
    return st.column_config.Column(width=width, help=messages.short_names_help)


def _configured(look: Look) -> Any:
    if isinstance(look, int):
        return st.column_config.Column(width=look)
    form, width = look if isinstance(look, tuple) else (look, None)
    return number(format=form, width=width) if isinstance(form, str) else look


def even(frame: Any, columns: Columns) -> Columns:
    """Give each column of percentages one number of decimals, which Streamlit reads off the step of its values."""
    made = dict(columns)
    for name, column in columns.items():
        if _form(column) == "percent" and name in frame and is_numeric_dtype(frame[name]):
            made[name] = column | {"type_config": column["type_config"] | {"step": 10.0 ** -_digits(frame[name])}}
    return made


def _digits(shares: pd.Series) -> int:
    """Return how many digits of shares to keep: none of the percentages has decimals, or all have one or two."""
    sizes = shares.astype(float).abs()
    if (sizes.round(2) - sizes).abs().max() < 5e-5:
        return 2
    return 4 if sizes.max() < SMALL else 3


def _form(column: Any) -> str:
    return ((column or {}).get("type_config") or {}).get("format") or ""


def tidied(frame: Any, columns: Columns) -> Any:
    """Round percentages, which a browser would cut off, and set numbers to zero that would be written as -0.000.

    P-values become texts, so that small ones are written as a bound.
    """
    changed: dict[str, object] = {}
    if P_VALUE in frame and is_numeric_dtype(frame[P_VALUE]):
        changed[P_VALUE] = frame[P_VALUE].map(p_short, na_action="ignore")
    for name, column in columns.items():
        form = _form(column)
        decimals = DECIMALS.fullmatch(form)
        if (decimals or form == "percent") and name in frame and is_numeric_dtype(frame[name]):
            values = frame[name].to_numpy(float, na_value=np.nan)
            shares = values if decimals else _rounded(values, _digits(frame[name]))
            nearly = (values < 0) & ((np.round(values, int(decimals[1])) if decimals else shares) == 0)
            if nearly.any() or not decimals:
                changed[name] = np.where(nearly, 0.0, shares)
    return frame.assign(**changed) if changed else frame


def _rounded(shares: NDArray, digits: int) -> NDArray[np.float64]:
    """Round shares as Python writes them in sentences: of 100 times the value."""
    return np.array([round(round(100 * x, digits - 2) / 100, digits) for x in shares.tolist()])


def filled(frame: pd.DataFrame, rare: Sequence[str] = ()) -> list[str]:
    """Return the columns to show at first: those with a value, without the `rare` ones; the table's menu has all."""
    return [name for name in frame.columns[frame.notna().any()] if name not in rare]


def explained(frame: Any, columns: Columns) -> Columns:
    """Return the configuration of the columns with tooltips."""
    made = dict(columns)
    for name in map(str, frame):
        if name == "parameters" and name not in made and is_numeric_dtype(pd.Series(frame[name]).infer_objects()):
            made[name] = number(format="localized")
        if name == P_VALUE:
            made[name] = st.column_config.Column(alignment="right")
        given = made.get(name) or {}
        if isinstance(given, dict) and (tip := glossary.tip(given.get("label") or name, given.get("help"))):
            made[name] = (given or st.column_config.Column()) | {"help": tip}
    return made


def only_study(path: Path, metric: str, digits: int, words: str) -> None:
    """Draw the ablation study of a file that has one, the way from the report's settings to those that work."""
    (about,) = load(path).values()
    st.subheader(messages.study, anchor=False)
    study(about, metric, digits, words)


def study(about: Study, metric: str, digits: int, words: str) -> None:
    """Draw chart, table and caption of an ablation study; `words` say what is special about it."""
    what = messages.study_steps.format(metric=metric)
    st.plotly_chart(studies.steps(about.steps, metric), key="study", alt=messages.study_alt.format(what=what))
    frame = table(about.steps, metric, digits).map(lambda cell: minus(cell) if isinstance(cell, str) else cell)
    looks: dict[str, Look] = {"after the change": 150, "best baseline": 155, "parameters": "localized"}
    looks |= {name: st.column_config.Column(help=messages.spread) for name in frame if name.endswith(metric)}
    long = max(frame["best baseline"].str.len().max(), frame["after the change"].str.len().max()) > SHORT
    alt, height = messages.study_table_alt.format(what=what), WRAPPED if long else None
    dataframe(frame, looks, key="study_table", height="content", row_height=height, alt=alt)
    st.caption(
        messages.study_notes.format(data=literal(about.data), seeds=about.seeds, words=words, seconds=_seconds(about))
        + messages.computed_by.format(command=about.command) * bool(about.command)
    )


def _seconds(about: Study) -> str:
    """Return how long a training took at each step; "" where that was not measured."""
    if about.seconds and max(about.seconds) < QUICK:
        return messages.trains_quickly
    told = ", ".join(f"{seconds:.0f}" for seconds in about.seconds)
    return messages.training_time.format(times=told) if told else ""
