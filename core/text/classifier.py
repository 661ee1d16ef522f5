"""What is kept of a trained reader, and what it says of texts: probabilities, and what each word did to them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.store import Store
from core.text import bag, data, forward, words
from core.text.words import Vocabulary

BATCH = 4096  # texts that are turned into numbers at a time


@dataclass(frozen=True)
class Classifier:
    """A network or a bag of words with its vocabulary; needs no TensorFlow."""

    cell: str
    classes: tuple[str, ...]
    vocabulary: Vocabulary
    length: int  # words that are read of a text; what follows is not looked at
    weights: Mapping[str, NDArray]

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Word numbers of each text; a text without a word is one unknown word."""
        return [self.vocabulary.encode(text, self.length) or [words.UNKNOWN] for text in texts]

    def of_numbers(self, encoded: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Probabilities `(texts, classes)` for word numbers."""
        if self.cell == "bow":
            return bag.probabilities(self.weights, encoded)
        return forward.probabilities(self.weights, self.cell, encoded)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities `(texts, classes)`."""
        chunks = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
        return np.concatenate([self.of_numbers(self.encode(chunk)) for chunk in chunks])

    def explain(self, text: str) -> dict[str, Any]:
        """Probabilities of a text and, for each word, what it did to that of the likeliest class, as plain values.

        Influence is by occlusion: the probability with all words minus the probability with this one left out.
        """
        spans = words.pieces(text, self.length + 1)
        cut, spans = len(spans) > self.length, spans[: self.length]
        numbers = [self.vocabulary.numbers.get(words.plain(text[a:b]), words.UNKNOWN) for a, b in spans]
        left_out = [numbers[:i] + numbers[i + 1 :] or [words.UNKNOWN] for i in range(len(numbers))]
        all_words, *others = self.of_numbers([numbers or [words.UNKNOWN], *left_out])
        best = int(all_words.argmax())
        found = [
            {"begin": a, "end": b, "known": number != words.UNKNOWN, "influence": float(all_words[best] - other[best])}
            for (a, b), number, other in zip(spans, numbers, others, strict=True)
        ]
        end = spans[-1][1] if cut else len(text)
        return {"text": text[:end], "cut": cut, "words": found, "probabilities": [float(p) for p in all_words]}


def packed(made: Classifier) -> bytes:
    """All of a classifier in NumPy's own form; tables of weights in half precision, which moves no answer.

    `Classifier.weights` are as trained here, not yet `prepared`.
    """
    arrays = {name: value.astype(np.float16 if value.ndim > 1 else np.float32) for name, value in made.weights.items()}
    lists = {"vocabulary": made.vocabulary.words, "classes": made.classes, "cell": (made.cell,)}
    texts = {f"_{name}": np.frombuffer("\n".join(list_).encode(), np.uint8) for name, list_ in lists.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays, **texts, _length=np.array(made.length))
    return buffer.getvalue()


@lru_cache(maxsize=8)
def unpacked(content: bytes) -> Classifier:
    """The classifier of packed bytes, ready to answer."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    lists = {name: tuple(arrays.pop(f"_{name}").tobytes().decode().split("\n")) for name in LISTS}
    length, (cell,) = int(arrays.pop("_length")), lists["cell"]
    weights = {name: value.astype(np.float32) for name, value in arrays.items()}
    ready = weights if cell == "bow" else forward.prepared(weights)
    return Classifier(cell, lists["classes"], Vocabulary(lists["vocabulary"]), length, ready)


LISTS = ("vocabulary", "classes", "cell")


def explain(source: bytes | tuple[str, str], texts: list[str]) -> list[dict[str, Any]]:
    """For `engine.call`: each text explained by packed bytes, or by the run `(store, key:digest)`."""
    reader = _reader(source)
    return [reader.explain(text) for text in texts]


def classify(source: bytes | tuple[str, str], texts: list[str]) -> NDArray[np.float32]:
    """For `engine.call`: probabilities `(texts, classes)`."""
    return _reader(source).probabilities(texts)


def classify_file(
    source: bytes | tuple[str, str], file: str | bytes, name: str, most_bytes: int, most: int
) -> tuple[list[str], NDArray[np.float32]]:
    """For `engine.call`: the lines of a file with something in them, and their probabilities `(lines, classes)`."""
    lines = data.lines(file, name, most_bytes, most)
    return lines, _reader(source).probabilities(lines)


def _reader(source: bytes | tuple[str, str]) -> Classifier:
    return unpacked(source) if isinstance(source, bytes) else _stored(*source)


@lru_cache(maxsize=8)
def _stored(url: str, key: str) -> Classifier:
    """The run of `key:digest of its weights`; with the digest a run that was trained again is never stale here."""
    store, (name, digest) = Store(url), key.split(":")
    run = store.find("emotion", name)
    if run is None or run.blobs["weights"] != digest:
        raise StoreError("This network is not stored any more; draw the page again.")
    return unpacked(store.weights(run))
