"""Build windows over daily prices and split them by one of two protocols: chronological, or leaky as in the report."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from core.prices import messages, scaling as forecast_scaling
from core.prices.scaling import Scaling
from core.runs import spec

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PROTOCOLS = {"time-ordered": "chronological split", "report": "random split (report)"}
REPORT_LAST, REPORT_TEST = 10, 0.2  # the last windows, and a random share of the others, go to the test set
FEWEST = 10  # minimum number of samples in a part
ORIGINS = "Number of origins of the walk-forward backtest."

S = TypeVar("S", bound="DataclassInstance")  # a spec with `folds` and `fold`
Cuts = tuple[int, int, int]  # first day of validation, first day of the test, day after the last of the test


@dataclass(frozen=True, eq=False)
class Part:
    """Samples of one part of a split, in chronological order.

    `inputs` (samples, window, 1) and `targets` (samples, horizon) in scaled units, float32; `history` (samples,
    context) and `future` (samples, horizon) in dollars; `origins` (samples,): index of the last known day.
    """

    inputs: np.ndarray
    targets: np.ndarray
    history: np.ndarray
    future: np.ndarray
    origins: np.ndarray

    def __len__(self) -> int:
        return len(self.origins)

    def where(self, chosen: np.ndarray) -> "Part":
        """Return the samples selected by a mask or an array of positions."""
        return Part(*(values[chosen] for values in vars(self).values()))

    def since(self, day: int) -> "Part":
        """Return the samples whose first forecast day is `day` or later: the same days for any window length."""
        return self.where(self.origins + 1 >= day)


@dataclass(frozen=True, eq=False)
class Split:
    """Three parts and their scaling; `known` marks the days of the training set, `(days,)` of bool."""

    train: Part
    validation: Part  # empty in the report's protocol, which has no validation set
    test: Part
    scaling: Scaling
    known: np.ndarray

    def dollars(self, part: Part, outputs: np.ndarray) -> np.ndarray:
        """Convert network outputs for a part, `(samples, horizon)`, to dollars."""
        return self.scaling.decode(part.history, outputs)


def cut_days(days: int, validation: float = 0.15, test: float = 0.2) -> Cuts:
    """Return the cuts of a series into training days, then a share for validation, then a share for the test."""
    return int(days * (1 - test - validation)), int(days * (1 - test)), days


def time_ordered(
    prices: np.ndarray, window: int, horizon: int, scaling: str, cuts: Cuts, look_back: bool = False
) -> Split:
    """Split chronologically into three parts; a sample counts if all its days lie inside one part.

    With `look_back` the inputs of validation and test may reach across the cut into days that are known by then: no
    leak, and more samples. The target days never do. Days from `cuts[2]` on are not used.
    """
    context = _context(scaling, window)
    origins = _origins(cuts[2], context, horizon)
    edges = ((0, cuts[0]), (cuts[0], cuts[1]), (cuts[1], cuts[2]))
    masks = [_inside(origins, context, horizon, start, end, look_back) for start, end in edges]
    _require(masks[0], "training", window, horizon)
    _require(masks[2], "test", window, horizon)
    known = np.arange(len(prices)) < cuts[0]
    return _split(prices[: cuts[2]], window, horizon, scaling, origins, masks, known)


def report(prices: np.ndarray, window: int, horizon: int, scaling: str, seed: int) -> Split:
    """Split as the report does: overlapping windows are assigned at random, the last ten all to the test set.

    This leaks: almost every test day also occurs in some training window.
    """
    origins = _origins(len(prices), _context(scaling, window), horizon)
    test = np.zeros(len(origins), dtype=bool)
    test[-REPORT_LAST:] = True
    others = max(len(origins) - REPORT_LAST, 0)
    # RandomState, as in scikit-learn's train_test_split: the report's random split can be reproduced.
    test[np.random.RandomState(seed).permutation(others)[: int(np.ceil(others * REPORT_TEST))]] = True
    _require(~test, "training", window, horizon)
    masks = [~test, np.zeros_like(test), test]
    known = _days_of(origins[~test], _context(scaling, window), horizon, len(prices))
    return _split(prices, window, horizon, scaling, origins, masks, known)


def walk_forward(days: int, folds: int) -> list[Cuts]:
    """Return the cuts of an expanding-window backtest: each fold tests on the days after its training days.

    The first test begins half-way; a tenth of each fold's past is kept for validation.
    """
    edges = np.linspace(days // 2, days, folds + 1).astype(int)
    return [(int(0.9 * start), int(start), int(end)) for start, end in pairwise(edges)]


def check_folds(chosen: Any) -> None:
    """Raise SpecError unless the fold of a spec is one of its folds, or neither is set."""
    if chosen.folds:
        spec.within(chosen, "fold", 0, chosen.folds - 1)
    else:
        spec.require(chosen.fold == 0, messages.fold_needs_folds)


def backtest(chosen: S, folds: int) -> list[S]:
    """Return one experiment per fold, the shortest history first."""
    return [replace(chosen, folds=folds, fold=fold) for fold in range(folds)]


def label(chosen: Any, model: str) -> str:
    """Return a short name of a run for tables and legends, from the name of its model."""
    days = messages.plural("horizon", chosen.horizon).format(days=chosen.horizon)
    fold = f" · fold {chosen.fold + 1} of {chosen.folds}" if chosen.folds else ""
    return f"{model} · {chosen.symbol} · {days}{fold} · seed {chosen.seed}"


def stretch(prices: np.ndarray, window: int, horizon: int, scaling: Scaling, start: int) -> Part:
    """Return the samples whose days are all `start` or later, with a scaling fitted before; may be empty."""
    context = scaling.context(window)
    if len(prices) < context + horizon:
        prices = np.resize(prices, context + horizon)  # only to have a valid shape; no sample of it is used
        start = len(prices)
    origins = _origins(len(prices), context, horizon)
    chosen = origins[_inside(origins, context, horizon, start, len(prices), look_back=False)]
    return _part(prices, window, horizon, scaling, chosen)


def last_history(prices: np.ndarray, window: int, scaling: Scaling) -> np.ndarray:
    """Return the newest days needed to forecast beyond the end of the series, `(context,)` in dollars."""
    return prices[-scaling.context(window) :]


def _context(scaling: str, window: int) -> int:
    return Scaling(scaling, 0.0, 1.0).context(window)


def _origins(days: int, context: int, horizon: int) -> np.ndarray:
    """Return every day with enough days before it for an input and enough after it for a target."""
    return np.arange(context - 1, days - horizon)


def _inside(origins: np.ndarray, context: int, horizon: int, start: int, end: int, look_back: bool) -> np.ndarray:
    first = origins + 1 if look_back else origins - context + 1
    return (first >= start) & (origins + horizon < end)


def _days_of(origins: np.ndarray, context: int, horizon: int, days: int) -> np.ndarray:
    """Mark the days that the samples of these origins contain as input or as target."""
    counts = np.zeros(days + 1, dtype=int)
    np.add.at(counts, origins - context + 1, 1)
    np.add.at(counts, origins + horizon + 1, -1)
    return counts[:-1].cumsum() > 0


def _split(
    prices: np.ndarray,
    window: int,
    horizon: int,
    kind: str,
    origins: np.ndarray,
    masks: list[np.ndarray],
    known: np.ndarray,
) -> Split:
    scaling = forecast_scaling.fit(kind, prices, known[: len(prices)])
    parts = [_part(prices, window, horizon, scaling, origins[mask]) for mask in masks]
    return Split(*parts, scaling=scaling, known=known)


def _part(prices: np.ndarray, window: int, horizon: int, scaling: Scaling, origins: np.ndarray) -> Part:
    context = scaling.context(window)
    days = np.lib.stride_tricks.sliding_window_view(prices, context + horizon)[origins - context + 1]
    history, future = days[:, :context], days[:, context:]
    return Part(scaling.encode(history), scaling.encode_targets(history, future), history, future, origins)


def _require(mask: np.ndarray, name: str, window: int, horizon: int) -> None:
    left = int(mask.sum())
    spec.require(
        left >= FEWEST,
        messages.plural("too_few_samples", left).format(window=window, horizon=horizon, left=left, part=name),
    )
