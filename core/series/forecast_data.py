"""Windows over daily prices and their split by one of two protocols: honest in time, or leaking as in the report."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core import spec
from core.series import forecast_scaling
from core.series.forecast_scaling import Scaling

PROTOCOLS = {"time-ordered": "in time order", "report": "as in the report"}
WINDOWS, HORIZONS = (5, 120), (1, 14)  # fewest and most days
REPORT_LAST, REPORT_TEST = 10, 0.2  # the last windows go into the test part, and this share of the others by lot
FEWEST = 10  # samples of a part

Cuts = tuple[int, int, int]  # first day of validation, first day of the test, day after the last of the test


@dataclass(frozen=True, eq=False)
class Part:
    """Samples of one part, in time order.

    `inputs` (samples, window, 1) and `targets` (samples, horizon) in network units, float32; `history` (samples,
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
        """The samples that a mask or an array of positions names."""
        return Part(*(values[chosen] for values in vars(self).values()))

    def since(self, day: int) -> "Part":
        """The samples whose first forecast day is `day` or later: the same days for windows of any length."""
        return self.where(self.origins + 1 >= day)


@dataclass(frozen=True, eq=False)
class Split:
    """Three parts and their scaling; `known` are the days that the training part has, `(days,)` of bool."""

    train: Part
    validation: Part  # empty in the protocol of the report, which has none
    test: Part
    scaling: Scaling
    known: np.ndarray

    def dollars(self, part: Part, outputs: np.ndarray) -> np.ndarray:
        """Outputs of a network for a part `(samples, horizon)` in dollars."""
        return self.scaling.decode(part.history, outputs)


def cut_days(days: int, validation: float = 0.15, test: float = 0.2) -> Cuts:
    """The cuts of a series into its first days, then a share for validation, then a share for the test."""
    return int(days * (1 - test - validation)), int(days * (1 - test)), days


def time_ordered(
    prices: np.ndarray, window: int, horizon: int, scaling: str, cuts: Cuts, look_back: bool = False
) -> Split:
    """Three parts one after the other; a sample counts where all its days lie inside one part.

    With `look_back` inputs of validation and test may reach over the cut into days that are known by then: no leak,
    and more samples. The days to be forecast never do. Days from `cuts[2]` on are not used.
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
    """The report's protocol: windows that overlap are parted by lot, the last ten all into the test part.

    It leaks: almost every test day also stands in some training window.
    """
    origins = _origins(len(prices), _context(scaling, window), horizon)
    test = np.zeros(len(origins), dtype=bool)
    test[-REPORT_LAST:] = True
    others = max(len(origins) - REPORT_LAST, 0)
    # RandomState, because scikit-learn's train_test_split draws with it: the report's lot can be drawn again.
    test[np.random.RandomState(seed).permutation(others)[: int(np.ceil(others * REPORT_TEST))]] = True
    _require(~test, "training", window, horizon)
    masks = [~test, np.zeros_like(test), test]
    known = _days_of(origins[~test], _context(scaling, window), horizon, len(prices))
    return _split(prices, window, horizon, scaling, origins, masks, known)


def walk_forward(days: int, folds: int, first: float = 0.5, validation: float = 0.1) -> list[Cuts]:
    """Cuts of an expanding-window backtest: each fold tests on the next stretch and trains on all that lies before.

    `first` is the share of days before the first test; `validation` the share of a fold's past kept for validation.
    """
    edges = np.linspace(int(days * first), days, folds + 1).astype(int)
    return [(int(start * (1 - validation)), int(start), int(end)) for start, end in pairwise(edges)]


def stretch(prices: np.ndarray, window: int, horizon: int, scaling: Scaling, start: int) -> Part:
    """The samples whose days all lie from day `start` on, by a scaling that was fitted before; may be empty."""
    context = scaling.context(window)
    if len(prices) < context + horizon:
        prices = np.resize(prices, context + horizon)  # no sample of it is taken
        start = len(prices)
    origins = _origins(len(prices), context, horizon)
    chosen = origins[_inside(origins, context, horizon, start, len(prices), look_back=False)]
    return _part(prices, window, horizon, scaling, chosen)


def last_history(prices: np.ndarray, window: int, scaling: Scaling) -> np.ndarray:
    """The newest days that a network needs to forecast what is not known yet, `(context,)` of dollars."""
    return prices[-scaling.context(window) :]


def _context(scaling: str, window: int) -> int:
    return Scaling(scaling, 0.0, 1.0).context(window)


def _origins(days: int, context: int, horizon: int) -> np.ndarray:
    """Every day that has enough days before it for an input and enough after it for a target."""
    return np.arange(context - 1, days - horizon)


def _inside(origins: np.ndarray, context: int, horizon: int, start: int, end: int, look_back: bool) -> np.ndarray:
    first = origins + 1 if look_back else origins - context + 1
    return (first >= start) & (origins + horizon < end)


def _days_of(origins: np.ndarray, context: int, horizon: int, days: int) -> np.ndarray:
    """Which days the samples of these origins have, as input or as target."""
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
        f"The window of {window} days and the horizon of {horizon} leave {left} samples for the {name} part; "
        "shorten the window or take a longer series.",
    )
