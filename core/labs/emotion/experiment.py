"""The kind "emotion": training, evaluation, export, the time it takes, and the functions of the command line."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import JobError
from core.files import kept
from core.jobs.job import EVALUATING
from core.labs.emotion import measures, messages, own_file, rivals, words
from core.labs.emotion.card import card
from core.labs.emotion.network import bag, classifier, ngrams
from core.labs.emotion.network.classifier import Classifier
from core.labs.emotion.spec import BOTH, CELL_NAMES, CELLS, EMOTION, TWO_SOURCES, Spec, label_of, presets
from core.labs.emotion.texts import data, own_texts
from core.labs.emotion.texts.data import Dataset, Part
from core.learn import scripts
from core.learn.fit import Fit
from core.learn.rivals import Baselines
from core.plain import Object
from core.runs import pace, runs, spec
from core.runs.runs import Outcome
from core.runs.store import Run
from core.runs.stored import Facts, Stamp

__all__ = [
    "Spec",
    "card",
    "data_stamp",
    "evaluate",
    "evaluate_file",
    "label",
    "presets",
    "shipped",
    "train",
    "train_upload",
]

WEIGHTS = "weights.npz"  # file name of downloaded weights
PARTS = ("train", "validation", "test")
MOST_WORDS = words.MOST  # of a text, however long the longest one is
EXAMPLES = (
    "I feel so happy that I could sing all day long!",
    "I feel so alone since the house went quiet.",
    "I did not feel happy at all when she left.",
    "I feel furious that he cut in front of everyone again.",
    "I feel nervous about walking home in the dark.",
    "I was not expecting that; I still feel dazed and a little curious.",
    "I feel tender and caring whenever the baby holds my finger.",
)


def data_stamp(chosen: Spec) -> Stamp:
    """Return source, rows and fingerprint of the data of a spec."""
    return data.stamp(chosen)


def shipped_data(chosen: Spec) -> None:
    """Raise a TextError if the texts of a shipped network are not on this machine."""
    data.load(chosen)


def train(chosen: Spec, report: Callable, should_stop: Callable, content: bytes | None = None) -> Outcome:
    """Train in this process and evaluate the kept weights on all parts; `content` replaces the spec's file."""
    return train_on(data.load(chosen, content), chosen, report, should_stop)


def train_on(dataset: Dataset, chosen: Spec, report: Callable, should_stop: Callable) -> Outcome:
    """Train on texts that are already loaded."""
    fit, kept, facts = fitted(dataset, chosen, report, should_stop)
    reader = classifier.unpacked(kept)
    answers = {name: reader.probabilities(getattr(dataset, name).texts) for name in PARTS}
    encoded = {name: reader.encode(getattr(dataset, name).texts) for name in PARTS}
    beside = rivals.baselines(chosen, dataset, encoded, answers["test"].argmax(axis=1), should_stop)
    if chosen.cell != "bow" and should_stop():  # a baseline was left out: the best of the others is no reference
        fit.stopped = "by the person"
    return Outcome(
        fit=fit,
        history=fit.history,
        metrics=_metrics(dataset, answers) | on_reddit(dataset, reader) | beside.metrics,
        arrays=_arrays(dataset.test, answers["test"]),
        model=kept,
        facts={**facts, **_facts(chosen, dataset, reader, encoded), "rivals": beside.rivals},
    )


def fitted(dataset: Dataset, chosen: Spec, report: Callable, should_stop: Callable) -> tuple[Fit, bytes, Facts]:
    """Train a classifier; return its fit, the packed classifier, and facts about its parameters."""
    vocabulary = words.build(dataset.train.texts, chosen.vocabulary, chosen.least)
    longest = max(len(words.split(text, MOST_WORDS)) for text in dataset.train.texts)
    blank = Classifier(chosen.cell, dataset.classes, vocabulary, chosen.length or longest, {})
    encoded = {name: blank.encode(getattr(dataset, name).texts) for name in PARTS}
    learn = _bag if chosen.cell == "bow" else _network
    fit, weights, facts = learn(chosen, dataset, encoded, report, should_stop)
    if not fit.kept_epoch:
        raise JobError(messages.stopped_early)
    report(EVALUATING)
    if chosen.ngrams and chosen.cell != "bow":
        weights |= _linear_path(dataset, replace(blank, weights=weights))
        facts["parameters"] += weights["ngram_kernel"].size + weights["ngram_bias"].size
    return fit, classifier.packed(replace(blank, weights=weights)), facts


def _network(chosen: Spec, dataset: Dataset, encoded: dict, report: Callable, should_stop: Callable) -> tuple:
    from core.labs.emotion.network import network
    from core.learn import training

    classes, labels = len(dataset.classes), dataset.train.labels
    weight = network.class_weights(labels, classes) if chosen.weighted else None
    width = max(len(numbers) for part in PARTS for numbers in encoded[part])
    batch = min(chosen.batch_size, len(labels))
    model = network.build(chosen, classes, weight, chosen.epochs * -(-len(labels) // batch))
    by_length = np.argsort([len(numbers) for numbers in encoded["validation"]], kind="stable")
    fit = training.fit(
        model,
        (words.table(encoded["train"], width), labels),
        (words.table(encoded["validation"], width)[by_length], dataset.validation.labels[by_length]),
        epochs=chosen.epochs,
        batch_size=batch,
        seed=chosen.seed,
        patience=chosen.patience,
        order=network.whole_batches(len(labels), batch),
        report=report,
        should_stop=should_stop,
    )
    facts = {"parameters": model.count_params(), "layers": network.parameters(model)}
    return fit, network.weights(model), facts


def _linear_path(dataset: Dataset, network: Classifier) -> dict[str, NDArray]:
    """Fit the linear path on n-grams, and the share of it that is best on the validation set."""
    train, validation = dataset.train, dataset.validation
    split = [[words.split(text, network.length) for text in part.texts] for part in (train, validation)]
    network = classifier.unpacked(classifier.packed(network))  # as it is stored
    said = network.of_words(split[1])
    fitted_on = ngrams.fit(split[0], train.labels, dataset.sources.get("train"))
    return ngrams.with_share(fitted_on, said, split[1], validation.labels, dataset.sources.get("validation"))


def on_reddit(dataset: Dataset, reader: Classifier) -> dict[str, float]:
    """Return the metrics on the test set of the second source, none if there is one source."""
    if dataset.reddit is None:
        return {}
    found = measures.measure(dataset.reddit.labels, reader.probabilities(dataset.reddit.texts))
    return {f"reddit_{name}": value for name, value in found.items()}


def _bag(chosen: Spec, dataset: Dataset, encoded: dict, report: Callable, should_stop: Callable) -> tuple:
    started = time.perf_counter()
    train, validation = ((encoded[name], getattr(dataset, name).labels) for name in ("train", "validation"))
    weights, strength = bag.fit(train, validation, chosen.vocabulary, chosen.weighted)
    seconds = time.perf_counter() - started
    report({"epoch": 1, "epochs": 1, "logs": {}, "seconds": seconds})
    parameters = sum(value.size for value in weights.values())
    facts = {"parameters": parameters, "layers": [{"layer": "logistic regression", "parameters": parameters}]}
    return Fit(kept_epoch=1, seconds=seconds, first_epoch_seconds=seconds), weights, {**facts, "C": strength}


def _metrics(dataset: Dataset, answers: Mapping[str, NDArray]) -> dict[str, float]:
    """Return the metrics of each part, computed once over the whole."""
    found = {name: measures.measure(getattr(dataset, name).labels, answers[name]) for name in PARTS}
    return {f"{part}_{name}": value for part, figures in found.items() for name, value in figures.items()}


def _arrays(test: Part, answers: NDArray) -> dict[str, NDArray]:
    """Return truth, probabilities and line of each test text; the texts themselves are not kept."""
    return {
        "test_truth": test.labels.astype(np.int8),
        "test_probabilities": answers.astype(np.float16),
        "test_lines": test.lines,
    }


def _facts(chosen: Spec, dataset: Dataset, reader: Classifier, encoded: dict) -> Facts:
    seen = np.concatenate([np.asarray(numbers) for numbers in encoded["test"]])
    return {
        "classes": list(dataset.classes),
        "rows": [len(getattr(dataset, name)) for name in PARTS],
        "words": len(reader.vocabulary.words),
        "length": reader.length,
        "unknown": float(np.mean(seen == words.UNKNOWN)),
        "shares": (np.bincount(dataset.train.labels, minlength=len(dataset.classes)) / len(dataset.train)).tolist(),
        "notes": [*dataset.notes, *_cut_off(chosen, dataset)],
        "examples": [reader.explain(text) for text in EXAMPLES] if chosen.data in (EMOTION, BOTH) else [],
    }


def _cut_off(chosen: Spec, dataset: Dataset) -> list[str]:
    """Report how many texts are longer than the words that a spec reads; nothing if it reads the longest one."""
    if not chosen.length:
        return []
    over = sum(words.key(text)[1] > chosen.length for name in PARTS for text in getattr(dataset, name).texts)
    text = messages.plural("cut_off", over)
    return [text.format(count=over, most=chosen.length)] if over else []


def train_upload(payload: runs.OwnFile, report: Callable, should_stop: Callable) -> runs.Unstored:
    """Train on a user's file; nothing is stored. Called by the engine."""
    chosen = spec.from_dict(Spec, payload["spec"])
    content = kept.content(payload["content"], chosen.data)
    dataset = data.load(chosen, content, payload.get("answers"))
    outcome = train_on(dataset, chosen, report, should_stop)
    told = runs.unstored(chosen, outcome, payload["digest"])
    told["facts"]["test_texts"] = list(dataset.test.texts)
    return told


def rivals_again(run: Run, weights: bytes, arrays: dict[str, NDArray]) -> Baselines:
    """Fit the baselines beside a stored run again, without training. TextError if the texts are absent."""
    chosen = spec.from_dict(Spec, run.spec)
    dataset, reader = data.load(chosen), classifier.unpacked(weights)
    encoded = {name: reader.encode(getattr(dataset, name).texts) for name in PARTS}
    said = reader.probabilities(dataset.test.texts).argmax(axis=1)
    return rivals.baselines(chosen, dataset, encoded, said)


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to all parts again, beside the majority class. TextError if the texts are absent."""
    dataset, reader = data.load(chosen), classifier.unpacked(weights)
    naive = measures.naive(dataset.train.labels, dataset.test.labels, len(dataset.classes))
    found = _metrics(dataset, {name: reader.probabilities(getattr(dataset, name).texts) for name in PARTS})
    return found | on_reddit(dataset, reader) | {f"naive_test_{name}": value for name, value in naive.items()}


def evaluate_file(chosen: Spec, weights: bytes, path: str) -> Object:
    """Return accuracy, macro F1, confusion matrix and more on a file of labelled texts (CSV, or lines `text;label`)."""
    found = own_texts.of_bytes(data.content_of(path), Path(path).name, data.answers_of(chosen))
    reader = classifier.unpacked(weights)
    there, told = own_file.predictions(reader, found)
    figures = measures.evaluation(there.truth, there.probabilities, list(reader.classes))
    return {"rows": len(found.texts), **figures, "told": [*found.told, *told]}


def shipped() -> list[Spec]:
    """Return the specs of the page's default network and of the models it is compared with, one seed each."""
    return [*(Spec(cell=cell) for cell in CELLS), TWO_SOURCES]


def label(chosen: Spec) -> str:
    """Return the short name of a run in tables and legends."""
    return label_of(chosen)


def describe(run: Run) -> str:
    """Return the short name of a stored run."""
    return label_of(spec.from_dict(Spec, run.spec))


USUAL_ROWS = {EMOTION: 18_000, BOTH: 23_897}
BYTES = 100  # approximate size of a text with its label


def seconds(missing: list[Spec], size: int, known: list[Run], workers: int) -> float | None:
    """Return the seconds until all of `missing` are trained; None if no run was measured yet.

    `size` is that of the user's file in bytes.
    """
    stamped = [(vars(spec), {"rows": USUAL_ROWS.get(spec.data) or max(1, size // BYTES)}) for spec in missing]
    return pace.seconds(COST, stamped, known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch by texts and multiplications per step; small batches cost more per text."""
    if spec["cell"] == "bow":
        return data["rows"]
    products = 1 + (spec["units"] / 60) ** 2 + spec["units"] * spec["embedding"] / 3600
    return data["rows"] * (1 + 16 / spec["batch_size"]) * products


def _epochs(spec: pace.Values) -> int:
    """Return the number of epochs; a bag of words is fitted in one."""
    return 1 if spec["cell"] == "bow" else spec["epochs"]


COST = pace.Cost("emotion", _work, _epochs, family=lambda spec: spec["cell"], planned=_epochs)


def script(chosen: Spec) -> str:
    """Return the source of a script with the same network on the same split (not for the bag of words)."""
    layer = scripts.identifier(CELL_NAMES[chosen.cell].removeprefix("Bi"))
    return scripts.render("labs/emotion/templates/emotion.py.j2", chosen, layer=layer, known=chosen.data == EMOTION)
