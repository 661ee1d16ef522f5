"""Export as Python: the same character network as one Keras script that needs nothing of this project."""

from core.labs.hafez.spec import CELL_NAMES, HAFEZ, Spec
from core.learn import scripts

EXTRAS = {  # fields that a plain network does without, and what they add
    "told": "the position in the form as input",
    "grams": "n-gram tables",
    "reading": "pretraining on other poets",
    "half": "bfloat16 arithmetic",
    "average": "the moving average of the weights",
}


def left_out(chosen: Spec) -> list[str]:
    """Return what a network has besides and its script leaves out."""
    return [words for name, words in EXTRAS.items() if getattr(chosen, name)]


def script(chosen: Spec) -> str:
    """Return the source of a script that reads the package hafez, or a text file of poems."""
    return scripts.render(
        "labs/hafez/templates/poems.py.j2",
        chosen,
        own=chosen.corpus != HAFEZ,
        layer=scripts.identifier(CELL_NAMES[chosen.cell]),
        missing=left_out(chosen),
    )
