"""Export as Python: the same experiment as one Keras script that needs nothing of this project."""

from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.weather import CELL_NAMES, Spec
from core.learn import scripts


def script(chosen: Spec) -> str:
    """Return the source of a script on the weather that vega_datasets brings along."""
    layer = scripts.identifier(CELL_NAMES[chosen.cell])
    return scripts.render(
        "labs/recurrent_cells/templates/weather.py.j2",
        chosen,
        layer=layer,
        outputs=1,
        features=chosen.features,
        columns=weather.columns(chosen),
        year=weather.YEAR,
    )
