"""Draw the controls of the emotion lab: widgets in, a spec out; all but a file and long texts is kept in the URL."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.files import kinds
from core.files.kept import Upload
from core.files.reading import Reading
from core.labs.emotion import experiment, messages
from core.labs.emotion.spec import BOTH, EMOTION, TWO_SOURCES, Spec, presets
from core.runs import fields, spec as specs
from core.ui import form
from core.ui.uploads import own_files, reading, uploads

KEPT = ("length", "weighted", "seed")  # controls that the buttons for a network leave as they are
MOST_MEGABYTES = 50


@dataclass(frozen=True)
class Wanted(own_files.Wanted[Spec]):
    """Values of the controls of the emotion lab."""

    note: str = ""  # in place of a result that is not possible yet


def experiment_() -> Wanted:
    """Draw all controls. Raise SpecError for an invalid combination, TextError for an unreadable file."""
    cell = form.control(Spec, "cell")
    names = {"emotion": messages.six_emotions, "both": messages.six_emotions_and_reddit, "own": messages.own_texts}
    source = st.selectbox(messages.dataset, tuple(names), key="texts", format_func=names.__getitem__, **form.URL)
    if source != "own":
        return Wanted(Spec(**_sizes(), cell=cell, data=BOTH if source == "both" else EMOTION))
    given, answers, found = _file()
    columns: specs.Values = {"data": given.name} if given else {}
    if found is not None and found.data is not None:
        columns |= {"text": found.data["text"], "label": found.data["label"]}
    spec = Spec(**_sizes(), cell=cell, **columns)
    if given is None or found is None or found.data is None:
        return Wanted(spec, needs_file=True, note=messages.choose_columns if given else "")
    return Wanted(spec, uploads.source(given), _fingerprint(given.digest, answers), answers)


TYPES = ["csv", "tsv", "txt", "tab", "json", "jsonl", "ndjson", "parquet", *kinds.PACKED]
READ_MEMORY = 900_000_000  # bytes that a worker may use to read the file


def _file() -> tuple[Upload | None, dict[str, str], Reading | None]:
    """Return a user's own labelled texts, the answers about them, and how they were read."""
    given = uploads.field(messages.labelled_texts, TYPES, "texts_file", MOST_MEGABYTES, messages.texts_help)
    if not given:
        return None, {}, None
    answers: dict[str, str] = {}

    def read(asked: Mapping[str, str]) -> Reading:
        answers.clear()
        answers.update({**_columns_chosen(given.digest), **asked})
        return uploads.read("texts", given, answers, memory=READ_MEMORY)

    with st.container():
        found = reading.understood(read, "texts", given.digest)
    _columns(given.digest, found, answers)
    return given, dict(answers), found


def _columns_chosen(file: str) -> dict[str, str]:
    """Return the columns that the user chose without being asked."""
    kept = st.session_state.get("texts_columns", ("", {}))
    return dict(kept[1]) if kept[0] == file else {}


def _columns(file: str, found: Reading, answers: Mapping[str, str]) -> None:
    """Draw an expander in which to choose columns other than those detected."""
    names = found.summary.get("columns", [])
    asked = {question.name for question in found.asked}
    if found.data is None or len(names) < 3 or asked & {"text", "label"}:
        return
    with st.expander(messages.other_columns):
        for role, label in (("text", messages.texts_column), ("label", messages.labels_column)):
            key = f"{role}_column"
            if st.session_state.get(key) not in names:
                st.session_state[key] = found.summary[role]
            st.selectbox(label, names, key=key, on_change=_choose, args=(file,))


def _choose(file: str) -> None:
    chosen = {role: st.session_state[f"{role}_column"] for role in ("text", "label")}
    st.session_state["texts_columns"] = (file, chosen)


def _fingerprint(digest: str, answers: Mapping[str, str]) -> str:
    """Return a short name of a file together with the answers."""
    if not answers:
        return digest[:16]
    return hashlib.sha256(f"{digest} {sorted(answers.items())}".encode()).hexdigest()[:16]


def _sizes() -> specs.Values:
    form.presets(messages.group("presets_help"), lambda name: _set(presets()[name]))
    st.button(messages.two_sources, on_click=_two_sources, width="stretch", help=messages.two_sources_help)
    names = ("vocabulary", "least", "embedding", "units", "dense", "batch_size", "epochs", "patience", "length", "seed")
    more = ("dropout", "hidden_words", "learning_rate", "falling", "weighted", "ngrams")
    with st.expander(messages.network_and_training):
        return form.controls(Spec, *names, *more)


def _two_sources() -> None:
    _set(TWO_SOURCES)
    st.session_state["texts"] = "both"


def _set(chosen: Spec) -> None:
    """Set the controls for network and training to a spec."""
    st.session_state.update({name: getattr(chosen, name) for name in fields.of(Spec) if name not in KEPT})


def sentences(own: bool) -> str:
    """Return the typed or pasted text; it stays in this session, as texts about feelings belong in no link."""
    usual = "" if own else "\n".join(experiment.EXAMPLES[:3])
    typed = st.text_area(
        messages.sentences_label,
        st.query_params.get("say", usual),
        key="say_own" if own else "say_text",
        height=130,
        help=messages.sentences_help,
        placeholder=messages.sentences_hint,
        max_chars=200_000,
    )
    if "say" in st.query_params and typed != st.query_params["say"]:  # the text of a link was edited on the page
        del st.query_params["say"]
    return typed
