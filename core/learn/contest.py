"""Set networks beside their rivals on the test set: which are compared, how they differ, in a sentence and a table."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.learn import errors as metrics, messages, paired
from core.learn.rivals import LEVEL, Beside, Difference, hint, needed, p_text, significance
from core.messages import capital, joined


def difference(
    truth: NDArray, forecasts: Sequence[NDArray], rival: NDArray, error: Callable[..., float] = metrics.rmse
) -> Difference:
    """Compare the error of a network, one forecast `(samples,)` or `(samples, steps)` for each seed, with a rival's.

    The paired test compares the squared errors, those of the network averaged over its seeds. Forecasts of several
    steps overlap with those of the next samples, so its lags cover them.
    """
    mean, spread = metrics.spread([error(truth, forecast) for forecast in forecasts])
    own, other = (np.mean([_losses(truth, one) for one in found], axis=0) for found in (forecasts, [rival]))
    lags = max(truth[0].size - 1, paired.usual_lags(len(truth)))
    p = paired.p_value(own, other, lags)
    days = 0 if p < LEVEL else paired.days_needed(own, other, lags)
    return Difference(mean - error(truth, rival), p, len(truth), len(forecasts), spread, days)


def _losses(truth: NDArray, forecast: NDArray) -> NDArray:
    """Return the squared error of each sample, the mean over its steps."""
    return np.square(forecast - truth).reshape(len(truth), -1).mean(axis=1)


Said = Callable[[float], str]  # formats an error with its unit


@dataclass(frozen=True)
class Contest:
    """Networks and rivals by key: their test errors, which two are compared, and how each network differs."""

    errors: dict[str, float]  # of networks the mean over seeds
    chosen: str  # the network that is compared
    named: str  # how it is named, a template for its name
    rival: str  # the one with the lowest test error
    differences: dict[str, Difference | None]  # of each network from it; None where nothing can be tested

    def summary(
        self,
        names: Mapping[str, str],
        parameters: Mapping[str, int],
        said: Said,
        measure: str = "RMSE",
        noun: str = "days",
        unit: str = "",
        lead: str = "",
        why: str = "",
        works: bool = False,
    ) -> str:
        """Say which of the two has the lower test error, and whether the difference is significant.

        `lead` begins the sentence, and `unit` follows its first amount. Unless the network is significantly better, say
        `why`, and what to try if its settings are not those that work (`works`).
        """
        found, behind = self.differences[self.chosen], self.errors[self.chosen] >= self.errors[self.rival]
        first, second = (self.rival, self.chosen) if behind else (self.chosen, self.rival)
        full = {self.chosen: self.named.format(names[self.chosen]), self.rival: names[self.rival]}
        begin = lead + _named(full[first], parameters.get(first, 0), " weights")
        end = _named(full[second], parameters.get(second, 0), "" if parameters.get(first) else " weights")
        one, other = said(self.errors[first]), said(self.errors[second])
        told = messages.test_errors.format(begin=capital(begin), measure=measure, one=one + unit, end=end, other=other)
        told += _tested(found, said, noun)
        if not behind and (found is None or found.significant):
            return told
        others = self._others(full[self.rival], names, parameters)
        return " ".join(filter(None, (told, others, why, "" if works else hint())))

    def departure(
        self,
        names: Mapping[str, str],
        parameters: Mapping[str, int],
        truth: NDArray,
        forecasts: Sequence[NDArray],
        rival: NDArray,
    ) -> str:
        """Return why the network that is compared is worse than the rival; "" unless it is significantly.

        The arrays are those of `difference`. MSE(network) - MSE(rival) is the mean of departure^2 - 2 departure error,
        where the departure is the network's forecast minus the rival's, the error the truth minus the rival's.
        """
        found = self.differences[self.chosen]
        if not found or not found.significant or found.value < 0:
            return ""
        along = np.mean([np.corrcoef(np.ravel(one - rival), np.ravel(truth - rival))[0, 1] for one in forecasts])
        name = names[self.rival] if parameters.get(self.rival) else f"the {names[self.rival]}"
        return messages.why_departure.format(name=name, along=along)

    def _others(self, rival: str, names: Mapping[str, str], parameters: Mapping[str, int]) -> str:
        """Name the networks that are not compared and yet are significantly better than the rival on the test set."""
        ahead = [
            f"the {names[name]} ({p_text(found.p)})"
            for name, found in self.differences.items()
            if found and name != self.chosen and found.value < 0 and found.significant
        ]
        if not ahead:
            return ""
        text = messages.plural("others_ahead", len(ahead))
        than = rival if parameters.get(self.rival) else f"the {rival}"
        return text.format(networks=joined(ahead), rival=than)

    def caption(self, names: Mapping[str, str], best: str = "") -> str:
        """Explain the p-values of a table, and say how many days would show a small difference where none is shown."""
        if (found := self.differences[self.chosen]) is None:
            return ""
        told = messages.about_p.format(best=best or messages.best_baseline, name=names[self.rival])
        return f"{told} {needed(found.days_needed, 'MSE')}" if found.days_needed else told

    def row(self, key: str, name: str, parameters: int | None, found: Sequence[Mapping[str, float | None]]) -> "Row":
        """Return the row of a network, with its difference from the best rival in the unit of the errors."""
        differs = self.differences.get(key)
        return Row(name, parameters, found, differs and differs.p, differs and differs.value)


def contest(
    networks: dict[str, float],
    rivals: dict[str, float],
    validation: Mapping[str, Sequence[float | None]],
    differ: Callable[[str, str], Difference | None],
) -> Contest:
    """Compare networks with the rival that has the lowest test error; `differ` is called with both names.

    The lowest mean of the validation errors over seeds chooses the network. Where one is not stored the test errors
    choose, and its name says so.
    """
    rival = min(rivals, key=lambda name: rivals[name])
    chosen, named = _chosen(validation, networks)
    return Contest(networks | rivals, chosen, named, rival, {name: differ(name, rival) for name in networks})


def _chosen(validation: Mapping[str, Sequence[float | None]], test: Mapping[str, float]) -> tuple[str, str]:
    if len(test) == 1:
        return next(iter(test)), "the {}"
    means = {name: _mean(errors) for name, errors in validation.items()}
    known = {name: mean for name, mean in means.items() if mean is not None}
    if len(known) < len(means):
        return min(test, key=lambda name: test[name]), messages.lowest_test_error
    return min(known, key=lambda name: known[name]), messages.lowest_validation_error


def _tested(found: Difference | None, said: Said, noun: str) -> str:
    if found is None:
        return messages.no_test
    value, spread = (_amount(abs(one), said) for one in (found.value, found.spread))
    text = messages.tested_over_seeds if found.seeds > 1 else messages.tested
    facts = {"value": value, "significance": significance(found), "p": p_text(found.p), "spread": spread}
    return text.format(samples=found.samples, noun=noun, seeds=found.seeds, **facts)


def _amount(value: float, said: Said) -> str:
    """Return an amount as errors are given; one that would be 0 with two digits, if `said` can give these."""
    return said(value) if re.search("[1-9]", said(value)) else said(float(f"{value:.2g}"))


@dataclass(frozen=True)
class Row:
    """A network or a rival as a row of a table: its metrics, one mapping for each seed, and how a network compares."""

    name: str
    parameters: int | None
    metrics: Sequence[Mapping[str, float | None]]
    p: float | None = None
    difference: float | None = None  # of a network from its best rival, in the unit of the table

    @classmethod
    def beside(
        cls,
        name: str,
        parameters: int | None,
        found: Sequence[Mapping[str, float | None]],
        best: Beside,
        scale: float = 100,
    ) -> "Row":
        """Return the row of a network with its difference from the best rival, the gain times `scale`.

        By default that is in percentage points; with -1 it is that of errors, which are less where there is a gain.
        """
        return cls(name, parameters, found, best.p, scale * best.gain)


def table(first: str, rows: Sequence[Row], columns: Mapping[str, str]) -> pd.DataFrame:
    """Return one row for each network (mean over seeds) and rival; `columns` maps metrics to titles.

    What decides stands first, as a phone shows few columns: the first metric, its standard deviation over seeds, the
    p-value, and the difference from the best rival.
    """
    main = next(iter(columns))
    made = []
    for row in rows:
        means = {title: _mean([one.get(name) for one in row.metrics]) for name, title in columns.items()}
        values = [value for one in row.metrics if (value := one.get(main)) is not None]
        spread = metrics.spread(values)[1] if len(values) > 1 else None
        tests = {"p-value": row.p, "difference": row.difference, f"± {columns[main]}": spread}
        made.append({first: row.name, "parameters": row.parameters} | means | tests)
    frame, main = pd.DataFrame(made), columns[main]
    names = [first, main, f"± {main}", "p-value", "difference", "parameters"]
    names += [name for name in frame if name not in names]
    return frame.reindex(columns=names).dropna(axis="columns", how="all")


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def _named(name: str, parameters: int, noun: str) -> str:
    """Return a name with the number of parameters; rules such as the naive forecast have none."""
    return f"{name} with {parameters:,}{noun}" if parameters else f"the {name}"
