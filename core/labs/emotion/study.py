"""Measure the classifiers on a second source of texts: `python -m core.labs.emotion.study` writes `STUDY`.

Every row has the accuracy on the test set of both sources. The learning curve adds random Reddit comments to the
training texts, three draws and seeds for each number.
"""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.labs.emotion import experiment, measures, words
from core.labs.emotion.network import classifier, ngrams
from core.labs.emotion.spec import BOTH, CELL_NAMES, Spec
from core.labs.emotion.texts import data
from core.labs.emotion.texts.data import Dataset, Part
from core.runs import runs
from core.runs.store import Store

STUDY = settings.PROJECT / "assets" / "studies" / "emotion_sources.json"
ADDED = (0, 100, 500, 2000, None)  # Reddit comments added to the training texts; None stands for all
SEEDS = 3
LINEAR = "logistic regression on n-grams"


Row = TypedDict(
    "Row",
    {
        "name": str,
        "trained on": str,
        "parameters": int,
        "home accuracy": float,
        "home macro_f1": float,
        "Reddit accuracy": float,
        "Reddit macro_f1": float,
    },
)


class Point(TypedDict):
    """A point of the learning curve: a model, the number of added texts, and accuracies over seeds by source."""

    model: str
    added: int
    home: list[float]
    Reddit: list[float]


@dataclass(frozen=True)
class Study:
    """Content of the stored study, as plain values."""

    rows: list[Row]
    curve: list[Point]
    shift: dict[str, dict[str, float]]  # source -> property -> value


@functools.cache
def load() -> Study:
    """Read the study that comes with the project."""
    return Study(**json.loads(STUDY.read_text(encoding="utf-8")))


def measure() -> Study:
    """Train and measure everything; this takes about half an hour on two cores."""
    return Study(_rows(), _curve(), _shift())


def _rows() -> list[Row]:
    both, store = data.both(), Store(str(settings.SHIPPED), shipped=None)
    rows = []
    for chosen in experiment.shipped():
        run = store.find("emotion", runs.key("emotion", chosen))
        if run is None:
            continue
        reader = classifier.unpacked(store.weights(run))
        name = f"{CELL_NAMES[chosen.cell]}{' and n-grams' * chosen.ngrams}"
        answers = [reader.probabilities(part.texts) for part in (both.test, _reddit(both))]
        rows.append(_row(name, "both" if chosen.data == BOTH else "home", run.facts["parameters"], both, answers))
    home, (reddit, _) = data.known().train, data.reddit()
    halves = {"home": (home, None), "Reddit": (reddit, None), "both": (both.train, both.sources["train"])}
    return rows + [_row(LINEAR, name, *_linear(train, sources, both)) for name, (train, sources) in halves.items()]


def _reddit(both: Dataset) -> Part:
    assert both.reddit is not None
    return both.reddit


def _row(name: str, trained_on: str, parameters: int, both: Dataset, answers: Sequence[NDArray]) -> Row:
    parts = zip((both.test, _reddit(both)), answers, strict=True)
    home, reddit = (measures.measure(part.labels, found) for part, found in parts)
    return {
        "name": name,
        "trained on": trained_on,
        "parameters": parameters,
        "home accuracy": round(home["accuracy"], 4),
        "home macro_f1": round(home["macro_f1"], 4),
        "Reddit accuracy": round(reddit["accuracy"], 4),
        "Reddit macro_f1": round(reddit["macro_f1"], 4),
    }


def _linear(train: Part, sources: NDArray | None, both: Dataset) -> tuple[int, Dataset, list[NDArray]]:
    weights = ngrams.fit(_split(train), train.labels, sources)
    answers = [ngrams.probabilities(weights, _split(part)) for part in (both.test, _reddit(both))]
    return weights["ngram_kernel"].size + weights["ngram_bias"].size, both, answers


def _split(part: Part) -> list[list[str]]:
    return [words.split(text, experiment.MOST_WORDS) for text in part.texts]


def _curve() -> list[Point]:
    found: list[Point] = []
    for added in ADDED:
        for name, fit in (("GRU", _network), (LINEAR, _linear_row)):
            rows = [fit(data.both(added, seed), seed) for seed in range(SEEDS)]
            both = data.both(added)
            count = len(both.train) + len(both.validation) - len(data.known().train) - len(data.known().validation)
            home, reddit = [row["home accuracy"] for row in rows], [row["Reddit accuracy"] for row in rows]
            found.append({"model": name, "added": count, "home": home, "Reddit": reddit})
            print(found[-1], flush=True)
    return found


def _network(both: Dataset, seed: int) -> Row:
    _, kept, facts = experiment.fitted(both, Spec(seed=seed), lambda event: None, lambda: False)
    reader = classifier.unpacked(kept)
    answers = [reader.probabilities(part.texts) for part in (both.test, _reddit(both))]
    return _row("GRU", "both", facts["parameters"], both, answers)


def _linear_row(both: Dataset, seed: int) -> Row:
    return _row(LINEAR, "both", *_linear(both.train, both.sources["train"], both))


def _shift() -> dict[str, dict[str, float]]:
    """Return unknown words, length and class shares of the test texts of both sources."""
    home, (_, reddit) = data.known(), data.reddit()
    known = words.build(home.train.texts, Spec.vocabulary, Spec.least).numbers
    return {
        name: {
            "unknown words": round(float(np.mean([w not in known for text in _split(part) for w in text])), 4),
            "words of a text (median)": float(np.median([len(text) for text in _split(part)])),
            **{one: round(float(np.mean(part.labels == n)), 4) for n, one in enumerate(home.classes)},
        }
        for name, part in (("home", home.test), ("Reddit", reddit))
    }


if __name__ == "__main__":
    STUDY.parent.mkdir(exist_ok=True)
    STUDY.write_text(json.dumps(vars(measure()), indent=1) + "\n", encoding="utf-8")
