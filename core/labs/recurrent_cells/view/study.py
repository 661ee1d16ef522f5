"""Draw the ablation study: the way from the report's settings to those that work."""

import streamlit as st

from core.labs.recurrent_cells import study as steps
from core.labs.recurrent_cells import weather
from core.learn.study import table
from core.plot import studies
from core.runs import runs
from core.ui import background, cached, tables


def study() -> None:
    """Draw chart and table of the study, from the stored networks."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    if (beside := background.soon(steps.fitted)) is None:
        st.caption(":material/hourglass_top: Computing …")
        return
    found = steps.way(lambda spec: cached.store().find("weather", runs.key("weather", spec)), beside[0])
    if not found:
        st.info("The networks of this study are not saved here.")
        return
    cell, seeds = weather.CELL_NAMES[weather.presets()["works"].cell], len(found[0].scores["test"])
    tables.study(studies.steps(found, "RMSE, °C"), table(found, "RMSE"), "RMSE")
    st.caption(
        f"{cell}, mean ± standard deviation over {seeds} random seeds, °C. Each step keeps the changes before it. "
        "Window, inputs, units and learning rate were chosen together on the validation set alone; one layer, no "
        "dropout and scaling were set beforehand. A change smaller than the standard deviations may be chance, and one "
        "that hurts by itself may help together with those after it."
    )
