"""Draw the controls of the weather lab: widgets in, specs out; every value is kept in the URL."""

import streamlit as st

from core.errors import SpecError
from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.weather import Spec
from core.runs import spec as specs
from core.ui import form

INPUTS_HELP = (
    "Beside the maximum temperature, for the networks and for linear regression. Minimum, rain and wind are known up "
    "to the day before the forecast; the season (sine and cosine of the day of the year) is that of the target day."
)


def presets() -> None:
    """Draw a button for each preset; it sets all controls of the experiment."""
    form.presets(PRESETS_HELP, _set)


PRESETS_HELP = {
    "report": "Those of the student report that this lab re-examines: four layers with dropout; input: ten days, not "
    "scaled.",
    "works": "One layer, min-max scaling, more inputs; *Ablation study* shows the effect of each change.",
}


def _set(name: str) -> None:
    """Set the controls to a preset; only in a callback, before they are drawn."""
    wanted = weather.preset(name)
    values = specs.to_dict(wanted[0])
    inputs = [one for one in weather.INPUTS if values.pop(one)]
    del values["cell"], values["seed"]
    cells = list(dict.fromkeys(spec.cell for spec in wanted))
    st.session_state.update(values, inputs=inputs, cells=cells, seeds=len({spec.seed for spec in wanted}))


def weather_experiment() -> list[Spec]:
    """Return one spec for each chosen cell and seed. Raise SpecError for no cell or an invalid combination."""
    cells = form.several(Spec, "cell", weather.CELLS, key="cells")
    seeds = st.slider(
        "Random seeds", 1, 10, weather.SHIPPED_SEEDS, key="seeds", help="Training runs per model.", **form.URL
    )
    inputs = st.pills(
        "Additional inputs",
        weather.INPUTS,
        selection_mode="multi",
        key="inputs",
        wrap=True,
        help=INPUTS_HELP,
        **form.URL,
    )
    shared: specs.Values = {name: name in inputs for name in weather.INPUTS}
    shared |= form.controls(Spec, "units", "layers", "window", "dropout", "epochs")
    with st.expander("Optimizer and data"):
        more = ("optimizer", "learning_rate", "batch_size", "patience", "scaling", "train", "validation")
        shared |= form.controls(Spec, *more)
    if not cells:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError("Choose at least one model.")
    return [Spec(cell=cell, seed=seed, **shared) for cell in weather.CELLS if cell in cells for seed in range(seeds)]
