"""Describe the rivals of a network, simple methods measured on the same split, and compare the two.

A lab lists its rivals in a function that `core.labs.RIVALS` names; table, chart, sentence and command line read what it
returns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from core.learn import errors as metrics, messages, paired
from core.messages import capital
from core.plain import Object

NETWORK = "network"  # beside the names of rivals
SMALLEST = 0.001  # p-value that is still written as a number
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

    def described(self) -> dict[str, object]:
        """Return the description and the metrics as plain values."""
        return {name: getattr(self, name) for name in ("name", "inputs", "parameters", "metrics")}


class RivalFacts(TypedDict):
    """Facts about a rival beside a network, as a run keeps them in the list `facts["rivals"]`."""

    name: str  # with which its metrics begin
    parameters: int
    p: NotRequired[float]  # of the paired test against the network on the test set
    features: NotRequired[str]  # those chosen on the validation set, if there was a choice
    statistic: NotRequired[float]  # of the Diebold-Mariano test, above 0 if the network is better
    days_needed: NotRequired[int]  # to see a small difference


@dataclass(frozen=True)
class Baselines:
    """Rivals measured by a training: metrics as `NAME_PART_METRIC`, and facts about each."""

    metrics: dict[str, float]
    rivals: list[RivalFacts]
    facts: Object = field(default_factory=dict)  # others of the run that belong to them, such as fitted values


def by_name(facts: Mapping[str, Any]) -> dict[str, RivalFacts]:
    """Return what the facts of a run tell about its rivals, by name; runs that were stored earlier tell nothing."""
    return {one["name"]: one for one in facts.get("rivals", ())}


def measured(names: Mapping[str, str], metrics: Mapping[str, float], facts: Mapping[str, Any]) -> list[Rival]:
    """Return the rivals that a training has measured; `names` maps names in the metrics to names for users.

    A rival whose features were chosen on the validation set is named after them.
    """
    known = by_name(facts)
    found = {
        key: {k.removeprefix(f"{key}_"): v for k, v in metrics.items() if k.startswith(f"{key}_")} for key in names
    }
    return [
        Rival(
            _called(names[key], [known[key]] if key in known else []),
            "nothing" if key == "naive" else "the networks' inputs",
            known[key]["parameters"] if key in known else 0,
            figures,
            {},
        )
        for key, figures in found.items()
        if figures
    ]


def _called(name: str, facts: Sequence[RivalFacts]) -> str:
    """Return the name of a rival with the features that were chosen for it, if they are the same in all `facts`."""
    features = {one.get("features") for one in facts}
    return f"{name} on {features.pop()}" if len(features) == 1 and None not in features else name


@dataclass(frozen=True)
class Beside:
    """The strongest rival of a classifier on the test set, and how the two compare over random seeds."""

    name: str
    scores: Sequence[float]  # accuracy or RMSE of the rival, for each seed
    gains: Sequence[float]  # by how much the network is better, for each seed
    p: float | None  # of the paired test over the samples; None for runs that were stored without it
    averaged: bool = False  # whether the test compares the errors averaged over seeds; else it is that of one seed
    parameters: int | None = None  # of the rival beside the first seed

    @property
    def score(self) -> float:
        """Return the rival's accuracy or RMSE, the mean over seeds."""
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


def beside(
    names: Mapping[str, str],
    told: Sequence[tuple[Mapping[str, float], Mapping[str, Any]]],
    metric: str = "accuracy",
    part: str = "test",
) -> Beside:
    """Return the rival with the highest mean test accuracy, or the lowest RMSE, beside networks that differ in a seed.

    `told` are metrics and facts of each network; a rival counts if it was measured beside all of them. To choose it on
    the test set flatters the rival, not the network. Without the facts `missed` the least certain seed decides. Clips
    that folds held out are another `part`.
    """
    sign = -1 if metric == "rmse" else 1
    full = {key: f"{key}_{part}_{metric}" for key in names}
    found = {
        key: [metrics[name] for metrics, _ in told]
        for key, name in full.items()
        if all(name in metrics for metrics, _ in told)
    }
    best = max(found, key=lambda key: sign * sum(found[key]))
    gains = [sign * (one[f"{part}_{metric}"] - score) for (one, _), score in zip(told, found[best], strict=True)]
    facts = [known[best] for known in (by_name(facts) for _, facts in told) if best in known]
    p = max((one["p"] for one in facts if "p" in one), default=None)
    if averaged := all(best in facts.get("missed", ()) for _, facts in told):
        network, rival = (np.mean([_unpacked(facts, name) for _, facts in told], axis=0) for name in (NETWORK, best))
        p = paired.p_value(network, rival, lags=0)
    parameters = next((one.get("parameters") for one in facts), None)
    return Beside(_called(names[best], facts), found[best], gains, p, averaged, parameters)


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
    days_needed: int = 0  # if it is not significant: days that the test would take to see `paired.SHARE`

    @property
    def significant(self) -> bool:
        """Return whether both the choice of samples and that of seeds make chance an unlikely explanation."""
        return self.p < LEVEL and abs(self.value) > 2 * self.spread / self.seeds**0.5


def strongest(rivals: Sequence[Rival], metric: str, reads_more: bool = False) -> Rival:
    """Return the rival with the lowest error among those with the networks' inputs, or among all (`reads_more`)."""
    return min((one for one in rivals if reads_more or not one.reads_more), key=lambda one: one.metrics[metric])


def hint() -> str:
    """Return what to try where the settings are not those that work."""
    return messages.hint


def needed(days: int, measure: str) -> str:
    """Say how many test days would show a small difference."""
    return messages.days_needed.format(share=paired.SHARE, measure=measure, days=days, power=paired.POWER, level=LEVEL)


def verdict(
    rival: str, found: Beside, samples: int, noun: str, scale: float = 100, unit: str = "points", model: str = ""
) -> str:
    """Say whether a network differs from a rival by more than chance; "" for runs that were stored without a test.

    The mean difference is that of the gains, times `scale`, in a `unit`. `model` names what is no network and needs no
    random seed.
    """
    if found.p is None:
        return ""
    tested = messages.paired_test.format(samples=samples, noun=noun, p=p_text(found.p))
    if len(found.gains) > 1:
        mean, spread = metrics.spread([scale * gain for gain in found.gains])
        gain = f"{mean:+z.1f}".replace("-", "−")
        seeds = over_seeds(found)
        tested += messages.over_seeds.format(seeds=seeds, gain=gain, spread=spread, unit=unit).rstrip()
    elif not model:
        tested += messages.one_seed
    if not found.significant:
        return messages.not_different.format(rival=rival, significance=significance(found), tested=tested)
    if found.gain > 0:
        return messages.network_better.format(model=capital(model or messages.network), rival=rival, tested=tested)
    return messages.rival_better.format(rival=capital(rival), tested=tested)


def significance(found: Beside | Difference) -> str:
    """Return whether a difference is significant, and where the p-value alone would say so, why it is not."""
    if found.significant:
        return messages.significant
    return messages.seeds_differ if found.p is not None and found.p < LEVEL else messages.not_significant


def over_seeds(found: Beside) -> str:
    """Return what the p-value of several random seeds is; "" for one seed."""
    seeds = len(found.gains)
    if seeds == 1:
        return ""
    return messages.averaged.format(seeds=seeds) if found.averaged else messages.largest_p.format(seeds=seeds)


def p_text(p: float) -> str:
    """Format a p-value as `p = 0.12`, `p = 0.004` or `p < 0.001`, within which no line breaks."""
    return f"p\N{NO-BREAK SPACE}{p_short(p)}" if p < SMALLEST else f"p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{p_short(p)}"


def p_short(p: float) -> str:
    """Format a p-value without its name."""
    return f"<\N{NO-BREAK SPACE}{SMALLEST}" if p < SMALLEST else f"{p:.2f}" if p >= 0.01 else f"{p:.3f}"
