"""Export as Python: the same experiment as one Keras script that needs nothing of this project but its texts."""

from core.labs.emotion.spec import CELL_NAMES, EMOTION, Spec
from core.learn import scripts


def script(chosen: Spec) -> str:
    """Return the source of a script with the same network on the same split (not for the bag of words)."""
    layer = scripts.identifier(CELL_NAMES[chosen.cell].removeprefix("Bi"))
    return scripts.render("labs/emotion/templates/emotion.py.j2", chosen, layer=layer, known=chosen.data == EMOTION)
