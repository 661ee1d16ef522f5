"""Draw the controls of the weather lab: widgets in, specs out; every value is kept in the URL."""

import streamlit as st

from core.errors import SpecError
from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.weather import Spec
from core.ui import form


def weather_experiment() -> list[Spec]:
    """Return one spec for each chosen cell and seed. Raise SpecError for no cell or an invalid combination."""
    cells = form.several(Spec, "cell", weather.CELLS, key="cells")
    seeds = st.slider("Seeds", 1, 10, weather.SHIPPED_SEEDS, key="seeds", help="Networks for each cell.", **form.URL)
    shared = form.controls(Spec, "units", "layers", "window", "dropout", "epochs")
    with st.expander("Optimizer and data"):
        more = ("optimizer", "learning_rate", "batch_size", "patience", "scaling", "train", "validation")
        shared |= form.controls(Spec, *more)
    if not cells:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError("Choose at least one cell.")
    return [Spec(cell=cell, seed=seed, **shared) for cell in weather.CELLS if cell in cells for seed in range(seeds)]
