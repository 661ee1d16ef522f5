"""Two sources of texts: the linear path on n-grams, the joined sets, the stored study, and a user's labelled file."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.labs.emotion import experiment, messages, own_file, study, words
from core.labs.emotion.network import classifier, ngrams
from core.labs.emotion.spec import BOTH, TWO_SOURCES, Spec
from core.labs.emotion.texts import data
from core.labs.emotion.view import figures
from core.learn.elsewhere.classified import Classified
from core.runs import runs
from core.runs.store import Store
from tests.core.labs.emotion import small

TEXTS = [["good", "day"], ["bad", "day"], ["goood"], ["baad"]] * 8
LABELS = np.array([0, 1, 0, 1] * 8)


def fitted() -> dict[str, np.ndarray]:
    return ngrams.fit(TEXTS, LABELS)


def test_the_linear_path_reads_words_that_it_never_saw() -> None:
    weights = fitted()
    assert weights["ngram_kernel"].dtype == np.int8
    found = ngrams.probabilities(weights, [["goods"], ["bads"], ["day"]])
    assert found.shape == (3, 2)
    assert found.sum(axis=1) == pytest.approx(1)
    assert found[0, 0] > 0.7
    assert found[1, 1] > found[2, 1] + 0.1


def test_a_text_without_words_has_the_probabilities_of_the_bias_and_changes_no_other_row() -> None:
    weights = fitted()
    alone = ngrams.probabilities(weights, [["good", "day"]])
    beside = ngrams.probabilities(weights, [[], ["good", "day"], []])
    assert beside[1] == pytest.approx(alone[0], abs=1e-6)
    powers = np.exp(weights["ngram_bias"] - weights["ngram_bias"].max())
    assert beside[0] == pytest.approx(powers / powers.sum(), abs=1e-6)
    assert beside[2] == pytest.approx(beside[0])


def test_features_are_those_of_scikit_learn_but_for_the_hash() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [["a", "cold", "day"], ["cold", "cold"], ["day", "a"]]
    model = TfidfVectorizer(
        analyzer=lambda words: (
            [" ".join(words[i : i + n]) for n in (1, 2) for i in range(len(words) - n + 1)]
            + ["#" + f"_{w}_"[i : i + n] for w in words for n in (2, 3, 4, 5) for i in range(len(w) + 3 - n)]
        ),
        sublinear_tf=True,
    )
    expected = np.sort(model.fit_transform(texts).toarray(), axis=1)[:, ::-1]
    rows = [ngrams._counts(words) for words in texts]
    seen = np.bincount([column for counts in rows for column in counts], minlength=ngrams.BUCKETS)
    found = ngrams._matrix(rows, np.log((1 + 3) / (1 + seen)) + 1).toarray()
    assert np.sort(found, axis=1)[:, ::-1][:, : expected.shape[1]] == pytest.approx(expected, abs=1e-5)


def test_sources_weigh_alike_however_many_texts_they_have() -> None:
    texts, labels = [["fine"]] * 90 + [["fine"], ["bad"]] * 5, np.array([0] * 90 + [1, 0] * 5)
    sources = np.array([0] * 90 + [1] * 10)
    alone, alike = (ngrams.probabilities(ngrams.fit(texts, labels, one), [["fine"]])[0, 1] for one in (None, sources))
    assert alone < 0.1
    assert alike > 0.25


def test_a_share_of_none_is_the_network_and_of_all_the_linear_path() -> None:
    network, linear = np.array([[0.9, 0.1]]), np.array([[0.2, 0.8]])
    assert ngrams.combined(network, linear, 0.0) == pytest.approx(network, abs=1e-6)
    assert ngrams.combined(network, linear, 1.0) == pytest.approx(linear, abs=1e-6)
    half = np.sqrt(network * linear)
    assert ngrams.combined(network, linear, 0.5) == pytest.approx(half / half.sum(), abs=1e-6)


def test_the_share_is_chosen_by_the_worse_source_however_few_texts_it_has() -> None:
    network = np.array([[0.9, 0.1]] * 8 + [[0.1, 0.9]] * 2)
    linear = np.array([[0.01, 0.99]] * 3 + [[0.6, 0.4]] * 7)
    labels = np.zeros(10, int)
    alone = ngrams.best_share(network, linear, labels, np.zeros(10))
    assert alone < 0.5  # 8 of 10 texts are right by the network, 7 by the linear path
    assert ngrams.best_share(network, linear, labels, np.array([0] * 8 + [1] * 2)) > 0.5


def test_a_gain_on_one_source_does_not_pay_for_a_loss_on_the_worse_one() -> None:
    right, wrong = [0.9, 0.1], [0.1, 0.9]
    network = np.array([right, right, wrong, wrong, right, right, wrong, wrong])
    linear = np.array([right, right, right, right, right, wrong, wrong, wrong])
    assert ngrams.best_share(network, linear, np.zeros(8, int), np.array([0] * 4 + [1] * 4)) == 0


@pytest.fixture
def two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Small stand-ins for both editions, with their fingerprints."""
    import hashlib

    moods = {"sadness": "gloomy", "joy": "glad", "love": "dear", "anger": "cross", "fear": "scared", "surprise": "odd"}
    for source, names, mark in (
        ("home", ("train.txt", "val.txt"), "FINGERPRINT"),
        ("reddit", ("train.txt", "dev.txt"), "REDDIT_FINGERPRINT"),
    ):
        folder = tmp_path / source
        folder.mkdir()
        for name, count in zip(names, (40, 8), strict=True):
            lines = [f"{source} {name[0]} {n} is {word};{mood}" for n in range(count) for mood, word in moods.items()]
            (folder / name).write_text("\n".join(lines) + "\n")
        content = b"".join((folder / name).read_bytes() for name in names)
        monkeypatch.setattr(data, mark, hashlib.sha256(content).hexdigest()[:16])
    monkeypatch.setenv("TAMRIN_EMOTION", str(tmp_path / "home"))
    monkeypatch.setenv("TAMRIN_EMOTION_REDDIT", str(tmp_path / "reddit"))
    yield
    data._known.cache_clear()


@pytest.mark.usefixtures("two_folders")
def test_both_sources_are_joined_and_each_keeps_its_own_test_set() -> None:
    both, home = data.both(), data.known()
    assert both.test is home.test
    assert all(text.startswith("reddit d") for text in both.reddit.texts)
    for part in (both.train, both.validation):
        assert {text.split()[0] for text in part.texts} == {"home", "reddit"}
        assert not set(part.texts) & {*both.test.texts, *both.reddit.texts}
    assert not set(both.train.texts) & set(both.validation.texts)
    origins = [text.startswith("reddit") for text in both.validation.texts]
    assert both.sources["validation"].tolist() == origins
    assert both.sources["train"].tolist() == [text.startswith("reddit") for text in both.train.texts]
    few = data.both(most=30, seed=1)
    assert len(few.train) + len(few.validation) == len(home.train) + len(home.validation) + 30


@pytest.mark.usefixtures("two_folders")
def test_a_network_with_a_linear_path_is_measured_on_both_sources() -> None:
    chosen = replace(TWO_SOURCES, cell="rnn", epochs=1, units=4, embedding=4, dense=4, vocabulary=60)
    outcome = experiment.train(chosen, lambda event: None, lambda: False)
    reader = classifier.unpacked(outcome.model)
    both = data.both()
    assert outcome.metrics["reddit_accuracy"] == pytest.approx(
        np.mean(reader.probabilities(both.reddit.texts).argmax(axis=1) == both.reddit.labels)
    )
    assert outcome.metrics["reddit_accuracy"] > 0.9  # one word tells the class: the linear path knows it
    assert outcome.facts["parameters"] > ngrams.BUCKETS * 6
    evaluated = experiment.evaluate(chosen, outcome.model)
    assert evaluated["reddit_accuracy"] == outcome.metrics["reddit_accuracy"]
    (influence,) = [w["influence"] for w in reader.explain("it is gloomy")["words"][2:]]
    assert influence > 0.05


def test_without_the_comments_a_sentence_tells_where_they_belong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAMRIN_EMOTION_REDDIT", str(tmp_path))
    with pytest.raises(data.TextError, match="TAMRIN_EMOTION_REDDIT"):
        data.reddit()
    monkeypatch.setenv("TAMRIN_EMOTION", str(tmp_path))
    assert data.absent(Spec(data=BOTH)) == data.absent(Spec()) == messages.texts_absent
    assert not data.absent(Spec(data="mine.csv"))


def compared(content: str) -> Classified:
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("emotion", runs.key("emotion", Spec()))
    home = own_file.home_of(store.arrays(run))
    return own_file.compare(store.weights(run), home, run.facts["unknown"], content.encode(), "mine.csv")


def test_a_user_s_labelled_file_is_compared_with_the_test_set() -> None:
    found = compared(small.lined([(f"i feel so {w} today {n}", label) for n in range(20) for w, label in MOODS]))
    assert len(found.there.truth) == 40
    assert found.there.right > 36
    assert found.home.right / len(found.home.truth) == pytest.approx(0.9285, abs=1e-3)
    words_, *_ = found.shift
    assert (words_.name, words_.there) == ("words never seen", "16.7%")  # the number, one of six words


def test_texts_with_unknown_labels_are_left_out_and_named() -> None:
    rows = [("i feel so sad today", "sadness"), ("i feel so happy today", "joy"), ("i feel nothing", "boredom")]
    found = compared(small.lined(rows))
    assert found.there.truth.tolist() == [0, 1]
    assert found.told[-1] == "1 text left out, whose label this model does not know: boredom."
    with pytest.raises(data.TextError, match="its labels are boredom, ennui"):
        compared(small.lined([("one", "boredom"), ("two", "ennui")]))


MOODS = (("sad", "sadness"), ("happy", "joy"))


def test_the_study_holds_all_included_models_and_the_figures_of_the_included_network() -> None:
    found = study.load()
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("emotion", runs.key("emotion", TWO_SOURCES))
    (row,) = [row for row in found.rows if row["trained on"] == "both" and row["name"] == "GRU and n-grams"]
    assert row["home accuracy"] == pytest.approx(run.metrics["test_accuracy"], abs=1e-4)
    assert row["Reddit accuracy"] == pytest.approx(run.metrics["reddit_accuracy"], abs=1e-4)
    assert row["home accuracy"] >= 0.915
    assert row["Reddit accuracy"] >= 0.82
    assert {row["trained on"] for row in found.rows if row["name"] == study.LINEAR} == {"home", "Reddit", "both"}
    assert [point["added"] for point in found.curve[::2]][:4] == [0, 100, 500, 2000]
    assert json.loads(study.STUDY.read_text()) == vars(found)


def test_the_lesson_names_the_best_at_home_and_the_one_that_travels_best() -> None:
    rows = [
        {"name": "A", "trained on": "home", "home accuracy": 0.93, "Reddit accuracy": 0.32},
        {"name": "B", "trained on": "home", "home accuracy": 0.89, "Reddit accuracy": 0.40},
        {"name": "C", "trained on": "both", "home accuracy": 0.92, "Reddit accuracy": 0.83},
    ]
    told = figures.lesson(rows)
    assert "the A classifies 93.0%" in told
    assert "B is best on Reddit" in told
    assert "C, trained on both sources" in told
    assert "best on Reddit" not in figures.lesson([rows[0], rows[2]])


def test_words_of_a_text_are_split_as_for_the_network() -> None:
    assert study._split(data.Part(("Didn't, do!",), np.zeros(1), np.zeros(1))) == [words.split("Didn't, do!")]
