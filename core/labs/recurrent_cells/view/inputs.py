"""Draw the controls of the weather lab: widgets in, specs out; every value is kept in the URL."""

import streamlit as st

from core.errors import SpecError
from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.weather import Spec

URL = {"bind": "query-params"}


def weather_experiment() -> list[Spec]:
    """Return one spec for each chosen cell and seed. Raise SpecError for no cell or an invalid combination."""
    default = Spec()
    cells = st.pills(
        "Cells", weather.CELLS, selection_mode="multi", default=list(weather.CELLS), key="cells", wrap=True,
        format_func=weather.CELL_NAMES.get, **URL,
    )  # fmt: skip
    seeds = st.slider("Seeds", 1, 10, weather.SHIPPED_SEEDS, key="seeds", help="Networks for each cell.", **URL)
    shared = {
        "units": st.slider("Units", 1, 256, default.units, key="units", **URL),
        "layers": st.slider("Layers", 1, 6, default.layers, key="layers", **URL),
        "window": st.slider("Window, days", 1, 365, default.window, key="window", **URL),
        "dropout": st.slider("Dropout", 0.0, 0.9, default.dropout, 0.05, key="dropout", **URL),
        "epochs": int(st.number_input("Epochs", 1, 1000, default.epochs, key="epochs", **URL)),
    } | _training(default)
    if not cells:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError("Choose at least one cell.")
    return [Spec(cell=cell, seed=seed, **shared) for cell in weather.CELLS if cell in cells for seed in range(seeds)]


def _training(default: Spec) -> dict[str, object]:
    with st.expander("Optimizer and data"):
        return {
            "optimizer": st.selectbox("Optimizer", weather.OPTIMIZERS, key="optimizer", **URL),
            "learning_rate": st.number_input(
                "Learning rate", 1e-6, 1.0, default.learning_rate, format="%g", step=1e-3, key="learning_rate", **URL
            ),
            "batch_size": int(st.number_input("Batch size", 1, 1024, default.batch_size, key="batch_size", **URL)),
            "patience": int(
                st.number_input(
                    "Early stopping, patience",
                    0,
                    1000,
                    default.patience,
                    key="patience",
                    help="Epochs without a better validation loss; 0 trains to the last epoch.",
                    **URL,
                )
            ),
            "scaling": st.toggle("Scale to 0…1 (training days)", default.scaling, key="scaling", **URL),
            "train": int(st.number_input("Training samples", 1, 100_000, default.train, key="train", **URL)),
            "validation": int(
                st.number_input("Validation samples", 1, 100_000, default.validation, key="validation", **URL)
            ),
        }
