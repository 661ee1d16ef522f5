"""Draw tables whose columns have the glossary's sentence as tooltip."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core import glossary
from core.learn.study import Study, table
from core.plot import studies
from core.ui.literal import literal


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


def study(about: Study, metric: str, digits: int, words: str) -> None:
    """Draw chart, table and caption of an ablation study; `words` say what is special about it."""
    what = f"Validation and test {metric} after each change of the settings"
    st.plotly_chart(studies.steps(about.steps, metric), key="study", alt=f"{what}, with the best baseline.")
    frame = table(about.steps, metric, digits)
    if about.seconds:
        frame["training time (s)"] = about.seconds
    dataframe(
        frame, hide_index=True, key="study_table", alt=f"{what}, and the change in {metric}.",
        column_config={"parameters": st.column_config.NumberColumn(format="localized"),
                       "training time (s)": st.column_config.NumberColumn(format="%.0f")},
    )  # fmt: skip
    st.caption(
        f"Data: {literal(about.data)}; mean ± standard deviation over {about.seeds} random seeds. Each step keeps the "
        f"changes before it. {words} A change smaller than the standard deviations may be chance, and one that hurts "
        "by itself may help together with those after it." + f" Computed by `{about.command}`." * bool(about.command)
    )
