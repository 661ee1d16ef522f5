"""Draw the controls of the weather lab: widgets in, specs out; every value is kept in the URL."""

import streamlit as st

from core.errors import SpecError
from core.labs import messages as labs_messages
from core.labs.recurrent_cells import messages, weather
from core.labs.recurrent_cells.weather import Spec
from core.runs import spec as specs
from core.ui import form


def presets() -> None:
    """Draw a button for each preset; it sets all controls of the experiment."""
    form.presets(messages.group("presets"), _set)


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
    seeds_help = labs_messages.random_seeds_help
    seeds = st.slider(messages.random_seeds, 1, 10, weather.SHIPPED_SEEDS, key="seeds", help=seeds_help, **form.URL)
    inputs = st.pills(
        messages.additional_inputs,
        weather.INPUTS,
        selection_mode="multi",
        key="inputs",
        wrap=True,
        help=messages.inputs_help,
        **form.URL,
    )
    shared: specs.Values = {name: name in inputs for name in weather.INPUTS}
    shared |= form.controls(Spec, "units", "layers", "window", "dropout", "epochs")
    with st.expander(messages.optimizer_data):
        more = ("optimizer", "learning_rate", "batch_size", "patience", "scaling", "train", "validation")
        shared |= form.controls(Spec, *more)
    if not cells:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError(messages.choose_a_model)
    return [Spec(cell=cell, seed=seed, **shared) for cell in weather.CELLS if cell in cells for seed in range(seeds)]
