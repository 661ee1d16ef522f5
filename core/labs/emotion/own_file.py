"""Compare a classifier on its test set with the same classifier on a user's own labelled texts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import TextError
from core.files import kept
from core.labs.emotion import messages, words
from core.labs.emotion.network import classifier
from core.labs.emotion.network.classifier import Classifier
from core.labs.emotion.texts import data, labels, own_texts
from core.labs.emotion.texts.own_texts import Labelled
from core.learn.elsewhere.classified import Classified, Predictions
from core.learn.elsewhere.property import Property
from core.runs.store import Run, Store

Source = bytes | tuple[str, str]  # a classifier, as `network.classifier.of` takes it


def compare(source: Source, home: Predictions, unknown: float, content: str | bytes, name: str) -> Classified:
    """Evaluate a classifier on an uploaded file of labelled texts; called by the engine.

    `home` are its predictions on its test set, in which `unknown` is the share of words that it has never seen.
    """
    with kept.local(content, name) as path:
        return _compared(classifier.of(source), home, unknown, own_texts.read(path, name, {}))


def of_run(run: Run, store: Store, path: Path, name: str = "") -> Classified:
    """Evaluate a stored run on a file of labelled texts (CSV, or lines `text;label`)."""
    found = own_texts.of_bytes(data.content_of(str(path)), name or path.name, {})
    home = home_of(store.arrays(run))
    return _compared(classifier.unpacked(store.weights(run)), home, run.facts["unknown"], found)


def home_of(arrays: dict[str, np.ndarray]) -> Predictions:
    """Return the predictions of a run on its test set."""
    return Predictions(arrays["test_truth"].astype(int), arrays["test_probabilities"].astype(float))


def _compared(reader: Classifier, home: Predictions, unknown: float, found: Labelled) -> Classified:
    there, left_out = predictions(reader, found)
    lengths = [len(words.split(text)) for text in found.texts]
    shift = (
        Property(messages.words_never_seen, f"{unknown:.1%}", f"{_unknown(reader, found.texts):.1%}"),
        Property(messages.words_per_text, "", f"{np.median(lengths):.0f}"),
        Property(messages.texts_too_long, "", f"{np.mean(np.array(lengths) > reader.length):.1%}"),
    )
    return Classified(tuple(reader.classes), home, there, "texts", shift, (*found.told, *left_out))


def predictions(reader: Classifier, found: Labelled) -> tuple[Predictions, list[str]]:
    """Return the predictions for the texts whose label the classifier knows, and a sentence on the others.

    TextError if there are none. Texts of `found` with other labels are removed.
    """
    if not found.complete:
        raise TextError(data.open_question(found))
    classes = {labels.key(one): number for number, one in enumerate(reader.classes)}
    strange = sorted({label for label in found.labels if labels.key(label) not in classes})
    known = [row for row, label in enumerate(found.labels) if labels.key(label) in classes]
    if not known:
        which = messages.its_labels.format(labels=_some(strange)) if strange else ""
        names = ", ".join(reader.classes)
        raise TextError(messages.no_known_label.format(name=found.name, names=names, which=which))
    count = len(found.texts) - len(known)
    found.texts, found.labels = ([values[row] for row in known] for values in (found.texts, found.labels))
    truth = np.array([classes[labels.key(label)] for label in found.labels])
    left = messages.plural("labels_left_out", count).format(texts=count, labels=_some(strange))
    told = [left] if strange else []
    return Predictions(truth, reader.probabilities(found.texts).astype(float)), told


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + ", …" * (len(names) > 6)


def _unknown(reader: Classifier, texts: Sequence[str]) -> float:
    """Return the share of words that the vocabulary lacks, among those that are read."""
    numbers = np.concatenate([np.asarray(one) for one in reader.encode(texts)])
    return float(np.mean(numbers == words.UNKNOWN))
