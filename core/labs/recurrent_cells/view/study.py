"""Draw the study of the way from the report's settings to those that work."""

import streamlit as st

from core.labs.recurrent_cells import study as steps
from core.labs.recurrent_cells import weather
from core.runs import runs
from core.ui import background, cached


def study() -> None:
    """Draw chart and table of the study, from the stored networks."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    if (beside := background.soon(steps.fitted)) is None:
        st.caption(":material/hourglass_top: Computing …")
        return
    found = steps.way(lambda spec: cached.store().find("weather", runs.key("weather", spec)), beside[0])
    if not found:
        st.info("The networks of this study are not stored here.")
        return
    cell, seeds = weather.CELL_NAMES[weather.presets()["works"].cell], len(found[0].runs)
    st.plotly_chart(steps.chart(found), key="study", alt="Validation and test RMSE after each change of the settings.")
    st.dataframe(
        steps.table(found), hide_index=True, key="study_table", alt="What each change is worth.",
        column_config={"parameters": st.column_config.NumberColumn(format="localized")},
    )  # fmt: skip
    st.caption(
        f"{cell}, mean and standard deviation over {seeds} seeds, °C. Each step keeps the changes before it. "
        "Window, inputs, units and learning rate were chosen together on the validation days alone; one layer, no "
        "dropout and scaling were set beforehand. A change that is smaller than the deviations may be chance, and one "
        "that costs something by itself may pay with those after it."
    )
