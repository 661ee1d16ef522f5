"""Summarise a result in one sentence, and name things for users."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.labs.from_scratch.spec import FACE_TASKS, TASK_NAMES, Spec, presets
from core.learn.rivals import TRY, Beside, beside, by_name, verdict
from core.runs import fields

Seeds = Sequence[tuple[Mapping[str, float], Mapping[str, Any]]]  # metrics and facts of networks that differ in the seed

ACTIVATION_NAMES = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "elu": "ELU",
    "softplus": "softplus",
    "linear": "linear",
}

# Baseline -> how a sentence names it.
BESIDE = {
    "hog_svm": "a support vector machine on HOG (edge directions)",
    "hog_linear": "a linear model on HOG",
    "svm": "a support vector machine",
    "neighbours": "a nearest-neighbours model",
    "sklearn": "scikit-learn's MLP with the same hidden layers",
    "linear": "a linear model",
}
# How a baseline differs from the network.
DIFFERS = {
    "hog_svm": "it reads edge directions, which the network has to learn",
    "hog_linear": "it reads edge directions, which the network has to learn",
    "svm": "it learns no features, only weights of training samples (RBF kernel)",
    "neighbours": "it estimates no weights (the network {weights:,}): the closest training samples decide",
    "sklearn": "it has as many neurons, so a difference is not due to the size of the network",
    "linear": "it estimates {values:,} weights, the network {weights:,}",
}
LITTLE = 0.25  # share of the difference on the test set; one on the training set that is smaller does not count
LESSONS = "Lessons"  # the view that compares networks with one seed each
ONE_SEED = "Each curve is one run with one random seed: large differences count, the third digit of a metric does not."
SCHEDULES = {"fixed": "constant", "falling": "decay"}
WHY_NO_SINGLE_FACE = (
    "This page trains and evaluates on data sets only; it offers no judgement of a single photograph. An error of "
    "15 years, or one wrong prediction in four or five, describes 2,000 faces together and says nothing about one "
    "person. The labels are estimates: ages come from an algorithm and were checked by eye, gender and ethnicity were "
    "assigned by annotators from the image, not by the people themselves. Your file is read into memory for this "
    "training and not kept, and neither are weights that were trained on it."
)


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    return f"{TASK_NAMES[chosen.task]} · {chosen.layers} · random seed {chosen.seed}"


def measure_of(metrics: Mapping[str, float]) -> str:
    """Return the main metric of a run, or of baselines alone: "rmse" or "accuracy"."""
    return "rmse" if any(name.endswith("test_rmse") for name in metrics) else "accuracy"


def glance(seeds: Seeds) -> str:
    """Compare the mean test result over seeds with the strongest baseline; a run that was stopped has none."""
    name, samples = measure_of(seeds[0][0]), seeds[0][1]["rows"][2]
    own, noun = _mean(seeds, f"test_{name}"), "an accuracy" if name == "accuracy" else "an RMSE"
    found = best(seeds)
    if found is None:
        return f"On {samples:,} test samples the network has {noun} of {_said(own, seeds)}."
    told = f"The network has {noun} of {_said(own, seeds)} on the test set, "
    told += f"the best baseline, {found.name}, {_said(found.score, seeds)}."
    scale, unit = (100, "points") if name == "accuracy" else (-1, seeds[0][1]["unit"])
    return f"{told} {verdict('the baseline', found, samples, 'samples', scale, unit)}".strip()


def best(seeds: Seeds) -> Beside | None:
    """Return the baseline with the lowest RMSE or the highest accuracy beside all seeds; None if none was measured."""
    name = measure_of(seeds[0][0])
    names = {key: told for key, told in BESIDE.items() if all(f"{key}_test_{name}" in one for one, _ in seeds)}
    return beside(names, seeds, name) if names else None


def p_value(name: str, seeds: Seeds) -> float | None:
    """Return the largest p-value of a baseline over seeds; None if it was not tested."""
    told = [known[name] for known in (by_name(facts) for _, facts in seeds) if name in known]
    tests = [one["p"] for one in told if "p" in one]
    return max(tests) if tests and len(tests) == len(told) else None


def _mean(seeds: Seeds, metric: str) -> float:
    return float(np.mean([metrics[metric] for metrics, _ in seeds]))


def fit(seeds: Seeds) -> str:
    """Say how network and best baseline fit the training set, if that baseline is significantly ahead; else ""."""
    name, found = measure_of(seeds[0][0]), best(seeds)
    if found is None or not found.significant or found.gain > 0 or f"train_{name}" not in seeds[0][0]:
        return ""
    own, sign = _mean(seeds, f"train_{name}"), 1 if name == "accuracy" else -1
    if sign * own < sign * found.score:
        return (
            f" On its training set it has {_said(own, seeds)}, worse than the baseline on the test set: it underfits."
        )
    other = _mean(seeds, f"{_key(found)}_train_{name}")
    less = sign * (other - own) > LITTLE * abs(found.gain)
    worse = "fits that less well, too" if less else "does not underfit, but generalises less well"
    return f" On its training set it has {_said(own, seeds)}, the baseline {_said(other, seeds)}: the network {worse}."


def _key(found: Beside) -> str:
    return next(key for key, told in BESIDE.items() if told == found.name)


def differs(seeds: Seeds, chosen: Spec) -> str:
    """Return how the best baseline differs from the network; "" without any."""
    if (found := best(seeds)) is None:
        return ""
    key, facts = _key(found), seeds[0][1]
    known = by_name(facts)
    values = known[key]["parameters"] if key in known else 0
    kind = key.removeprefix("hog_") if chosen.features == "hog" else key
    return f"How the best baseline differs: {DIFFERS[kind].format(weights=facts['parameters'], values=values)}."


def honest(seeds: Seeds, chosen: Spec) -> str:
    """Compare the test result with the strongest baseline; where that is ahead, the fit, and say what to change.

    `seeds` are metrics and facts of networks with the same settings, the one shown first.
    """
    if best(seeds) is None:
        return f"Stopped by the user, so no baselines were fitted. {glance(seeds)}"
    what = f" {TRY}" * bool(advice(seeds[0][0], chosen))
    person = " It allows no statement about a single person." * (chosen.task in FACE_TASKS)
    return f"{glance(seeds)}{fit(seeds)}{what}{person}"


def advice(metrics: Mapping[str, float], chosen: Spec) -> str:
    """Return what the settings that work change; nothing if they do not, or if no baseline is ahead of the network."""
    name, rivals = measure_of(metrics), _rivals(metrics).values()
    own = metrics.get(f"test_{name}")
    if own is None or not any(one != own and (one > own) == (name == "accuracy") for one in rivals):
        return ""
    works = presets(chosen)["works"]
    changed = fields.differences(chosen, works, [name for name, about in fields.of(Spec).items() if about.label])
    changed += [f"layers {chosen.layers} → {works.layers}"] * (chosen.layers != works.layers)
    return f"*Settings that work* change: {', '.join(changed)}." if changed else ""


def _said(value: float, seeds: Seeds) -> str:
    metrics, facts = seeds[0]
    return f"{value:.1%}" if measure_of(metrics) == "accuracy" else f"{value:.3g} {facts['unit']}".strip()


def _rivals(metrics: Mapping[str, float]) -> dict[str, float]:
    """Return the test metric of each baseline."""
    name = measure_of(metrics)
    return {key: metrics[f"{key}_test_{name}"] for key in BESIDE if f"{key}_test_{name}" in metrics}
