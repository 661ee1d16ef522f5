"""A trained text classifier as it is stored: probabilities of texts, and the influence of each word on them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.labs.emotion import messages, words
from core.labs.emotion.network import bag, forward, ngrams
from core.labs.emotion.texts import data
from core.labs.emotion.words import Vocabulary
from core.runs.store import Store, packed as stored_arrays

BATCH = 4096  # texts that are encoded at a time


class Word(TypedDict):
    """A word of a text: its place, and its influence on the probability of the predicted class."""

    begin: int
    end: int
    known: bool  # in the vocabulary
    influence: float


class Explained(TypedDict):
    """A text as it was read, whether its end was left out, its words, and the probability of each class."""

    text: str
    cut: bool
    words: list[Word]
    probabilities: list[float]


@dataclass(frozen=True)
class Classifier:
    """A network or a bag of words with its vocabulary; does not need TensorFlow."""

    cell: str
    classes: tuple[str, ...]
    vocabulary: Vocabulary
    length: int  # words read per text; further words are ignored
    weights: Mapping[str, NDArray]

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word numbers of each text; a text without words becomes one unknown word."""
        return [self.vocabulary.encode(text, self.length) or [words.UNKNOWN] for text in texts]

    def of_numbers(self, encoded: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Return probabilities `(texts, classes)` for word numbers."""
        if self.cell == "bow":
            return bag.probabilities(self.weights, encoded)
        return forward.probabilities(self.weights, self.cell, encoded)

    def of_words(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Return probabilities `(texts, classes)` for the normalised words of each text."""
        numbers = self.vocabulary.numbers
        encoded = [[numbers.get(word, words.UNKNOWN) for word in text] or [words.UNKNOWN] for text in texts]
        found = self.of_numbers(encoded)
        if "ngram_share" not in self.weights:
            return found
        return ngrams.combined(found, ngrams.probabilities(self.weights, texts), float(self.weights["ngram_share"][0]))

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return probabilities `(texts, classes)`."""
        chunks = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
        return np.concatenate([self.of_words([words.split(one, self.length) for one in chunk]) for chunk in chunks])

    def explain(self, text: str) -> Explained:
        """Return the probabilities of a text and each word's influence on the predicted class, as plain values.

        Influence is measured by occlusion: the probability with all words minus the probability without this one.
        """
        spans = words.pieces(text, self.length + 1)
        cut, spans = len(spans) > self.length, spans[: self.length]
        split = [words.plain(text[a:b]) for a, b in spans]
        all_words, *others = self.of_words([split, *(split[:i] + split[i + 1 :] for i in range(len(split)))])
        best = int(all_words.argmax())
        found = [
            Word(begin=a, end=b, known=word in self.vocabulary.numbers, influence=float(all_words[best] - p[best]))
            for (a, b), word, p in zip(spans, split, others, strict=True)
        ]
        end = spans[-1][1] if cut else len(text)
        return {"text": text[:end], "cut": cut, "words": found, "probabilities": [float(p) for p in all_words]}


def packed(made: Classifier) -> bytes:
    """Serialise a classifier in NumPy's format; float32 matrices in half precision, which changes no prediction.

    `Classifier.weights` must be as trained, not yet `prepared`.
    """
    arrays = {
        name: value.astype(np.float16) if value.ndim > 1 and value.dtype == np.float32 else value
        for name, value in made.weights.items()
    }
    lists = {"vocabulary": made.vocabulary.words, "classes": made.classes, "cell": (made.cell,)}
    texts = {f"_{name}": np.frombuffer("\n".join(list_).encode(), np.uint8) for name, list_ in lists.items()}
    return stored_arrays({**arrays, **texts, "_length": np.array(made.length)})


@lru_cache(maxsize=8)
def unpacked(content: bytes) -> Classifier:
    """Restore a classifier from packed bytes, ready to predict."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    lists = {name: tuple(arrays.pop(f"_{name}").tobytes().decode().split("\n")) for name in LISTS}
    length, (cell,) = int(arrays.pop("_length")), lists["cell"]
    weights = {name: value.astype(np.float32) for name, value in arrays.items()}
    ready = weights if cell == "bow" else forward.prepared(weights)
    return Classifier(cell, lists["classes"], Vocabulary(lists["vocabulary"]), length, ready)


LISTS = ("vocabulary", "classes", "cell")


def explain(source: bytes | tuple[str, str], texts: list[str]) -> list[Explained]:
    """Explain texts by a classifier, given as packed bytes or as a run `(store, key:digest)`; called by the engine."""
    reader = of(source)
    return [reader.explain(text) for text in texts]


def classify(source: bytes | tuple[str, str], texts: list[str]) -> NDArray[np.float32]:
    """Return probabilities `(texts, classes)`; called by the engine."""
    return of(source).probabilities(texts)


def classify_file(
    source: bytes | tuple[str, str], file: str | bytes, name: str, most_bytes: int, most: int
) -> tuple[list[str], NDArray[np.float32]]:
    """Return the non-empty lines of a file and their probabilities `(lines, classes)`; called by the engine."""
    lines = data.lines(file, name, most_bytes, most)
    return lines, of(source).probabilities(lines)


def of(source: bytes | tuple[str, str]) -> Classifier:
    """Return the classifier of packed bytes, or of a stored run `(store, key:digest)`."""
    return unpacked(source) if isinstance(source, bytes) else _stored(*source)


@lru_cache(maxsize=8)
def _stored(url: str, key: str) -> Classifier:
    """Load the run of `key:digest of its weights`; the digest keeps the cache correct after a run is trained again."""
    store, (name, digest) = Store(url), key.split(":")
    run = store.find("emotion", name)
    if run is None or run.blobs["weights"] != digest:
        raise StoreError(messages.no_longer_saved)
    return unpacked(store.weights(run))
