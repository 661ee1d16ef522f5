"""The kind "images": functions that the store, the command line and jobs call."""

from collections.abc import Callable

import numpy as np

from core.errors import PicturesError
from core.jobs.job import EVALUATING
from core.labs.images import baseline, lesson, messages
from core.labs.images.card import card
from core.labs.images.data import folders, sources
from core.labs.images.data.pictures import PARTS, Pictures, Split, few
from core.labs.images.presets import networks, presets, working
from core.labs.images.spec import Spec, label
from core.learn import classification
from core.learn.rivals import Baselines, Rival, measured as measured_rivals
from core.plain import Object
from core.runs import spec as specs
from core.runs.runs import Outcome
from core.runs.store import Run, Store
from core.runs.stored import Facts, Stamp

__all__ = [
    "Spec",
    "card",
    "data_stamp",
    "evaluate",
    "evaluate_folder",
    "label",
    "networks",
    "presets",
    "rivals_again",
    "shipped",
    "train",
]

BUILDS_ON_STORED = True  # a transfer starts from a stored run


def data_stamp(chosen: Spec) -> Stamp:
    """Return the source of the images, their number and their fingerprint."""
    return sources.stamp(chosen)


def shipped() -> list[Spec]:
    """Return the specs of both presets on the digits, and of the transfer's learning curve."""
    return [*networks(), *working(), *lesson.shipped()]


def train(chosen: Spec, report: Callable, should_stop: Callable, store: Store | None = None) -> Outcome:
    """Train in this process; metrics are computed once over each whole part, in inference mode."""
    from core.labs.images import models, transfer
    from core.learn import training

    pictures, split = sources.load(chosen), sources.parts(chosen)
    rows = learned_rows(chosen, pictures, split)
    model = models.network(chosen, len(pictures.classes))
    phases = transfer.train(
        model, chosen, _part(pictures, rows), _part(pictures, split.validation), store, report, should_stop
    )
    kept = model
    if chosen.half:
        kept = training.weights_of(model, half=True)
        training.load_weights(model, kept)  # what is measured is what is kept
    parts = {"train": rows, "validation": split.validation, "test": split.test}
    shares = {name: _shares(model, pictures.pixels[r], report) for name, r in parts.items()}
    truths = {name: pictures.labels[r] for name, r in parts.items()}
    figures = measured(shares, truths, len(pictures.classes))
    beside = _beside(pictures, split, rows, shares["test"].argmax(axis=1), should_stop)
    if should_stop():  # the best baselines were left out
        phases.fit.stopped = "by the person"
    return Outcome(
        fit=phases.fit,
        history=phases.fit.history,
        metrics=figures | beside.metrics,
        arrays={
            "test_shares": shares["test"].astype(np.float32),
            "test_truth": truths["test"],
            "test_rows": split.test,
        },
        model=kept,
        facts=_facts(pictures, split, rows, model)
        | {"border": phases.border, "base": phases.base, "rivals": beside.rivals}
        | beside.facts,
    )


def rivals_of(values: specs.Values) -> list[Rival]:
    """Fit the baselines on the images of a spec, given by its values, without a network; called by the engine."""
    beside = _baselines(specs.from_dict(Spec, values))
    return measured_rivals(baseline.NAMES, beside.metrics, {"rivals": beside.rivals})


def rivals_again(run: Run, weights: bytes, arrays: dict[str, np.ndarray]) -> Baselines:
    """Fit the baselines beside a stored run again, without training."""
    return _baselines(specs.from_dict(Spec, run.spec), arrays["test_shares"].argmax(axis=1))


def _baselines(chosen: Spec, said: np.ndarray | None = None) -> Baselines:
    """Fit the baselines on the images of a spec; `said` are the classes that a network names on the test set."""
    pictures, split = sources.load(chosen), sources.parts(chosen)
    rows = learned_rows(chosen, pictures, split)
    return _beside(pictures, split, rows, pictures.labels[split.test] if said is None else said)


def _beside(pictures: Pictures, split: Split, rows: np.ndarray, said: np.ndarray, *stopped: Callable) -> Baselines:
    train_, validation, test = (_part(pictures, r) for r in (rows, split.validation, split.test))
    return baseline.baselines(train_, validation, test, len(pictures.classes), said, *stopped)


def split_of(chosen: Spec) -> Spec:
    """Return a spec with the same images and split, and defaults elsewhere: it has the same baselines."""
    same = ("data", "classes", "side", "per_class", "validation", "test")
    return Spec(**{name: getattr(chosen, name) for name in same}, seed=chosen.seed if chosen.per_class else 0)


def _shares(model, pixels: np.ndarray, report: Callable) -> np.ndarray:
    """Predict class probabilities `(images, classes)`; report every hundred large images, which take seconds."""
    from core.learn import training

    found = []
    for start in range(0, len(pixels), 100):
        report(EVALUATING)
        found.append(training.predict(model, pixels[start : start + 100]))
    return classification.softmax(np.concatenate(found))


def learned_rows(chosen: Spec, pictures: Pictures, split: Split) -> np.ndarray:
    """Return the rows of the training set that a spec trains on."""
    rng = np.random.default_rng([chosen.seed, 7])
    return split.train[few(pictures.labels[split.train], chosen.per_class, rng)]


def _part(pictures: Pictures, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return pictures.pixels[rows], pictures.labels[rows]


def _facts(pictures: Pictures, split: Split, rows: np.ndarray, model) -> Facts:
    from core.labs.images import models

    return {
        "parameters": model.count_params(),
        "layers": models.parameters(model),
        "classes": list(pictures.classes),
        "rows": [len(rows), len(split.validation), len(split.test)],
        "twins": twins_found(pictures, split),
        "notes": list(pictures.notes),
    }


def twins_found(pictures: Pictures, split: Split) -> dict[str, int]:
    """Count pairs of near-duplicates, those with two labels, and those that the split separates."""
    part = np.zeros(len(pictures.labels), int)
    for number, name in enumerate(PARTS):
        part[getattr(split, name)] = number
    one, other = split.pairs[:, 0], split.pairs[:, 1]
    return {
        "pairs": len(split.pairs),
        "two labels": int((pictures.labels[one] != pictures.labels[other]).sum()),
        "parted": int((part[one] != part[other]).sum()),
    }


def measured(shares: dict[str, np.ndarray], truths: dict[str, np.ndarray], classes: int) -> dict[str, float]:
    """Return loss, accuracy and macro F1 of each part."""
    out: dict[str, float] = {}
    for name, share in shares.items():
        table = classification.confusion(truths[name], share.argmax(axis=1), classes)
        out[f"{name}_loss"] = classification.cross_entropy(share, truths[name])
        out |= {f"{name}_accuracy": classification.accuracy(table), f"{name}_macro_f1": classification.macro_f1(table)}
    return out


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to all parts again, in this process."""
    from core.labs.images import models
    from core.learn import training

    pictures, split = sources.load(chosen), sources.parts(chosen)
    model = models.load(chosen, len(pictures.classes), weights)
    rows = {"train": learned_rows(chosen, pictures, split), "validation": split.validation, "test": split.test}
    shares = {name: classification.softmax(training.predict(model, pictures.pixels[r])) for name, r in rows.items()}
    return measured(shares, {name: pictures.labels[r] for name, r in rows.items()}, len(pictures.classes))


def evaluate_folder(run: Run, weights: bytes, place: str) -> Object:
    """Apply a stored network to the images of another folder or zip, whose class folders are named as its classes.

    Returns:
        `accuracy`, `macro_f1`, `images`, `classes`, `confusion` (truth in rows), `per_class`, `left_out`.
    """
    from core.labs.images import models
    from core.learn import training

    chosen, classes = specs.from_dict(Spec, run.spec), run.facts["classes"]
    found = folders.read(place, chosen.side, least_classes=1)
    if unknown := [name for name in found.classes if name not in classes]:
        raise PicturesError(messages.unknown_folder.format(classes=", ".join(classes), folder=unknown[0]))
    truth = np.array([classes.index(name) for name in found.classes])[found.labels]
    shares = training.predict(models.load(chosen, len(classes), weights), found.pixels)
    table = classification.confusion(truth, shares.argmax(axis=1), len(classes))
    each = classification.per_class(table)
    return {
        "accuracy": classification.accuracy(table),
        "macro_f1": classification.macro_f1(table),
        "pictures": len(truth),
        "classes": classes,
        "confusion": table.tolist(),
        "per_class": {name: {key: float(each[key][i]) for key in each} for i, name in enumerate(classes)},
        "left_out": list(found.faults),
    }
