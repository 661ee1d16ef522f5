"""Draw tables whose columns have the glossary's sentence as tooltip."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import glossary


def dataframe(frame: Any, *, where: Any = None, column_config: Mapping[str, Any] | None = None, **more: Any) -> Any:
    """Draw a table as `st.dataframe` does; a column whose name is a term of the glossary explains it."""
    return (where or st).dataframe(frame, column_config=explained(frame, column_config or {}), **more)


def explained(frame: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of the columns with tooltips."""
    made = dict(columns)
    for name in map(str, frame):
        given = made.get(name) or {}
        if isinstance(given, dict) and (tip := glossary.tip(given.get("label") or name, given.get("help"))):
            made[name] = (given or st.column_config.Column()) | {"help": tip}
    return made


def study(chart: go.Figure, frame: pd.DataFrame, metric: str) -> None:
    """Draw chart and table of an ablation study."""
    st.plotly_chart(chart, key="study", alt=f"Validation and test {metric} after each change of the settings.")
    dataframe(
        frame, hide_index=True, key="study_table",
        alt=f"Validation and test {metric} after each change, and the change in {metric}.",
        column_config={"parameters": st.column_config.NumberColumn(format="localized")},
    )  # fmt: skip
