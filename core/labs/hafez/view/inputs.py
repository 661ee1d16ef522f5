"""Draw the controls of the poetry lab: widgets in, a request or a spec out; every value is kept in the URL."""

import streamlit as st

from core.labs.hafez.spec import CELL_NAMES, CELLS, Spec
from core.labs.hafez.writing import request
from core.labs.hafez.writing.request import Request

URL = {"bind": "query-params"}


def another() -> None:
    """Take the next seed."""
    st.session_state["seed"] = int(st.session_state.get("seed", Request.seed)) + 1


def poem(form_known: bool) -> Request:
    """Return the request of the controls; raise PoemsError if the words cannot be used."""
    default = Request()
    st.button(
        "Another poem", type="primary", icon=":material/refresh:", on_click=another, key="another", width="stretch"
    )
    prompt = st.text_input(
        "First words", key="prompt", placeholder="اگر آن", help=f"At most {request.LINE - 6} letters.", **URL
    )
    radif = ""
    form = form_known and st.toggle(
        "Keep the form",
        default.form,
        key="form",
        help="Rhyme and refrain by a search over what the network writes.",
        **URL,
    )
    if form:
        radif = st.text_input(
            "Refrain (radif)", key="radif", placeholder="کجاست", help=f"At most {request.MOST_RADIF} letters.", **URL
        )
    beyts = st.slider("Beyts", 1, 15, default.beyts, key="beyts", **URL)
    temperature = st.slider("Temperature", 0.1, 1.5, default.temperature, 0.05, key="temperature", **URL)
    seed = int(st.number_input("Seed", 0, 2**31 - 1, default.seed, key="seed", **URL))
    with st.expander("More"):
        top_k = st.slider("Top k", 0, 37, default.top_k, key="top_k", help="0: all letters.", **URL)
        top_p = st.slider("Top p", 0.1, 1.0, default.top_p, 0.05, key="top_p", **URL)
        pen_name = st.toggle("Pen name in the last beyt", default.pen_name, key="pen_name", disabled=not form, **URL)
    return Request(
        beyts=beyts, seed=seed, temperature=temperature, top_k=top_k, top_p=top_p, form=form, pen_name=pen_name,
        prompt=request.first_words(prompt) if form_known else prompt.strip()[: request.LINE],
        radif=request.refrain(radif) if form else "",
    )  # fmt: skip


def network() -> Spec:
    """Return the spec of a network to train on the page."""
    default = Spec()
    left, right = st.columns(2)
    cell = left.segmented_control(
        "Cell", CELLS, default=default.cell, required=True, format_func=CELL_NAMES.get, key="cell", **URL
    )
    values = {
        "units": left.slider("Units", 8, 512, default.units, 8, key="units", **URL),
        "layers": left.slider("Layers", 1, 3, default.layers, key="layers", **URL),
        "embedding": left.slider("Embedding", 4, 128, default.embedding, 4, key="embedding", **URL),
        "epochs": right.slider("Epochs", 1, 60, default.epochs, key="epochs", **URL),
        "dropout": right.slider("Dropout", 0.0, 0.8, default.dropout, 0.05, key="dropout", **URL),
        "steps": right.slider("Letters a gradient goes back", 8, 256, default.steps, 8, key="steps", **URL),
        "learning_rate": right.number_input(
            "Highest learning rate",
            1e-5,
            0.1,
            default.learning_rate,
            format="%g",
            step=1e-3,
            key="learning_rate",
            **URL,
        ),
        "clip": right.number_input(
            "Norm of the gradient at most", 0.0, 100.0, default.clip, key="clip", help="0: no clipping.", **URL
        ),
        "tied": left.toggle("Tie embedding and softmax", default.tied, key="tied", **URL),
        "seed": int(left.number_input("Seed of the weights", 0, 2**31 - 1, default.seed, key="weights_seed", **URL)),
    }
    return Spec(cell=cell, **values)
