"""Draw the quality of a text classifier: curves, confusion matrix, ablation study, other sources; its downloads."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.files.writing import defused_cells
from core.jobs import engine
from core.labs import messages as labs_messages
from core.labs.emotion import ablation as measured, charts, experiment, measures, messages, own_file, study
from core.labs.emotion.spec import BOTH, EMOTION
from core.labs.emotion.texts import data
from core.labs.emotion.view.inputs import MOST_MEGABYTES, TYPES, Wanted
from core.labs.emotion.view.views import Shown
from core.learn.classification import members, mistakes
from core.ui import cached, tables
from core.ui.form import URL
from core.ui.frame import chrome
from core.ui.literal import literal
from core.ui.uploads import downloads as files, elsewhere

MISTAKES = "all misclassified texts"
OLD_NOTE = " repeat another"  # in runs saved earlier, of duplicates


def figures(shown: Shown) -> None:
    """Draw curves with the best epoch, confusion matrix, per-class metrics, and mistakes."""
    for note in shown.facts["notes"]:
        number, old, _ = note.partition(OLD_NOTE)
        st.caption(literal(f"{number} {messages.removed}" if old else note))
    if shown.history:
        cached.plot("curves", messages.curves_alt, charts.curves, shown.history, shown.kept_epoch)
        _summary(shown)
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        st.subheader(messages.confusion_matrix, anchor=False)
        share = st.toggle(messages.row_percentages, key="shares", bind="query-params")
        st.plotly_chart(
            cached.chart(charts.confusion, shown.confusion, shown.classes, share, chrome.is_dark()),
            key="confusion",
            alt=messages.confusion_alt,
            on_select=partial(_take_cell, shown.classes),
            selection_mode="points",
        )
        st.caption(messages.click_a_cell)
    with right:
        st.subheader(messages.per_class_metrics, anchor=False)
        _classes(shown)
    _listed(shown)


def _summary(shown: Shown) -> None:
    best, epochs = shown.kept_epoch, len(shown.history["loss"])
    accuracy = shown.history["val_accuracy"][best - 1]
    st.caption(messages.summary.format(best=best, epochs=epochs, accuracy=accuracy, metrics=shown.metrics))


def _classes(shown: Shown) -> None:
    percents = {"precision": ("percent", 72), "recall": ("percent", 60), "F1": ("percent", 60)}
    frame = defused_cells(per_class(shown).reset_index())
    tables.dataframe(frame, percents | {"class": 66, "support": 60}, alt=labs_messages.classes_alt)
    if absent := [name for name, texts in zip(shown.classes, shown.confusion.sum(axis=1), strict=True) if not texts]:
        st.caption(messages.absent_classes.format(labels=literal(", ".join(absent))))


def per_class(shown: Shown) -> pd.DataFrame:
    """Return the metrics of each class; those of a class without a test text are missing, not 0."""
    frame = pd.DataFrame(measures.per_class(shown.confusion), index=pd.Index(shown.classes, name="class"))
    frame["support"] = shown.confusion.sum(axis=1)
    return frame.rename(columns={"f1": "F1"})


def _take_cell(classes: list[str]) -> None:
    """Choose the cell of the confusion matrix that was clicked, or all mistakes if it was clicked once more."""
    points = st.session_state["confusion"].selection.points
    st.session_state["pair"] = _pairs(classes)[points[0]["point_index"]] if points else MISTAKES


def _pairs(classes: list[str]) -> list[str]:
    """Return the names of all cells of the confusion matrix, row by row."""
    return [f"{true} → {predicted}" for true in classes for predicted in classes]


def _listed(shown: Shown) -> None:
    """Draw the texts of a cell of the confusion matrix, or of all mistakes, the most confident first.

    Only the row numbers of texts are stored with a run; the texts are drawn if they are on this machine.
    """
    st.subheader(messages.test_texts, anchor=False)
    bind = None if shown.origin == "session" else URL["bind"]  # the labels of a user's own file belong in no link
    pairs = _pairs(shown.classes)
    options = [MISTAKES, *pairs]
    chosen = st.selectbox(messages.true_to_predicted, options, key="pair", help=messages.pair_help, bind=bind)
    truth, said = shown.arrays["test_truth"].astype(int), shown.arrays["test_probabilities"].astype(float)
    predicted = said.argmax(axis=1)
    cell = None if chosen == MISTAKES else divmod(pairs.index(chosen), len(shown.classes))
    rows = mistakes(truth, said) if cell is None else members(truth, said, *cell)
    texts = _texts(shown)
    frame = pd.DataFrame(
        {
            "text": [texts.get(int(shown.arrays["test_lines"][row]), "") for row in rows],
            "true label": [shown.classes[truth[row]] for row in rows],
            "predicted": [shown.classes[predicted[row]] for row in rows],
            "confidence": said[rows].max(axis=1),
            "row": shown.arrays["test_lines"][rows] + 1,
        }
    )
    if not texts:
        frame = frame.drop(columns="text")
        st.caption(messages.texts_not_here)
    looks = {"confidence": "percent", "text": tables.PHONE}
    frame, height = defused_cells(frame), min(430, 38 + tables.TALL * max(1, len(frame)))
    tables.dataframe(frame, looks, height=height, row_height=tables.TALL, alt=messages.mistakes_alt)
    st.caption(messages.mistakes_notes.format(shown=len(rows), whole=len(truth)))


def _texts(shown: Shown) -> dict[int, str]:
    """Return the test texts by line; empty if they are not on this machine."""
    if shown.origin == "session":
        return dict(zip(shown.arrays["test_lines"].tolist(), shown.facts["test_texts"], strict=True))
    if shown.spec.data not in (EMOTION, BOTH) or data.folder() is None:
        return {}
    part = data.known().test
    return dict(zip(part.lines.tolist(), part.texts, strict=True))


def ablation() -> None:
    """Draw the ablation study."""
    tables.only_study(measured.STUDY, "accuracy, %", 1, messages.study_notes)


def sources(shown: Shown) -> None:
    """Draw the stored study, an exercise, and the evaluation of the shown model on a file of the user."""
    found = study.load()
    cached.plot("source_accuracies", messages.sources_alt, charts.accuracies, found.rows)
    st.caption(messages.about_sources)
    st.markdown(lesson(found.rows))
    _tables(found)
    st.subheader(messages.how_many_texts, anchor=False)
    cached.plot("source_curve", messages.source_curve_alt, charts.learning_curve, found.curve)
    st.caption(messages.source_curve_notes)
    _exercise(found.curve)
    _own(shown)


def lesson(rows: Sequence[study.Row]) -> str:
    """Say how much the best model at home loses on the other source, and which model is best at its worse source."""
    home = [row for row in rows if row["trained on"] == "home"]
    best = max(home, key=lambda row: row["home accuracy"])
    other = max(home, key=lambda row: row["Reddit accuracy"])
    robust = max(rows, key=lambda row: min(row["home accuracy"], row["Reddit accuracy"]))
    told = messages.best_at_home.format(row=best)
    if other is not best:
        told += messages.best_elsewhere.format(row=other)
    trained_on = messages.group("trained_on")[robust["trained on"]]
    return told + messages.safest_choice.format(row=robust, trained_on=trained_on)


def _tables(found: study.Study) -> None:
    frame = pd.DataFrame(found.rows)[["name", "trained on", "home accuracy", "Reddit accuracy", "parameters"]]
    frame.columns = ["model", "training set", "accuracy at home", "accuracy on Reddit", "parameters"]
    looks = dict.fromkeys(frame.columns[2:4], "percent") | {"parameters": "localized"}
    tables.dataframe(frame, looks, alt=messages.source_table_alt)
    shift = pd.DataFrame(found.shift).map(lambda value: f"{value:.1%}" if value <= 1 else f"{value:.0f}")
    shift.index = [messages.texts_labelled.format(name=name) if name in data.EMOTIONS else name for name in shift.index]
    table = shift.rename_axis("property").reset_index()
    tables.dataframe(table, alt=messages.shift_alt)


def _exercise(curve: Sequence[study.Point]) -> None:
    points = [point for point in curve if point["model"] == "GRU"]
    first = next((point for point in points if np.mean(point["Reddit"]) >= 0.7), points[-1])
    choices = [point["added"] for point in points]
    answer = st.radio(
        messages.comments_question,
        choices,
        index=None,
        key="source_exercise",
        horizontal=True,
        format_func="{:,}".format,
    )
    if answer is not None:
        right = answer == first["added"]
        verdict = messages.correct if right else messages.wrong
        accuracy = np.mean(points[choices.index(answer)]["Reddit"])
        st.markdown(messages.answer_told.format(verdict=verdict, comments=answer, accuracy=accuracy))


def _own(shown: Shown) -> None:
    """Evaluate the shown model on labelled texts of the user, beside its test set."""
    st.subheader(messages.own_labelled_texts, anchor=False)
    home = own_file.home_of(shown.arrays)
    elsewhere.own_file(
        "labelled_file",
        messages.own_file_label,
        TYPES,
        messages.own_file_help,
        MOST_MEGABYTES,
        "core.labs.emotion.own_file:compare",
        shown.weights,
        home,
        shown.facts["unknown"],
    )
    st.markdown(messages.own_file_exercise)


def take_home(wanted: Wanted, shown: Shown) -> None:
    """Offer the metrics, the arrays, the weights and the experiment as a script, with the texts that it reads."""
    left, right = st.columns(2)
    has_script = shown.spec.cell != "bow" and not shown.spec.ngrams and shown.spec.data != BOTH
    if has_script:
        _save_texts(left, shown, wanted)
    rows = pd.DataFrame(shown.arrays["test_probabilities"].astype(float), columns=shown.classes)
    rows.insert(0, "true label", [shown.classes[n] for n in shown.arrays["test_truth"]])
    rows.insert(0, "row", shown.arrays["test_lines"] + 1)
    files.save_table(left, messages.predictions_csv, rows, "answers.csv")
    matrix = pd.DataFrame(shown.confusion, shown.classes, shown.classes)
    files.save_table(left, messages.confusion_csv, matrix, "confusion.csv", "true label")
    files.save_table(left, messages.classes_csv, per_class(shown), "classes.csv", "class")
    chart = charts.confusion(shown.confusion, shown.classes, False)
    files.save_chart(left, messages.confusion_matrix, chart, messages.confusion_title, "confusion.html")
    if shown.history:
        history = pd.DataFrame(shown.history).assign(epoch=range(1, 1 + len(shown.history["loss"])))
        files.save_table(left, messages.curves_csv, history, "history.csv")
    files.save(
        right, messages.weights_npz, _weights(shown), f"emotion_{shown.spec.cell}.npz", "application/octet-stream"
    )
    if not has_script:
        right.caption(messages.no_script)
    else:
        source = experiment.script(shown.spec)
        files.save(right, messages.export_as_python, source, f"emotion_{shown.spec.cell}.py", "text/x-python")
        st.code(source, language="python", height=420)


def _save_texts(column: DeltaGenerator, shown: Shown, wanted: Wanted) -> None:
    """Offer the files that the script reads; show only a sentence if they are not on this machine."""
    if wanted.content is not None:
        answers = data.answers_of(shown.spec, dict(wanted.answers))
        ask = partial(engine.get().call, "core.labs.emotion.texts.data:table", wanted.content, shown.spec.data, answers)
        files.save(column, messages.texts_csv, ask, "texts.csv", "text/csv")
    elif folder := data.folder():
        for label, name in ((messages.training_texts, "train.txt"), (messages.test_texts, "val.txt")):
            files.save(column, label, (folder / name).read_bytes, name, "text/plain")
    else:
        column.caption(messages.script_texts_absent.format(source=data.SOURCE.partition(":")[0]))


def _weights(shown: Shown) -> bytes:
    if isinstance(shown.weights, bytes):
        return shown.weights
    run = cached.store().find("emotion", shown.weights[1].split(":")[0])
    return cached.store().weights(run) if run else b""
