"""Let a user draw a digit and show what the network makes of it."""

import streamlit as st

from core.labs.from_scratch.plots import drawing, looks
from core.labs.from_scratch.spec import Spec
from core.runs import spec as specs
from core.ui import background, cached, sketch

CLASSES = [str(number) for number in range(10)]


def digit(chosen: Spec, weights: bytes) -> None:
    """Draw the field, the image that the network gets, and its probabilities."""
    st.subheader("Draw a digit", anchor=False)
    left, middle, right = st.columns([1.1, 0.8, 1.4], gap="medium")
    with left:
        grey = sketch.digit("sketch")
    if grey is None:
        middle.caption("Draw a digit from 0 to 9 in the field, with a mouse, a pen or a finger.")
        return
    target = "core.labs.from_scratch.models:probabilities"
    found = background.call(target, specs.to_dict(chosen), weights, grey)
    middle.plotly_chart(
        cached.chart(looks.tiles, grey[None], ["the network's input"], signed=False),
        key="sketch_input",
        alt="The drawing as an image of 8 by 8 pixels.",
    )
    right.plotly_chart(
        cached.chart(drawing.probabilities, found, CLASSES),
        key="sketch_said",
        alt="Predicted probability of each digit for the drawing.",
    )
    st.caption(
        "As in the data set, the drawing is cut out, enlarged to 32 pixels, and the ink is counted in blocks of 4 × 4. "
        "The network has seen some 1,100 scanned digits, so other handwriting is harder for it. It chooses one of the "
        "ten digits whatever is drawn, and a high probability does not mean that it is right."
    )
