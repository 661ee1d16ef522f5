"""Controls of the emotion lab: widgets in, a spec out; all but a file and long texts stands in the URL."""

from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from core import engine
from core.files.kept import Upload
from core.text import experiment
from core.text.spec import CELL_NAMES, CELLS, REPORT, Spec
from core.ui import uploads

URL = {"bind": "query-params"}
SIZES = (
    "cell",
    "vocabulary",
    "least",
    "embedding",
    "units",
    "dense",
    "dropout",
    "hidden_words",
    "learning_rate",
    "falling",
    "batch_size",
    "epochs",
    "patience",
)
MOST_MEGABYTES = 50


@dataclass(frozen=True)
class Wanted:
    """What the controls ask for; `content` is a person's own file, as its path or bytes, `digest` its fingerprint."""

    spec: Spec
    content: str | bytes | None = None
    digest: str = ""
    needs_file: bool = False


def experiment_() -> Wanted:
    """All controls. SpecError for a combination that cannot run, TextError for a file that cannot be read."""
    cell = st.selectbox("Reader", CELLS, key="cell", format_func=CELL_NAMES.get, **URL)
    names = {"emotion": "Six emotions", "own": "Your own"}
    source = st.selectbox("Texts", tuple(names), key="texts", format_func=names.get, **URL)
    given, columns = _file() if source == "own" else (None, {})
    values = _sizes() | {"cell": cell, **columns}
    content, digest = (uploads.source(given), given.digest[:16]) if given else (None, "")
    return Wanted(Spec(**values), content, digest, source == "own" and content is None)


def _file() -> tuple[Upload | None, dict[str, str]]:
    """A person's own labelled texts."""
    given = uploads.field(
        "Texts with labels", ["csv", "tsv", "txt"], "texts_file", MOST_MEGABYTES,
        "A CSV in UTF-8 with a column of texts and one of labels (2 to 20), or lines `text;label`. It is kept for this "
        "browser only, until you take it back or have not looked at it for some hours.",
    )  # fmt: skip
    if not given:
        return None, {}
    names = _columns(given.digest, given.name, given)
    if not names:
        return given, {"data": given.name}
    text = st.selectbox("Column of texts", names, _index(names, "text", 0), key="text_column")
    label = st.selectbox("Column of labels", names, _index(names, "label", len(names) - 1), key="label_column")
    return given, {"data": given.name, "text": text, "label": label}


@st.cache_data(max_entries=4, scope="session", show_spinner="A worker reads the texts …")
def _columns(digest: str, name: str, _given: Upload) -> list[str]:
    return engine.get().call("core.text.data:columns", uploads.source(_given), name)


def _index(names: list[str], wanted: str, otherwise: int) -> int:
    return names.index(wanted) if wanted in names else otherwise


def _sizes() -> dict[str, Any]:
    st.button(
        "Report's network",
        on_click=_set,
        args=(REPORT,),
        width="stretch",
        help="BiGRU, 6,194,502 parameters, 5 epochs.",
    )
    st.button("Default network", on_click=_set, args=(Spec(),), width="stretch")
    usual = Spec()
    with st.expander("Network and training"):
        whole = {
            "vocabulary": ("Rows of the embedding", 10, 200_000),
            "least": ("A known word stands at least … times", 1, 1000),
            "embedding": ("Embedding", 1, 512),
            "units": ("Units (of each direction)", 1, 512),
            "dense": ("Dense units", 1, 1024),
            "batch_size": ("Batch size", 1, 1024),
            "epochs": ("Epochs", 1, 200),
            "patience": ("Early stopping, patience", 0, 200),
            "length": ("Words read of a text (0: the longest)", 0, 500),
            "seed": ("Seed", 0, 2**31 - 1),
        }
        values: dict[str, Any] = {
            name: int(st.number_input(label, low, high, getattr(usual, name), key=name, **URL))
            for name, (label, low, high) in whole.items()
        }
        values["dropout"] = st.slider("Dropout", 0.0, 0.9, usual.dropout, 0.05, key="dropout", **URL)
        values["hidden_words"] = st.slider(
            "Words hidden while training", 0.0, 0.9, usual.hidden_words, 0.05, key="hidden_words", **URL,
            help="So many words of a text count as unknown in each step, so that no answer hangs on one word alone.",
        )  # fmt: skip
        values["learning_rate"] = st.number_input(
            "Learning rate", 1e-6, 1.0, usual.learning_rate, format="%g", step=1e-3, key="learning_rate", **URL
        )
        values["falling"] = st.toggle("The rate falls to zero", usual.falling, key="falling", **URL)
        values["weighted"] = st.toggle("Rare classes weigh more", usual.weighted, key="weighted", **URL)
    return values


def _set(chosen: Spec) -> None:
    """Put network and training of a spec into the controls."""
    st.session_state.update({name: asdict(chosen)[name] for name in SIZES})


def sentences(own: bool) -> str:
    """What was typed or pasted; it stays in this session: what people write about feelings goes into no link."""
    usual = "" if own else "\n".join(experiment.EXAMPLES[:3])
    typed = st.text_area(
        "One sentence a line", st.query_params.get("say", usual), key="say_own" if own else "say_text", height=130,
        help="Up to six lines are shown with their words. For more, give a file below.",
        placeholder="Type or paste …", max_chars=200_000,
    )  # fmt: skip
    if "say" in st.query_params and typed != st.query_params["say"]:  # a teacher's link has been changed by hand
        del st.query_params["say"]
    return typed
