"""Draw what the classifiers are worth on another source of texts, and on a user's own labelled texts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.labs.emotion import charts, own_file, study
from core.labs.emotion.texts import data
from core.labs.emotion.view.inputs import MOST_MEGABYTES, TYPES
from core.labs.emotion.view.views import Shown
from core.ui import cached, tables
from core.ui.uploads import elsewhere

ABOUT = (
    "*Home* is val.txt of dair-ai/emotion: messages whose hashtag is the label. *Reddit* is dev.txt of GoEmotions: "
    "comments that readers labelled, each with exactly one of the same six emotions; 625 texts, so ±3 points. Both "
    "were known when the network for two sources was designed. Computed once, with `python -m core.labs.emotion.study`."
)
HELP = "A table with a column of texts and one of labels that this model knows. Nothing is trained on it."
PERCENT = st.column_config.NumberColumn(format="percent")
NUMBER = st.column_config.NumberColumn(format="localized")


def sources(shown: Shown) -> None:
    """Draw the stored study, an exercise, and the evaluation of the shown model on a file of the user."""
    found = study.load()
    alt = "Test accuracy of each classifier at home and on Reddit comments."
    cached.plot("source_accuracies", alt, charts.accuracies, found.rows)
    st.caption(ABOUT)
    st.markdown(lesson(found.rows))
    _tables(found)
    st.subheader("How many new texts repair it?", anchor=False)
    alt = "Accuracy on both sources over the number of Reddit comments in the training set."
    cached.plot("source_curve", alt, charts.learning_curve, found.curve)
    st.caption("Mean and standard deviation of three draws of comments and seeds; a tenth of them is for validation.")
    _exercise(found.curve)
    _own(shown)


def lesson(rows: Sequence[study.Row]) -> str:
    """Say how much the best model at home loses on the other source, and which model is best at its worse source."""
    home = [row for row in rows if row["trained on"] == "home"]
    best = max(home, key=lambda row: row["home accuracy"])
    other = max(home, key=lambda row: row["Reddit accuracy"])
    robust = max(rows, key=lambda row: min(row["home accuracy"], row["Reddit accuracy"]))
    told = (
        f"Trained at home, the {best['name']} classifies {best['home accuracy']:.1%} of the texts there correctly, and "
        f"{best['Reddit accuracy']:.1%} of the Reddit comments. "
    )
    if other is not best:
        told += (
            f"Of the models trained at home, {other['name']} is best on Reddit, with {other['Reddit accuracy']:.1%} "
            f"({other['home accuracy']:.1%} at home): the model that is better at home is worse elsewhere. "
        )
    return told + (
        f"If the source may be either, {robust['name']}, trained on "
        f"{charts.TRAINED_ON[robust['trained on']]}, is the safest choice: {robust['home accuracy']:.1%} at "
        f"home and {robust['Reddit accuracy']:.1%} on Reddit."
    )


def _tables(found: study.Study) -> None:
    frame = pd.DataFrame(found.rows)[["name", "trained on", "parameters", "home accuracy", "Reddit accuracy"]]
    frame.columns = ["model", "training set", "parameters", "accuracy at home", "accuracy on Reddit"]
    columns = dict.fromkeys(frame.columns[3:], PERCENT) | {"parameters": NUMBER}
    tables.dataframe(frame, column_config=columns, alt="Accuracy of each classifier on both sources.")
    shift = pd.DataFrame(found.shift).map(lambda value: f"{value:.1%}" if value <= 1 else f"{value:.0f}")
    shift.index = [f"texts labelled {name}" if name in data.EMOTIONS else name for name in shift.index]
    table = shift.rename_axis("property").reset_index()
    tables.dataframe(table, alt="What differs between the test texts of both sources.")


def _exercise(curve: Sequence[study.Point]) -> None:
    points = [point for point in curve if point["model"] == "GRU"]
    first = next((point for point in points if np.mean(point["Reddit"]) >= 0.7), points[-1])
    choices = [point["added"] for point in points]
    answer = st.radio(
        "**Exercise.** How many Reddit comments does the GRU need for 70% on Reddit?", choices, index=None,
        key="source_exercise", horizontal=True,
    )  # fmt: skip
    if answer is not None:
        right = answer == first["added"]
        verdict = ":material/check: Correct." if right else ":material/close: Wrong: find 70% on the red solid line."
        st.markdown(f"{verdict} With {answer} it has {np.mean(points[choices.index(answer)]['Reddit']):.0%}.")


def _own(shown: Shown) -> None:
    """Evaluate the shown model on labelled texts of the user, beside its test set."""
    st.subheader("Your own labelled texts", anchor=False)
    home = own_file.home_of(shown.arrays)
    elsewhere.own_file(
        "labelled_file", "Texts with labels", TYPES, HELP, MOST_MEGABYTES, "core.labs.emotion.own_file:compare",
        shown.source, home, shown.facts["unknown"],
    )  # fmt: skip
    st.markdown(
        "**Exercise.** Label twenty messages of your own before you look at a prediction. Which classes suffer most, "
        "and do words that the network has never seen explain it?"
    )
