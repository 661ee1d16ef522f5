"""A network on a user's own text, beside its validation poems."""

from dataclasses import replace

import pytest

from core import labs, settings
from core.errors import FileError, PoemsError, TamrinError
from core.labs.hafez import experiment, own_file
from core.labs.hafez.corpus import corpus, divan
from core.labs.hafez.corpus.corpus import Corpus
from core.labs.hafez.spec import Spec
from core.runs import runs
from core.runs.store import Run, Store
from tests.core.labs.hafez.test_own_text import PLAIN

STORE = Store(str(settings.SHIPPED), shipped=None)


@pytest.fixture(scope="module")
def run() -> Run:
    return STORE.find("poems", runs.key("poems", experiment.SMALL[-1]))


def judged(run: Run, text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode()
    return labs.own_upload("poems", run.key, STORE.url, content, "mine.txt")


def test_the_validation_poems_as_a_file_are_as_surprising_as_at_home(run: Run) -> None:
    text = "\n\n".join("\n".join(poem) for poem in divan.held_out().values())
    found = judged(run, text)
    network, counted = found.models
    assert found.score(network.home) == pytest.approx(run.metrics["held_out_bits"], rel=1e-4)
    assert found.score(counted.home) == pytest.approx(run.metrics["naive_bits"], rel=1e-4)
    for model in found.models:
        assert model.there.counts.sum() == pytest.approx(model.home.counts.sum(), rel=0.02)
        assert found.score(model.there) == pytest.approx(found.score(model.home), rel=0.02)
    words, lines, outside = found.shift
    assert outside.there == "0.0%"
    assert lines.home == lines.there
    assert float(words.there[:-1]) == pytest.approx(float(words.home[:-1]), abs=1)


def test_prose_surprises_more_and_its_new_words_are_counted(run: Run) -> None:
    found = judged(run, PLAIN.replace("است", "تلویزیون"))
    network = found.models[0]
    assert found.score(network.there) > found.score(network.home) + 0.5
    assert float(found.shift[0].there[:-1]) > 15  # at least every sixth word
    assert "surprisal" in found.sentence()


@pytest.fixture
def few_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the corpus for tests of the text alone: the poems at home take seconds."""

    def few(chosen: Spec) -> Corpus:
        found = corpus.of(chosen)
        return replace(found, train=found.train[:20], held_out=found.held_out[:2])

    monkeypatch.setattr(own_file, "_corpus", few)


@pytest.mark.usefixtures("few_at_home")
def test_a_network_that_has_read_more_than_its_baseline_says_so(run: Run) -> None:
    first = STORE.find("poems", runs.key("poems", experiment.shipped()[0]))
    text = "\n\n".join("\n".join(poem) for poem in list(divan.held_out().values())[:4])
    assert "has also read other poets, which the 5-gram model has not" in judged(first, text).told[-1]
    assert not any("other poets" in sentence for sentence in judged(run, text).told)


@pytest.mark.usefixtures("few_at_home")
def test_a_long_text_is_cut_and_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_file, "MOST", 1_000)
    found = judged(run, PLAIN)
    assert 0 < found.models[0].there.counts.sum() <= 1_000
    assert "pieces are read" in found.told[-1]
    assert own_file._first([("ab", "cd", "ef") * 200]) == [tuple(["ab", "cd", "ef"] * 200)[: 1_000 // 3]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty|too little text"),
        ("باران\n\nباران\n", "too little text"),
        ("The quick brown fox jumps over the lazy dog\n\n" * 200, "knows 0% of the characters"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "."),
        ("<html><body><p>x</p><p>y</p><div>z</div></body></html>" * 200, "."),
    ],
    ids=["empty", "short", "another alphabet", "picture", "web page"],
)
def test_texts_that_cannot_be_used_get_a_sentence(run: Run, content: str | bytes, sentence: str) -> None:
    with pytest.raises(TamrinError, match=sentence) as caught:
        judged(run, content)
    assert isinstance(caught.value, PoemsError | FileError)
