"""Draw the ablation study: the way from the report's settings to those that work."""

import streamlit as st

from core.labs.recurrent_cells import study as steps
from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.compare import Groups
from core.runs import runs
from core.runs.store import Run
from core.ui import background, cached, tables
from core.ui.uploads import elsewhere

MOST_MEGABYTES = 20


HELP = (
    "Daily weather as a table with the columns date, temp_max, and temp_min, precipitation and wind where the network "
    "reads them, in °C, mm and m/s. Nothing is trained on it; it is kept on this server, for this browser only."
)


def study(groups: Groups) -> None:
    """Draw chart and table of the study, from the stored networks, and a network shown on a user's own weather."""
    _way()
    if runs_ := [run for group in groups.values() for run in group]:
        _own(min(runs_, key=lambda run: run.metrics["validation_rmse"]))


def _own(run: Run) -> None:
    """Draw a network on a user's own weather beside its test days, and an exercise on it."""
    st.subheader("Another place: your own weather", anchor=False)
    elsewhere.own_file_of(run, "weather_file", "Daily weather", ["csv", "tsv", "txt"], HELP, MOST_MEGABYTES)
    st.markdown(
        "The network is the one with the lowest validation RMSE of those shown. **Exercise.** Is the forecast worse in "
        "another climate, or is the weather there harder to forecast? Compare the change of the network with that of "
        "the naive forecast. Without a browser:"
    )
    st.code(f"python -m core evaluate weather {run.key} --csv FILE --json", language="bash")


def _way() -> None:
    st.subheader("From the report's settings to settings that work", anchor=False)
    if (beside := background.soon(steps.fitted)) is None:
        st.caption(":material/hourglass_top: Computing …")
        return
    found = steps.way(lambda spec: cached.store().find("weather", runs.key("weather", spec)), beside[0])
    if found is None:
        st.info("The networks of this study are not saved here.")
        return
    cell = weather.CELL_NAMES[weather.presets()["works"].cell]
    words = (
        f"{cell}. Window, inputs, units and learning rate were chosen together on the validation set alone; one layer, "
        "no dropout and scaling were set beforehand."
    )
    tables.study(found, "RMSE, °C", 2, words)
