"""Draw the controls of the poetry lab: the network that writes and the request, or the spec of a network to train."""

import contextlib
import dataclasses
import threading
from collections.abc import Callable

import streamlit as st

from core.errors import StoreError, TamrinError
from core.jobs import engine
from core.labs.hafez import experiment, words
from core.labs.hafez.spec import CELL_NAMES, CELLS, LINE, MOST_RADIF, Request, Spec, first_words, presets, refrain
from core.runs import runs
from core.runs.store import Run
from core.ui import cached, form
from core.ui.form import URL, control, controls


def another() -> None:
    """Take the next seed."""
    st.session_state["seed"] = int(st.session_state.get("seed", Request.seed)) + 1


def request(form_known: bool) -> Request:
    """Return the request of the controls; raise PoemsError if the words cannot be used."""
    st.button(
        "Another poem", type="primary", icon=":material/refresh:", on_click=another, key="another", width="stretch"
    )
    about = f"The poem begins with it. At most {LINE - 6} characters."
    prompt = st.text_input("Prompt", key="prompt", placeholder="اگر آن", help=about, **URL) or ""
    radif = ""
    form = form_known and control(Request, "form")
    if form:
        about = f"Words that end each couplet. At most {MOST_RADIF} characters."
        radif = st.text_input("Radif (refrain)", key="radif", placeholder="کجاست", help=about, **URL) or ""
    reading = st.empty()
    values = controls(Request, "beyts", "temperature", "seed")
    with st.expander("Sampling"):
        values |= controls(Request, "top_k", "top_p")
        values["pen_name"] = control(Request, "pen_name", disabled=not form)
    prompt = first_words(prompt) if form_known else prompt.strip()[:LINE]
    if radif := refrain(radif):
        reading.caption(words.radif(radif))
    return Request(**values, form=form, prompt=prompt, radif=radif)


def to_train() -> Spec:
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


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Values of the controls: the network that writes, and what it is asked for."""

    run: Run
    request: Request


def asked() -> Wanted:
    """Draw all controls. Raise StoreError without a network, PoemsError for words that cannot be used."""
    run = choose()
    return Wanted(run, request(run.spec["corpus"] == "hafez"))


def writer(wanted: Wanted) -> Run:
    """Return the network that writes, and have a worker prepare it."""
    warm_up(wanted.run)
    return wanted.run


def of_request(draw: Callable[[Run, Request], None]) -> Callable[[Wanted, Run], None]:
    """Adapt a view of a network and a request to the page."""
    return lambda wanted, run: draw(run, wanted.request)


def networks() -> list[Run]:
    """Return the stored networks of poems, the best shipped one first."""
    found = [run for run in cached.store().list()[0] if run.kind == "poems"]
    best = runs.key("poems", experiment.BEST)
    return sorted(found, key=lambda run: (run.key != best, run.origin != "store"))


def choose() -> Run:
    """Choose the network that writes; raise StoreError if there is none."""
    found = networks()
    if not found:
        raise StoreError(
            "There is no trained network of poems; train one in the view Train, or run python -m core ship --kind "
            "poems."
        )
    keys = [run.key for run in found]
    chosen = st.selectbox(
        "Network", keys, format_func=lambda key: runs.title(found[keys.index(key)]), key="network", bind="query-params"
    )
    return found[keys.index(chosen)]


@st.cache_resource
def _warmed() -> set[str]:
    return set()


def warm_up(run: Run) -> None:
    """Have a worker compile and load in the background, once for each network and server."""
    if run.key not in _warmed():
        _warmed().add(run.key)
        threading.Thread(target=_warm_quietly, args=(run.key, cached.store().url), daemon=True).start()


def _warm_quietly(key: str, url: str) -> None:
    with contextlib.suppress(TamrinError):  # a view that needs a worker reports the error itself
        engine.get().call("core.labs.hafez.network.worker:warm", key, url, timeout=240.0)


def stamps(run: Run) -> tuple[str, ...]:
    """Return data, network, and metrics for the line of facts."""
    origin = "pre-trained (included)" if run.origin == "shipped" else f"trained here{', stopped early' * run.stopped}"
    return (
        run.data["source"],
        f"{runs.title(run)}, {origin}",
        f"{run.metrics['held_out_bits']:.2f} bits per character (validation)",
    )


def honest(run: Run) -> str:
    """Return the sentence below: a summary of the metrics, or that the training was stopped early.

    Nothing where another network is trained: its figures stand there.
    """
    if st.session_state.get("view") == "Train":
        return ""
    return runs.halted([run]) or words.honest(run)
