"""The rivals of an emotion classifier: the majority class, and two models that ignore the order of words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.emotion import measures, messages
from core.labs.emotion.network import bag
from core.labs.emotion.spec import LINEAR, Spec, presets
from core.labs.emotion.texts.data import Dataset
from core.learn import paired
from core.learn.rivals import Baselines, Rival, RivalFacts, beside, hint, measured, verdict
from core.runs.store import Run

# Name in metrics and facts -> name for users, the simplest first.
NAMES = {"naive": "majority class", "bayes": "naive Bayes on words", "words": LINEAR}

Encoded = Mapping[str, Sequence[Sequence[int]]]  # part -> word numbers of each text


def baselines(
    chosen: Spec, dataset: Dataset, encoded: Encoded, said: NDArray, stopped: Callable[[], bool] = lambda: False
) -> Baselines:
    """Fit all baselines on the classifier's vocabulary and measure them on the test set.

    `said` are the classes that the classifier gives there, `(texts,)`: each baseline is compared with them text by
    text. Logistic regression takes seconds: it is left out if `stopped`, and if it is itself the classifier.
    """
    labels, truth = dataset.train.labels, dataset.test.labels
    shares = np.bincount(labels, minlength=len(dataset.classes)) / len(labels)
    answers = {"naive": (np.tile(shares, (len(truth), 1)), 0), "bayes": _bayes(chosen, dataset, encoded)}
    if chosen.cell != "bow" and not stopped():
        train, validation = ((encoded[name], getattr(dataset, name).labels) for name in ("train", "validation"))
        weights, _ = bag.fit(train, validation, chosen.vocabulary, chosen.weighted)
        count = sum(value.size for value in weights.values())
        answers["words"] = (bag.probabilities(weights, encoded["test"]), count)
    figures: dict[str, float] = {}
    rivals: list[RivalFacts] = []
    for name, (probabilities, parameters) in answers.items():
        figures |= {f"{name}_test_{what}": value for what, value in measures.measure(truth, probabilities).items()}
        p = paired.p_value(said != truth, probabilities.argmax(axis=1) != truth, lags=0)
        rivals.append({"name": name, "parameters": parameters, "p": p})
    return Baselines(figures, rivals)


def _bayes(chosen: Spec, dataset: Dataset, encoded: Encoded) -> tuple[NDArray, int]:
    """Return the probabilities of multinomial naive Bayes on the presence of words, and its number of parameters."""
    from sklearn.naive_bayes import MultinomialNB

    inputs = [bag.matrix(encoded[name], chosen.vocabulary) for name in ("train", "test")]
    model = MultinomialNB().fit(inputs[0], dataset.train.labels)
    found = np.zeros((len(dataset.test.labels), len(dataset.classes)))
    found[:, model.classes_] = model.predict_proba(inputs[1])
    return found, model.feature_log_prob_.size + len(model.classes_)


def rivals(run: Run) -> list[Rival]:
    """Return the baselines of a run, the simplest first."""
    return measured(NAMES, run.metrics, run.facts)


def honest(metrics: Mapping[str, float], facts: Mapping[str, Any], chosen: Spec | None = None) -> str:
    """State the test accuracy beside those of the rivals, and whether the strongest differs by more than chance.

    Where the settings `chosen` are behind it, say what to change.
    """
    own = metrics["test_accuracy"]
    found = {name: metrics[f"{name}_test_accuracy"] for name in reversed(NAMES) if f"{name}_test_accuracy" in metrics}
    told = ", ".join(f"{NAMES[name]} {accuracy:.1%}" for name, accuracy in found.items())
    said = messages.test_accuracy_beside.format(accuracy=own, others=told)
    if "reddit_accuracy" in metrics:
        said += messages.on_reddit.format(accuracy=metrics["reddit_accuracy"])
    best = beside(NAMES, [(metrics, facts)])
    model = NAMES["words"] if chosen is not None and chosen.cell == "bow" else ""
    told = f"{said} {verdict(best.name, best, facts['rows'][2], 'texts', model=model)}".strip()
    behind = best.gain < 0 and chosen is not None and chosen != presets(chosen)["works"]
    return told + f" {hint()}" * behind
