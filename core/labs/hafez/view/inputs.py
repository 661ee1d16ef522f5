"""Draw the controls of the poetry lab: widgets in, a request or a spec out; every value is kept in the URL."""

import streamlit as st

from core.labs.hafez import words
from core.labs.hafez.spec import CELL_NAMES, CELLS, Spec, presets
from core.labs.hafez.writing import request
from core.labs.hafez.writing.request import Request
from core.ui import form
from core.ui.form import URL, control, controls


def another() -> None:
    """Take the next seed."""
    st.session_state["seed"] = int(st.session_state.get("seed", Request.seed)) + 1


def poem(form_known: bool) -> Request:
    """Return the request of the controls; raise PoemsError if the words cannot be used."""
    st.button(
        "Another poem", type="primary", icon=":material/refresh:", on_click=another, key="another", width="stretch"
    )
    about = f"The poem begins with it. At most {request.LINE - 6} characters."
    prompt = st.text_input("Prompt", key="prompt", placeholder="اگر آن", help=about, **URL) or ""
    radif = ""
    form = form_known and control(Request, "form")
    if form:
        about = f"Words that end each couplet. At most {request.MOST_RADIF} characters."
        radif = st.text_input("Radif (refrain)", key="radif", placeholder="کجاست", help=about, **URL) or ""
    reading = st.empty()
    values = controls(Request, "beyts", "temperature", "seed")
    with st.expander("Sampling"):
        values |= controls(Request, "top_k", "top_p")
        values["pen_name"] = control(Request, "pen_name", disabled=not form)
    prompt = request.first_words(prompt) if form_known else prompt.strip()[: request.LINE]
    if radif := request.refrain(radif):
        reading.caption(words.radif(radif))
    return Request(**values, form=form, prompt=prompt, radif=radif)


def network() -> Spec:
    """Return the spec of a network to train on the page."""
    left, right = st.columns(2)
    form.presets(PRESETS_HELP, _preset, where=(left, right))
    cell = form.segments("Cell", CELLS, key="cell", default=Spec.cell, names=CELL_NAMES, where=left)
    values = controls(Spec, "units", "layers", "embedding", "tied", where=left)
    values |= controls(Spec, "epochs", "dropout", "steps", "learning_rate", "clip", where=right)
    seed = control(Spec, "seed", where=left, key="weights_seed")
    with right.expander("Beyond a plain network"):
        values |= controls(Spec, *EXTRAS)
    return Spec(cell=cell, seed=seed, **values)


PRESETS_HELP = {
    "report": "The report names no settings. Filled in: one SimpleRNN layer, Adam with Keras' learning rate, no "
    "dropout, no gradient clipping; the rest is this lab's.",
    "works": "Those of the included network, which comes trained; *Ablation study* shows what each change is worth.",
}
PLAIN = ("cell", "units", "layers", "embedding", "tied", "epochs", "dropout", "steps", "learning_rate", "clip")
EXTRAS = ("told", "grams", "average", "half", "reading")


def _preset(name: str) -> None:
    """Set the controls to a preset; only in a callback, before they are drawn."""
    wanted = presets()[name]
    st.session_state.update({field: getattr(wanted, field) for field in (*PLAIN, *EXTRAS)}, weights_seed=0)
