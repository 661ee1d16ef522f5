"""Draw the controls of the poetry lab: the network that writes and the request, or the spec of a network to train."""

import contextlib
import dataclasses
import threading
from collections.abc import Callable

import streamlit as st

from core.errors import StoreError, TamrinError
from core.jobs import engine
from core.labs.hafez import experiment, messages, words
from core.labs.hafez.spec import CELL_NAMES, CELLS, LINE, MOST_RADIF, Request, Spec, first_words, presets, refrain
from core.runs import runs
from core.runs.store import Run
from core.ui import cached, form
from core.ui.form import URL, control, controls

BEGINS, ENDS = "اگر آن", "کجاست"  # examples of first words and of a refrain


def another() -> None:
    """Take the next seed."""
    st.session_state["seed"] = int(st.session_state.get("seed", Request.seed)) + 1


def request(form_known: bool) -> Request:
    """Return the request of the controls; raise PoemsError if the words cannot be used."""
    st.button(
        messages.another_poem,
        type="primary",
        icon=":material/refresh:",
        on_click=another,
        key="another",
        width="stretch",
    )
    about = messages.prompt_help.format(most=LINE - 6)
    prompt = st.text_input(messages.prompt, key="prompt", placeholder=BEGINS, help=about, **URL) or ""
    radif = ""
    form = form_known and control(Request, "form")
    if form:
        about = messages.radif_help.format(most=MOST_RADIF)
        radif = st.text_input(messages.radif, key="radif", placeholder=ENDS, help=about, **URL) or ""
    reading = st.empty()
    values = controls(Request, "beyts", "temperature", "seed")
    with st.expander(messages.sampling):
        values |= controls(Request, "top_k", "top_p")
        values["pen_name"] = control(Request, "pen_name", disabled=not form)
    prompt = first_words(prompt) if form_known else prompt.strip()[:LINE]
    if radif := refrain(radif):
        reading.caption(words.radif(radif))
    return Request(**values, form=form, prompt=prompt, radif=radif)


def to_train() -> Spec:
    """Return the spec of a network to train on the page."""
    left, right = st.columns(2)
    form.presets(messages.group("presets"), _preset, where=(left, right))
    cell = form.segments(messages.cell, CELLS, key="cell", default=Spec.cell, names=CELL_NAMES, where=left)
    values = controls(Spec, "units", "layers", "embedding", "tied", where=left)
    values |= controls(Spec, "epochs", "dropout", "steps", "learning_rate", "clip", where=right)
    seed = control(Spec, "seed", where=left, key="weights_seed")
    with right.expander(messages.beyond_plain):
        values |= controls(Spec, *EXTRAS)
    return Spec(cell=cell, seed=seed, **values)


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
        raise StoreError(messages.no_network_here)
    keys = [run.key for run in found]
    titles = {run.key: runs.title(run) for run in found}
    chosen = st.selectbox(messages.network, keys, format_func=titles.__getitem__, key="network", bind="query-params")
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
    origin = messages.trained_stopped if run.stopped else messages.trained_here
    if run.origin == "shipped":
        origin = messages.included
    return (
        run.data["source"],
        f"{runs.title(run)}, {origin}",
        messages.bits_reached.format(bits=run.metrics["held_out_bits"]),
    )


def honest(run: Run) -> str:
    """Return the sentence below: a summary of the metrics, or that the training was stopped early.

    Nothing where another network is trained: its figures stand there.
    """
    if st.session_state.get("view") == "Train":
        return ""
    return runs.halted([run]) or words.honest(run)
