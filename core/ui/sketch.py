"""Let a user draw a digit, and bring the drawing into the form of scikit-learn's digits."""

import numpy as np
from numpy.typing import NDArray

from core.files.archives import bundled
from core.ui import messages
from core.ui.components import component

SIDE = bundled.SIDE
HTML = """
<canvas width="256" height="256" role="img" aria-label="{field}"></canvas>
<button type="button">{clear}</button>
"""


def digit(key: str) -> NDArray[np.float32] | None:
    """Draw the field; return the drawing as an image of the data set, `(8, 8)` from 0 to 1, or None without ink."""
    field = component("sketch", __file__, HTML.format(field=messages.field_to_draw, clear=messages.clear))
    ink = field(key=key, default={"ink": ""}, on_ink_change=lambda: None).ink
    return grey(ink) if isinstance(ink, str) else None


def grey(ink: str) -> NDArray[np.float32] | None:
    """Return the share of ink in each block, after the drawing was enlarged to the size of the digits in the data set.

    `ink` has a 1 for each dark pixel, row by row; any other text than one of that length is no drawing.
    """
    if len(ink) != SIDE * SIDE or not set(ink) <= set("01"):
        return None
    pixels = np.array(list(ink)).reshape(SIDE, SIDE) == "1"
    if not pixels.any():
        return None
    return bundled.digit_of(pixels)
