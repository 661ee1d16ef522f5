"""Compare models that predict numbers or characters at home with another source, from their losses on both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.learn import messages
from core.learn.elsewhere.property import Property
from core.messages import capital

DRAWS = 1000  # of the bootstrap
Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Losses:
    """Sums of losses over units such as poems or blocks of days, and how many values each unit has, `(units,)`."""

    sums: NDArray
    counts: NDArray

    def mean(self, rows: NDArray | None = None) -> float:
        """Return the mean loss of one value, over all units or the given rows."""
        kept = slice(None) if rows is None else rows
        return float(self.sums[kept].sum() / self.counts[kept].sum())


@dataclass(frozen=True, eq=False)
class Model:
    """Losses of a model at home and there; `home` is None where they are not known."""

    name: str
    home: Losses | None
    there: Losses


@dataclass(frozen=True, eq=False)
class Measured:
    """Models that predict numbers or characters, the network first: their mean loss at home and there."""

    models: tuple[Model, ...]
    metric: str  # such as "RMSE"
    unit: str  # such as "°C"
    noun: str  # plural of a value, such as "days"
    units: str  # plural of what the bootstrap draws, such as "poems"
    root: bool = False  # whether the metric is the root of the mean loss
    shift: tuple[Property, ...] = ()
    told: tuple[str, ...] = ()

    def score(self, losses: Losses, rows: NDArray | None = None) -> float:
        """Return the metric of all units, or of the given rows."""
        mean = losses.mean(rows)
        return mean**0.5 if self.root else mean

    def interval(self, losses: Losses) -> Interval:
        """Return the 95% percentile interval of the metric, by a bootstrap over units (Efron and Tibshirani 1993)."""
        rng, units = np.random.default_rng(0), len(losses.sums)
        drawn = [self.score(losses, rng.integers(0, units, units)) for _ in range(DRAWS)]
        low, high = np.percentile(drawn, (2.5, 97.5))
        return float(low), float(high)

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of a table: each model at home and there, with intervals, and the change."""
        made = []
        for one in self.models:
            there = f"{self.score(one.there):.2f} ({_numbers(self.interval(one.there))})"
            home, change = "", ""
            if one.home is not None:
                home = f"{self.score(one.home):.2f} ({_numbers(self.interval(one.home))})"
                change = f"{self.score(one.there) - self.score(one.home):+z.2f}"
            made.append({"model": one.name, "home": home, "your file": there, "change": change})
        return made

    def plain(self) -> dict[str, object]:
        """Return all metrics as plain values."""
        return {
            "metric": self.metric,
            "unit": self.unit,
            "values": int(self.models[0].there.counts.sum()),
            "models": [
                {"name": one.name, "home": self._plain(one.home), "there": self._plain(one.there)}
                for one in self.models
            ],
            "shift": [vars(one) for one in self.shift],
            "told": list(self.told),
        }

    def sentence(self) -> str:
        """Return the network's metric there and at home, and the model that is best there."""
        own, *others = self.models
        there, count = self.score(own.there), int(own.there.counts.sum())
        told = messages.own_score.format(
            name=capital(own.name), metric=self.metric, there=there, unit=self.unit, count=count, noun=self.noun
        )
        if own.home is not None:
            score, count = self.score(own.home), int(own.home.counts.sum())
            told += messages.score_at_home.format(score=score, unit=self.unit, count=count)
        best = min(others, key=lambda one: self.score(one.there), default=None)
        if best is None:
            return f"{told}."
        reached = self.score(best.there)
        text = messages.baseline_ahead if reached < there else messages.baseline_behind
        return text.format(told=told, name=best.name, reached=reached, unit=self.unit)

    def _plain(self, found: Losses | None) -> dict[str, float | list[float]] | None:
        return None if found is None else {"score": self.score(found), "interval": list(self.interval(found))}


def in_units(losses: Sequence[NDArray] | NDArray, block: int = 0) -> Losses:
    """Group losses in units: each array of a sequence, or blocks of so many neighbours of one array."""
    if block:
        values = np.asarray(losses, dtype=float)
        losses = [values[start : start + block] for start in range(0, len(values), block)]
    return Losses(np.array([float(np.sum(one)) for one in losses]), np.array([len(one) for one in losses]))


def _numbers(interval: Interval) -> str:
    return messages.interval.format(low=interval[0], high=interval[1])
