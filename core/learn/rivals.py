"""Describe the rivals of a network, simple methods measured on the same split, and compare the two.

A lab lists its rivals in a function that `core.labs.RIVALS` names; table, chart, sentence and command line read what it
returns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.learn import errors as metrics
from core.learn import paired

TRY = "Try the preset “Settings that work”; the ablation study shows what each of its changes is worth."
NETWORK = "network"  # beside the names of rivals
LEVEL = 0.05  # p-value below which a difference is called significant


@dataclass(frozen=True, eq=False)
class Rival:
    """A simple method, fitted on the training set of the networks if it has parameters."""

    name: str
    inputs: str  # what it reads, in plain words
    parameters: int  # fitted values; 0 for a rule that needs none
    metrics: dict[str, float]  # by the names that the networks' metrics have
    forecasts: dict[str, NDArray[np.float64]]  # set -> predictions (samples,)
    reads_more: bool = False  # whether it reads inputs that the networks do not read

    def described(self) -> dict[str, Any]:
        """Return the description and the metrics as plain values."""
        return {name: getattr(self, name) for name in ("name", "inputs", "parameters", "metrics")}


@dataclass(frozen=True)
class Baselines:
    """Rivals measured by a training: metrics as `NAME_PART_METRIC`; `rivals` lists name, parameters and `p`.

    `p` is the p-value of the paired test against the network on the test set.
    """

    metrics: dict[str, float]
    rivals: list[dict[str, Any]]
    facts: dict[str, Any] = field(default_factory=dict)  # others of the run that belong to them, such as fitted values


def measured(names: Mapping[str, str], metrics: Mapping[str, float], facts: Mapping[str, Any]) -> list[Rival]:
    """Return the rivals that a training has measured; `names` maps names in the metrics to names for users.

    A rival whose features were chosen on the validation set is named after them.
    """
    parameters = {one["name"]: one["parameters"] for one in facts.get("rivals", ())}
    names = {key: _called(name, [one for one in facts.get("rivals", ()) if one["name"] == key])
             for key, name in names.items()}  # fmt: skip
    found = {
        key: {k.removeprefix(f"{key}_"): v for k, v in metrics.items() if k.startswith(f"{key}_")} for key in names
    }
    return [
        Rival(names[key], "nothing" if key == "naive" else "the networks' inputs", parameters.get(key, 0), figures, {})
        for key, figures in found.items()
        if figures
    ]


def _called(name: str, facts: Sequence[Mapping[str, Any]]) -> str:
    """Return the name of a rival with the features that were chosen for it, if they are the same in all `facts`."""
    features = {one.get("features") for one in facts}
    return f"{name} on {features.pop()}" if len(features) == 1 and None not in features else name


@dataclass(frozen=True)
class Beside:
    """The strongest rival of a classifier on the test set, and how the two compare over random seeds."""

    name: str
    scores: Sequence[float]  # accuracy of the rival, for each seed
    gains: Sequence[float]  # accuracy of the network minus that of the rival, for each seed
    p: float | None  # of the paired test over the samples; None for runs that were stored without it
    averaged: bool = False  # whether the test compares the errors averaged over seeds; else it is that of one seed

    @property
    def score(self) -> float:
        """Return the rival's accuracy, the mean over seeds."""
        return float(np.mean(self.scores))

    @property
    def gain(self) -> float:
        """Return the mean gain of the network; below 0 the rival is better."""
        return float(np.mean(self.gains))

    @property
    def significant(self) -> bool:
        """Return whether neither the choice of samples nor that of seeds is a likely explanation of the difference."""
        mean, spread = metrics.spread(list(self.gains))
        return self.p is not None and Difference(mean, self.p, 0, len(self.gains), spread).significant


def beside(names: Mapping[str, str], told: Sequence[tuple[Mapping[str, float], Mapping[str, Any]]]) -> Beside:
    """Return the rival with the highest mean test accuracy beside networks that differ in their seed.

    `told` are metrics and facts of each network; a rival counts if it was measured beside all of them. To choose it on
    the test set flatters the rival, not the network. Without the facts `missed` the least certain seed decides.
    """
    found = {key: [metrics.get(f"{key}_test_accuracy") for metrics, _ in told] for key in names}
    found = {key: scores for key, scores in found.items() if None not in scores}
    best = max(found, key=lambda key: sum(found[key]))
    gains = [metrics["test_accuracy"] - score for (metrics, _), score in zip(told, found[best], strict=True)]
    facts = [one for _, facts in told for one in facts.get("rivals", ()) if one["name"] == best]
    p = max((one["p"] for one in facts if "p" in one), default=None)
    if averaged := all(best in facts.get("missed", ()) for _, facts in told):
        network, rival = (np.mean([_unpacked(facts, name) for _, facts in told], axis=0) for name in (NETWORK, best))
        p = paired.p_value(network, rival, lags=0)
    return Beside(_called(names[best], facts), found[best], gains, p, averaged)


def packed(missed: NDArray[np.bool_]) -> str:
    """Return which test samples are misclassified, `(samples,)`, as a text of bits in hexadecimal digits."""
    return np.packbits(missed).tobytes().hex()


def _unpacked(facts: Mapping[str, Any], name: str) -> NDArray[np.uint8]:
    return np.unpackbits(np.frombuffer(bytes.fromhex(facts["missed"][name]), np.uint8), count=facts["rows"][2])


@dataclass(frozen=True)
class Difference:
    """Error of a network, the mean over seeds, minus that of a rival on the same samples."""

    value: float
    p: float  # of the paired test over samples
    samples: int
    seeds: int
    spread: float  # standard deviation of the network's error over seeds, 0 for one seed

    @property
    def significant(self) -> bool:
        """Return whether both the choice of samples and that of seeds make chance an unlikely explanation."""
        return self.p < LEVEL and abs(self.value) > 2 * self.spread / self.seeds**0.5


def strongest(rivals: Sequence[Rival], metric: str, reads_more: bool = False) -> Rival:
    """Return the rival with the lowest error among those with the networks' inputs, or among all (`reads_more`)."""
    return min((one for one in rivals if reads_more or not one.reads_more), key=lambda one: one.metrics[metric])


def compared(validation: Mapping[str, Sequence[float | None]], test: Mapping[str, float]) -> tuple[str, str]:
    """Return which of several networks is compared with the rivals, and how it is named: a template for its name.

    The lowest mean of the validation errors over seeds chooses. Where one is not stored the test errors choose, and the
    template says so.
    """
    if len(validation) == 1:
        return next(iter(validation)), "{}"
    if any(None in errors for errors in validation.values()):
        template = "network with the lowest test error ({}; no validation error is saved, so this choice flatters it)"
        return min(test, key=lambda name: test[name]), template
    means = {name: float(np.mean(errors)) for name, errors in validation.items()}
    return min(means, key=lambda name: means[name]), "network with the lowest validation error ({})"


def lowest(chosen: str, test: Mapping[str, float], names: Mapping[str, str], said: Callable[[float], str]) -> str:
    """Return which network has the lowest test error if it is another than the chosen one, else ""."""
    best = min(test, key=lambda name: test[name])
    if best == chosen:
        return ""
    return f" On the test set, which does not choose, the {names[best]} has the lowest error, {said(test[best])}."


def difference(truth: NDArray, forecasts: Sequence[NDArray], rival: NDArray) -> Difference:
    """Compare the RMSE of a network, one forecast `(samples,)` for each seed, with that of a rival.

    The paired test compares the squared errors, those of the network averaged over its seeds.
    """
    mean, spread = metrics.spread([metrics.rmse(truth, forecast) for forecast in forecasts])
    losses = np.mean([np.square(forecast - truth) for forecast in forecasts], axis=0)
    p = paired.p_value(losses, np.square(rival - truth))
    return Difference(mean - metrics.rmse(truth, rival), p, len(truth), len(forecasts), spread)


def sentence(network: tuple[str, int, float], rival: tuple[str, int, float], found: Difference, unit: str) -> str:
    """Say which of the two has the lower test RMSE, and whether the difference is significant.

    `network` and `rival` are a name, a number of parameters and the RMSE.
    """
    first, second = sorted((network, rival), key=lambda one: one[2])
    begin = _named(*first[:2], " weights")
    told = f"{begin[0].upper()}{begin[1:]} has a test RMSE of {first[2]:.2f} {unit}, "
    told += f"{_named(*second[:2], '' if first[1] else ' weights')} of {second[2]:.2f} {unit}. "
    seeds = f"standard deviation over {found.seeds} seeds {found.spread:.2f} {unit}" if found.seeds > 1 else "one seed"
    verb = "is" if found.significant else "is not"
    return (
        f"{told}The difference of {abs(found.value):.2f} {unit} {verb} significant "
        f"(paired test over {found.samples} days: {p_text(found.p)}; {seeds})."
    )


def verdict(rival: str, found: Beside, samples: int, noun: str) -> str:
    """Say whether a network differs from a rival by more than chance; "" for runs that were stored without a test."""
    if found.p is None:
        return ""
    tested = f"(paired test over {samples:,} {noun}: {p_text(found.p)}"
    if len(found.gains) > 1:
        mean, spread = (100 * one for one in metrics.spread(list(found.gains)))
        tested += f", {over_seeds(found)}; mean difference {mean:+z.1f} ± {spread:.1f} points"
    if found.significant and found.gain < 0:
        return f"{rival[0].upper()}{rival[1:]} is better, and the difference is significant {tested})."
    return f"The difference from {rival} is {'' if found.significant else 'not '}significant {tested})."


def over_seeds(found: Beside) -> str:
    """Return what the p-value of several random seeds is; "" for one seed."""
    seeds = len(found.gains)
    if seeds == 1:
        return ""
    return f"of errors averaged over {seeds} random seeds" if found.averaged else f"the largest of {seeds} random seeds"


def p_text(p: float) -> str:
    """Format a p-value as `p = 0.12`, `p = 0.004` or `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2f}" if p >= 0.01 else f"p = {p:.3f}"


def _named(name: str, parameters: int, noun: str) -> str:
    return f"{name} with {parameters:,}{noun}" if parameters else name
