"""Show below an uploader how a file was read: notes, questions, the first rows.

    found = reading.understood(lambda answers: uploads.read("prices", upload, answers), "prices", upload.digest)

The choices are drawn as controls; a choice reads the file again with that answer.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from core.errors import TamrinError
from core.files.reading import Question, Reading
from core.files.writing import defused_cells
from core.ui import messages, tables
from core.ui.literal import literal

Read = Callable[[Mapping[str, str]], Reading]
IN_A_ROW = 4
MOST_TOLD = 4  # notes shown on the page; the others are in an expander


def understood(read: Read, key: str, file: str) -> Reading:
    """Read a file with the answers given so far, and show how it was read.

    `key` names the uploader, `file` the bytes: another file begins without answers. Errors of `read` are passed on; a
    question that must be answered first leaves `data` None.
    """
    seen: dict[str, Question] = _seen(key, file)
    given = _answers(seen, key, file)
    try:
        found = read(given)
    except TamrinError:
        _ask(list(seen.values()), key, file)  # so that an invalid answer can be changed
        raise
    for question in found.asked:
        seen.setdefault(question.name, question)
    tell(found.told)
    _ask([seen[name] for name in seen if name in given or name in {q.name for q in found.asked}], key, file)
    thumbnails(found.thumbnails)
    if not found.thumbnails:
        preview(found.preview, key)
    return found


def answers(key: str, file: str) -> dict[str, str]:
    """Return the answers given so far, without those that are assumed by default."""
    return _answers(_seen(key, file), key, file)


def tell(told: Sequence[str]) -> None:
    """Draw the notes of a reading, the first few expanded."""
    for sentence in told[:MOST_TOLD]:
        st.caption(f":material/info: {literal(sentence)}")
    if (more := len(told) - MOST_TOLD) > 0:
        with st.expander(messages.plural("more_notes", more).format(more=more)):
            for sentence in told[MOST_TOLD:]:
                st.caption(literal(sentence))


def preview(rows: Sequence[Mapping[str, str]], key: str) -> None:
    """Draw the first rows as they were parsed, cells as text."""
    if rows:
        with st.expander(messages.first_rows):
            table = defused_cells(pd.DataFrame(rows))
            tables.dataframe(table, key=f"{key}_preview", alt=messages.first_rows_alt)


def thumbnails(pictures: Sequence[tuple[str, bytes]]) -> None:
    """Draw small images with their labels, four in a row."""
    for start in range(0, len(pictures), IN_A_ROW):
        columns = st.columns(IN_A_ROW, gap="small")
        for column, (caption, content) in zip(columns, pictures[start : start + IN_A_ROW], strict=False):
            column.image(content, caption=literal(caption), width="stretch")


def _seen(key: str, file: str) -> dict[str, Question]:
    """Return the questions that this file has raised so far; an answered question stays on the page."""
    kept = f"{key}_questions"  # session key: the file, and its questions by name
    if kept not in st.session_state or st.session_state[kept][0] != file:
        st.session_state[kept] = file, {}
    return st.session_state[kept][1]


def _answers(seen: Mapping[str, Question], key: str, file: str) -> dict[str, str]:
    chosen = {name: st.session_state.get(_key(key, file, name)) for name in seen}
    return {n: value for n, value in chosen.items() if value in seen[n].choices and value != seen[n].assumed}


def _ask(questions: Sequence[Question], key: str, file: str) -> None:
    for question in questions:
        labels = dict(zip(question.choices, question.labels or question.choices, strict=True))
        at = question.choices.index(question.assumed) if question.assumed in question.choices else None
        st.selectbox(
            literal(question.text),
            question.choices,
            at,
            key=_key(key, file, question.name),
            format_func=lambda value, labels=labels: str(labels.get(value, value)),
            placeholder=messages.choose,
        )


def _key(key: str, file: str, name: str) -> str:
    return f"{key}_ask_{file[:16]}_{name}"
