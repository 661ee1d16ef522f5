"""Draw the ablation study: the way from the report's settings to those that work."""

import streamlit as st

from core.files import kinds
from core.labs.recurrent_cells import messages, study as steps, weather
from core.labs.recurrent_cells.compare import Groups
from core.runs import runs
from core.runs.store import Run
from core.ui import background, cached, messages as ui_messages, tables
from core.ui.uploads import elsewhere

MOST_MEGABYTES = 20


def study(groups: Groups) -> None:
    """Draw chart and table of the study, from the stored networks, and a network shown on a user's own weather."""
    _way()
    if runs_ := [run for group in groups.values() for run in group]:
        _own(min(runs_, key=lambda run: run.metrics["validation_rmse"]))


def _own(run: Run) -> None:
    """Draw a network on a user's own weather beside its test days, and an exercise on it."""
    st.subheader(messages.own_weather, anchor=False)
    elsewhere.own_file_of(
        run,
        "weather_file",
        messages.own_weather_label,
        kinds.TABLES,
        messages.own_weather_help,
        MOST_MEGABYTES,
    )
    st.markdown(messages.own_weather_exercise)
    st.code(f"python -m core evaluate weather {run.key} --csv FILE --json", language="bash")


def _way() -> None:
    st.subheader(ui_messages.study, anchor=False)
    if (beside := background.soon(steps.fitted)) is None:
        st.caption(messages.computing)
        return
    found = steps.way(lambda spec: cached.store().find("weather", runs.key("weather", spec)), beside[0])
    if found is None:
        st.info(messages.study_not_saved)
        return
    cell = weather.CELL_NAMES[weather.presets()["works"].cell]
    words = messages.study_choices.format(cell=cell)
    tables.study(found, "RMSE, °C", 2, words)
