"""Try a classifier on sentences: probabilities, words coloured by influence, comparison, files of lines."""

import numpy as np
import pandas as pd
import streamlit as st

from core.files.kept import Upload
from core.files.writing import csv_text, defused_cells
from core.labs.emotion import charts, messages
from core.labs.emotion.network.classifier import Explained
from core.labs.emotion.view import inputs as emotion_inputs
from core.labs.emotion.view.views import Shown, examples
from core.ui import background, cached, tables
from core.ui.frame import paint
from core.ui.literal import literal
from core.ui.uploads import uploads

MOST_SHOWN, MOST_LINES, MOST_FILE_BYTES = 6, 100_000, 10_000_000


def result(shown: Shown) -> None:
    """Draw the typed sentences, each with its words and probabilities, and the batch prediction of a file."""
    typed = emotion_inputs.sentences(shown.origin == "session")
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if not lines:
        st.info(messages.type_a_sentence)
    elif len(lines) > MOST_SHOWN:
        st.caption(messages.first_lines.format(most=MOST_SHOWN, lines=len(lines)))
    _side_by_side(*_explained(shown, lines[:MOST_SHOWN]))
    _file(shown)


def _explained(shown: Shown, lines: list[str]) -> tuple[Shown, list[Explained]]:
    """Return a model and its predictions: stored ones for the initial sentences, else from a worker."""
    known = examples(shown) if lines else {}
    if all(line in known for line in lines):
        return shown, [known[line] for line in lines]
    return background.latest("emotion", (shown,), "core.labs.emotion.network.classifier:explain", shown.weights, lines)


def _side_by_side(shown: Shown, explained: list[Explained]) -> None:
    for begin in range(0, len(explained), 3):
        row = explained[begin : begin + 3]
        for number, (column, one) in enumerate(zip(st.columns(len(row), gap="medium"), row, strict=True), begin):
            with column.container(border=True, height="stretch"):
                _one(shown, one, number)
            if not paint.whole():
                return
    if explained:
        st.caption(messages.colours_explained)


def _one(shown: Shown, one: Explained, number: int) -> None:
    best = int(np.argmax(one["probabilities"]))
    st.markdown(f"**{literal(shown.classes[best])}** · {one['probabilities'][best]:.0%}")
    st.html(charts.coloured(one, charts.hue(shown.classes[best], best)))
    if said := note(one):
        st.warning(literal(said))
    chart = cached.chart(charts.probabilities, one["probabilities"], shown.classes)
    st.plotly_chart(chart, key=f"said-{number}", alt=messages.sentence_alt.format(number=number + 1))


def note(explained: Explained) -> str:
    """Return a caution about a prediction; empty if there is none."""
    found = explained["words"]
    known = sum(word["known"] for word in found)
    if not found:
        return messages.no_word
    if not known:
        return messages.no_known_word
    if explained["cut"]:
        return messages.first_words.format(words=len(found))
    if known < len(found) / 2:
        return messages.plural("few_known_words", known).format(known=known, words=len(found))
    return ""


def _file(shown: Shown) -> None:
    with st.expander(messages.batch_prediction):
        given = uploads.field(
            messages.lines_file, ["txt", "csv"], "lines_file", MOST_FILE_BYTES // 1_000_000, messages.lines_help
        )
        if given:
            _classified(shown, given)


def _classified(shown: Shown, given: Upload) -> None:
    limits = (MOST_FILE_BYTES, MOST_LINES)
    file = (uploads.source(given), given.name)
    lines, said = background.call("core.labs.emotion.network.classifier:classify_file", shown.weights, *file, *limits)
    frame = pd.DataFrame(said.round(4), columns=shown.classes)
    frame.insert(0, "predicted", [shown.classes[n] for n in said.argmax(axis=1)])
    frame.insert(0, "text", lines)
    tables.dataframe(defused_cells(frame), height=300, alt=messages.lines_alt)
    st.download_button(
        messages.download_csv,
        csv_text(frame),
        "emotions.csv",
        "text/csv",
        key="save-emotions",
        on_click="ignore",
        icon=":material/download:",
    )


def glance(shown: Shown) -> None:
    """Draw one of our own sentences with its words and probabilities, for the home page."""
    one = next(iter(examples(shown).values()))
    best = int(np.argmax(one["probabilities"]))
    st.html(charts.coloured(one, charts.hue(shown.classes[best], best)))
    cached.plot("glance-emotion", messages.glance_alt, charts.probabilities, one["probabilities"], shown.classes)
