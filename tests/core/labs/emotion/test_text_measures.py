"""Figures against scikit-learn, the baseline against scikit-learn, looks and sentences of answers."""

import re

import numpy as np
import pytest
import sklearn.metrics
from sklearn.linear_model import LogisticRegression

from core.labs.emotion import charts, measures, words
from core.labs.emotion.network import bag, classifier
from core.labs.emotion.network.classifier import Classifier
from core.labs.emotion.view import try_it

RNG = np.random.default_rng(2)


def test_figures_are_those_of_scikit_learn() -> None:
    truth, said = RNG.integers(0, 4, 200), RNG.dirichlet(np.ones(4), 200)
    found, answers = measures.evaluation(truth, said, list("abcd")), said.argmax(axis=1)
    assert found["accuracy"] == pytest.approx(sklearn.metrics.accuracy_score(truth, answers))
    assert found["macro_f1"] == pytest.approx(sklearn.metrics.f1_score(truth, answers, average="macro"))
    assert found["loss"] == pytest.approx(sklearn.metrics.log_loss(truth, said), rel=1e-5)
    assert found["confusion"] == sklearn.metrics.confusion_matrix(truth, answers).tolist()
    expected = sklearn.metrics.precision_recall_fscore_support(truth, answers)
    for name, values in zip(("precision", "recall", "f1"), expected, strict=False):
        np.testing.assert_allclose(found[name], values, atol=1e-4)


def test_the_naive_answer_is_the_commonest_class_of_the_training_part() -> None:
    found = measures.naive(np.array([1, 1, 1, 0]), np.array([0, 1, 1, 2]), 3)
    assert found["accuracy"] == 0.5
    assert found["loss"] == pytest.approx(-(np.log(0.25) + 2 * np.log(0.75) + np.log(1e-7)) / 4)


def test_what_is_undefined_is_no_number_and_counts_in_no_mean() -> None:
    """Class 1 has no text, class 2 one that is never predicted."""
    matrix = np.array([[8, 2, 0], [0, 0, 0], [1, 0, 0]])
    found = measures.per_class(matrix)
    np.testing.assert_allclose(found["precision"], [8 / 9, np.nan, np.nan])
    np.testing.assert_allclose(found["recall"], [0.8, np.nan, 0])
    np.testing.assert_allclose(found["f1"], [16 / 19, np.nan, 0])
    single = measures.per_class(np.array([[1, 0], [0, 1]]))
    assert [values.tolist() for values in single.values()] == [[1, 1]] * 3
    truth = np.repeat([0, 2], [10, 1])
    said = np.eye(3)[[0] * 8 + [1] * 2 + [0]]
    plain = measures.evaluation(truth, said, list("abc"))
    assert (plain["precision"], plain["f1"]) == ([0.8889, None, None], [0.8421, None, 0])
    assert plain["macro_f1"] == pytest.approx(8 / 19)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_bag_of_words_is_scikit_learns_regression(classes: int) -> None:
    encoded = [RNG.integers(1, 20, RNG.integers(1, 9)).tolist() for _ in range(120)]
    labels = np.array([max(numbers) % classes for numbers in encoded])
    weights, strength = bag.fit((encoded[:90], labels[:90]), (encoded[90:], labels[90:]), 20, False)
    dense = np.zeros((120, 20))
    for row, numbers in zip(dense, encoded, strict=True):
        row[numbers] = 1
    peer = LogisticRegression(C=strength, tol=1e-9, max_iter=4000).fit(dense[:90], labels[:90])
    np.testing.assert_allclose(bag.probabilities(weights, encoded), peer.predict_proba(dense), atol=3e-4)


def reader() -> Classifier:
    """A bag of words that knows two words: "glad" speaks for joy, "sad" for sadness."""
    kernel = np.zeros((4, 2), np.float32)
    kernel[2], kernel[3] = [0, 3], [3, 0]
    weights = {"out_kernel": kernel, "out_bias": np.zeros(2, np.float32)}
    return Classifier("bow", ("sadness", "joy"), words.Vocabulary(("glad", "sad")), 5, weights)


def test_influence_is_what_leaving_a_word_out_takes_away() -> None:
    found = reader().explain("So GLAD, not sad!")
    p = float(1 / (1 + np.exp(-3)))
    assert [word["known"] for word in found["words"]] == [False, True, False, True]
    assert found["probabilities"] == pytest.approx([0.5, 0.5])
    assert [word["influence"] for word in found["words"]] == pytest.approx([0, 0.5 - p, 0, p - 0.5], abs=1e-5)
    alone = reader().explain("glad")
    assert alone["words"][0]["influence"] == pytest.approx(p - 0.5, abs=1e-5)


def test_what_is_packed_answers_the_same() -> None:
    kept = classifier.unpacked(classifier.packed(reader()))
    assert (kept.cell, kept.classes, kept.vocabulary.words, kept.length) == (
        "bow",
        ("sadness", "joy"),
        ("glad", "sad"),
        5,
    )
    np.testing.assert_allclose(
        kept.probabilities(["glad", "sad", "", "😀"]), reader().probabilities(["glad", "sad", "", ""])
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no word"),
        ("😀 🎉 …", "There is no word"),
        ("سلام دنیا", "None of these words"),
        ("glad " * 20_000, "Only the first 5 words"),
        ("glad one two three", "Only 1 of 4 words"),
        ("glad sad", ""),
    ],
    ids=["empty", "emoji", "Persian", "100,000 characters", "mostly unknown", "known"],
)
def test_strange_texts_get_a_sentence(text: str, said: str) -> None:
    found = reader().explain(text)
    assert sum(found["probabilities"]) == pytest.approx(1)
    assert try_it.note(found).startswith(said)
    assert bool(said) == bool(try_it.note(found))
    assert len(charts.coloured(found, "#3F74D1")) < 2000


def test_words_of_a_person_are_escaped() -> None:
    found = reader().explain('glad <img src=x onerror="alert(1)"> & <b>sad</b>')
    tags = set(re.findall(r"<(\w+)", charts.coloured(found, "#3F74D1")))
    assert tags == {"p", "span"}
    chart = charts.probabilities([0.4, 0.6], ["<b>a</b>", "b"])
    assert chart.data[0].y[0] == "&lt;b&gt;a&lt;/b&gt;"
    assert charts.confusion(np.eye(2, dtype=int), ["<i>", "b"], True).data[0].y[0] == "&lt;i&gt;"


def test_charts_hold_what_they_are_given() -> None:
    matrix = np.array([[3, 1], [0, 4]])
    assert charts.confusion(matrix, ["a", "b"], False).data[0].text.tolist() == [["3", "1"], ["", "4"]]
    assert charts.confusion(matrix, ["a", "b"], True).data[0].text.tolist() == [["75%", "25%"], ["", "100%"]]
    history = {"loss": [1.0, 0.5], "val_loss": [0.9, 0.7], "accuracy": [0.5, 0.8], "val_accuracy": [0.6, 0.7]}
    assert [list(trace.y) for trace in charts.curves(history, 2).data] == [
        history[name] for name in ("loss", "val_loss", "accuracy", "val_accuracy")
    ]
