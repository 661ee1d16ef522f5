"""Test the rivals of the emotion classifiers on texts that scikit-learn and a hand can judge."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import MultinomialNB

from core.labs.emotion import experiment, rivals, words
from core.labs.emotion.network import bag
from core.labs.emotion.spec import Spec, presets
from core.labs.emotion.texts import data
from core.learn.rivals import hint
from tests.core.labs.emotion import small

CHOSEN = Spec(vocabulary=60, least=1, data="mine.csv")


@pytest.fixture(scope="module")
def dataset() -> data.Dataset:
    return data.load(CHOSEN, small.lined(small.rows(120)).encode())


@pytest.fixture(scope="module")
def encoded(dataset: data.Dataset) -> dict[str, list[list[int]]]:
    known = words.build(dataset.train.texts, CHOSEN.vocabulary, CHOSEN.least)
    return {part: [known.encode(text, 20) for text in getattr(dataset, part).texts] for part in experiment.PARTS}


def test_baselines_are_those_of_scikit_learn_on_the_presence_of_words(dataset, encoded) -> None:
    truth = dataset.test.labels
    found = rivals.baselines(CHOSEN, dataset, encoded, truth)
    assert [one["name"] for one in found.rivals] == list(rivals.NAMES)
    inputs = {part: bag.matrix(encoded[part], CHOSEN.vocabulary).toarray() for part in ("train", "test")}
    assert set(np.unique(inputs["train"])) == {0.0, 1.0}
    bayes = MultinomialNB().fit(inputs["train"], dataset.train.labels)
    assert found.metrics["bayes_test_accuracy"] == bayes.score(inputs["test"], truth)
    likely = bayes.predict_proba(inputs["test"])[np.arange(len(truth)), truth]
    assert found.metrics["bayes_test_loss"] == pytest.approx(-np.log(likely).mean())
    assert found.metrics["naive_test_accuracy"] == np.mean(truth == np.bincount(dataset.train.labels).argmax())
    assert {one["name"]: one["p"] for one in found.rivals}["naive"] < 0.05  # against answers that are all right


def test_a_stop_and_the_regression_itself_leave_out_logistic_regression(dataset, encoded) -> None:
    stopped = rivals.baselines(CHOSEN, dataset, encoded, dataset.test.labels, lambda: True)
    itself = rivals.baselines(replace(CHOSEN, cell="bow"), dataset, encoded, dataset.test.labels)
    for found in (stopped, itself):
        assert [one["name"] for one in found.rivals] == ["naive", "bayes"]
        assert not [name for name in found.metrics if name.startswith("words")]


def test_the_sentence_names_all_and_tests_the_strongest() -> None:
    metrics = {"test_accuracy": 0.9, "naive_test_accuracy": 0.4, "bayes_test_accuracy": 0.7, "words_test_accuracy": 0.8}
    facts = {"rows": [1, 1, 500], "rivals": [{"name": "words", "p": 0.002}, {"name": "bayes", "p": 0.9}]}
    assert rivals.honest(metrics, facts) == (
        "The test accuracy is 90.0%; logistic regression on words 80.0%, "
        "naive Bayes on words 70.0%, majority class 40.0%. The network is better than logistic regression on "
        "words, and the difference is significant (paired test over 500 texts: p\xa0=\xa00.002; one seed)."
    )
    of_words = {"rows": [1, 1, 500], "rivals": [{"name": "bayes", "p": 0.01}]}
    told = rivals.honest({"test_accuracy": 0.9, "bayes_test_accuracy": 0.7}, of_words, replace(Spec(), cell="bow"))
    assert "Logistic regression on words is better than naive Bayes" in told  # it is no network
    behind = rivals.honest(metrics | {"test_accuracy": 0.75}, facts)
    assert "Logistic regression on words is better, and the difference is significant (paired test" in behind
    both = presets(Spec())
    assert rivals.honest(metrics | {"test_accuracy": 0.75}, facts, both["report"]) == f"{behind} {hint()}"
    assert rivals.honest(metrics | {"test_accuracy": 0.75}, facts, both["works"]) == behind
    assert hint() not in rivals.honest(metrics, facts, both["report"])
    assert "paired" not in rivals.honest(metrics, {"rows": [1, 1, 500]})  # a run of an earlier version
