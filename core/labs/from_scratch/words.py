"""Summarise a result in one sentence, and name things for users."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.labs.from_scratch import messages
from core.labs.from_scratch.spec import FACE_TASKS, TASK_NAMES, Spec, presets
from core.learn.rivals import Beside, beside, by_name, hint, verdict
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

LITTLE = 0.25  # share of the difference on the test set; one on the training set that is smaller does not count
LESSONS = "Lessons"  # the view that compares networks with one seed each
SCHEDULES = {"fixed": "constant", "falling": "decay"}


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    return messages.run_label.format(task=TASK_NAMES[chosen.task], layers=chosen.layers, seed=chosen.seed)


def measure_of(metrics: Mapping[str, float]) -> str:
    """Return the main metric of a run, or of baselines alone: "rmse" or "accuracy"."""
    return "rmse" if any(name.endswith("test_rmse") for name in metrics) else "accuracy"


def glance(seeds: Seeds) -> str:
    """Compare the mean test result over seeds with the strongest baseline; a run that was stopped has none."""
    name, samples = measure_of(seeds[0][0]), seeds[0][1]["rows"][2]
    noun = messages.an_accuracy if name == "accuracy" else messages.an_rmse
    own, found = _said(_mean(seeds, f"test_{name}"), seeds), best(seeds)
    if found is None:
        return messages.on_test_samples.format(samples=samples, measure=noun, own=own)
    told = messages.beside_best.format(measure=noun, own=own, name=found.name, score=_said(found.score, seeds))
    scale, unit = (100, messages.points) if name == "accuracy" else (-1, seeds[0][1]["unit"])
    return f"{told} {verdict(messages.the_baseline, found, samples, messages.samples, scale, unit)}".strip()


def best(seeds: Seeds) -> Beside | None:
    """Return the baseline with the lowest RMSE or the highest accuracy beside all seeds; None if none was measured."""
    name = measure_of(seeds[0][0])
    known = messages.group("beside").items()
    names = {key: told for key, told in known if all(f"{key}_test_{name}" in one for one, _ in seeds)}
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
        return messages.underfits.format(own=_said(own, seeds))
    other = _mean(seeds, f"{_key(found)}_train_{name}")
    less = sign * (other - own) > LITTLE * abs(found.gain)
    told = messages.fits_less if less else messages.generalises_less
    return told.format(own=_said(own, seeds), other=_said(other, seeds))


def _key(found: Beside) -> str:
    return next(key for key, told in messages.group("beside").items() if told == found.name)


def differs(seeds: Seeds, chosen: Spec) -> str:
    """Return how the best baseline differs from the network; "" without any."""
    if (found := best(seeds)) is None:
        return ""
    key, facts = _key(found), seeds[0][1]
    known = by_name(facts)
    values = known[key]["parameters"] if key in known else 0
    bare = key.removeprefix("hog_")
    kind = bare if bare == key or chosen.features == "hog" else "hog"
    how = messages.group("differs")[kind].format(weights=facts["parameters"], values=values)
    return messages.how_it_differs.format(differs=how)


def honest(seeds: Seeds, chosen: Spec) -> str:
    """Compare the test result with the strongest baseline; where that is ahead, the fit, and say what to change.

    `seeds` are metrics and facts of networks with the same settings, the one shown first.
    """
    if best(seeds) is None:
        return messages.stopped_by_user.format(glance=glance(seeds))
    what = f" {hint()}" * bool(changes(seeds[0][0], chosen))
    person = messages.no_single_person * (chosen.task in FACE_TASKS)
    return f"{glance(seeds)}{fit(seeds)}{what}{person}"


def changes(metrics: Mapping[str, float], chosen: Spec) -> str:
    """Return what the settings that work change; nothing if they do not, or if no baseline is ahead of the network."""
    name, rivals = measure_of(metrics), _rivals(metrics).values()
    own = metrics.get(f"test_{name}")
    if own is None or not any(one != own and (one > own) == (name == "accuracy") for one in rivals):
        return ""
    works = presets(chosen)["works"]
    changed = fields.differences(chosen, works, [name for name, about in fields.of(Spec).items() if about.label])
    layers = messages.layers_change.format(own=chosen.layers, works=works.layers)
    changed += [layers] * (chosen.layers != works.layers)
    return ", ".join(changed)


def _said(value: float, seeds: Seeds) -> str:
    metrics, facts = seeds[0]
    return f"{value:.1%}" if measure_of(metrics) == "accuracy" else f"{value:.3g} {facts['unit']}".strip()


def _rivals(metrics: Mapping[str, float]) -> dict[str, float]:
    """Return the test metric of each baseline."""
    name = measure_of(metrics)
    return {key: metrics[f"{key}_test_{name}"] for key in messages.group("beside") if f"{key}_test_{name}" in metrics}
