"""Compute the prediction intervals of a stored network in a worker, and tabulate their coverage and scores.

Intervals are applied after training, so no setting of theirs belongs to a spec or changes the key of a run.

`python -m core.labs.crypto_forecasting.intervals [FOLDER]` prints their coverage in calm, middle and rough test days,
around the naive forecast. FOLDER contains SYMBOL.csv for each coin; without it the included prices are taken. Split in
time order, one day ahead; it needs no network and takes seconds.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.labs.crypto_forecasting import forecast, judge as forecast_judge, messages
from core.labs.crypto_forecasting.spec import Spec
from core.prices import baselines, conformal, intervals, splits as forecast_data
from core.prices.conformal import Forecasts
from core.prices.prices import COINS, Prices
from core.prices.sources.included import included
from core.runs import spec
from core.runs.store import Run, Store

COVERAGE = forecast_judge.COVERAGE
NETWORK, NAIVE = "network", "naive"
ROLLING_DAYS = 90
STEPS = (0.005, conformal.STEP, 0.05)  # choices of gamma; the first is that of Gibbs and Candes for stocks
HEAD = f"| coin | interval | test days | coverage | {' | '.join(intervals.THIRDS)} | Winkler, % |"

Band = tuple[np.ndarray, np.ndarray]  # lower and upper bounds, (samples, horizon) in dollars


@dataclass(frozen=True, eq=False)
class Measured:
    """Intervals on the tested samples by forecast (`NETWORK`, `NAIVE`) and kind of `conformal.KINDS`."""

    bands: dict[tuple[str, str], Band]
    sigma: np.ndarray  # (samples,): volatility known when each forecast was made
    edges: np.ndarray  # (2,): between calm, middle and rough days, from the days that the intervals are fitted on


def fitted_days(run: Run, prices: Prices) -> tuple[int, int] | None:
    """Return the first validation day of a training and the day after the last, as indices of these prices.

    None if the run has no validation set, or these prices do not reach back to it.
    """
    if not run.facts["band"]:
        return None
    cuts = forecast_judge.cuts(spec.from_dict(Spec, run.spec), run.data["rows"])
    end = prices.after(run.facts["learned_until"])
    start = end - (cuts[1] - cuts[0])
    return (start, end) if start > 0 else None


def measure(
    chosen: spec.Values, key: str, store: str, closes: np.ndarray, days: tuple[int, int], tested: Forecasts, step: float
) -> Measured:
    """Apply a stored run to the validation `days` and compute all intervals of its `tested` forecasts; for a worker.

    `closes` are `(days,)` in dollars, `step` is the gamma of the adaptive interval.
    """
    run = Store(store).get("forecast", key)
    scaling, wanted = forecast.scaling_of(run), spec.from_dict(Spec, chosen)
    part = forecast_data.stretch(closes[: days[1]], wanted.window, wanted.horizon, scaling, days[0])
    said = scaling.decode(part.history, forecast.outputs(chosen, key, store, part.inputs))
    before = {
        NETWORK: Forecasts(part.future, said, part.origins),
        NAIVE: Forecasts(part.future, baselines.naive(closes, part.origins, wanted.horizon), part.origins),
    }
    simple = baselines.naive(closes, tested.origins, wanted.horizon)
    new = {NETWORK: tested, NAIVE: Forecasts(tested.truth, simple, tested.origins)}
    found = {
        (who, kind): conformal.band(kind, closes, before[who], new[who], COVERAGE, step)
        for who in before
        for kind in conformal.KINDS
    }
    sigma = conformal.ewma(closes, tested.origins)
    return Measured(found, sigma, intervals.edges(conformal.ewma(closes, part.origins)))


def hits(found: Measured, truth: np.ndarray, at: int, who: str = NETWORK) -> dict[str, np.ndarray]:
    """Return by kind whether the truth `(samples, horizon)` lies inside, `(samples,)` at one step of the horizon."""
    edges = {kind: found.bands[who, kind] for kind in conformal.KINDS}
    return {kind: intervals.inside(truth[:, at], low[:, at], high[:, at]) for kind, (low, high) in edges.items()}


def table(found: Measured, truth: np.ndarray, at: int, name: str) -> pd.DataFrame:
    """Return coverage, also of calm, middle and rough days, width and scores at one step, one row per interval.

    Width and scores are in per cent: 100 times those of log prices. `name` is that of the network.
    """
    names = {NETWORK: name, NAIVE: baselines.NAMES["naive"]}
    rows = []
    for who, title in names.items():
        for kind, hit in hits(found, truth, at, who).items():
            low, high = (100 * np.log(edge[:, at]) for edge in found.bands[who, kind])
            bounds = 100 * np.log(truth[:, at]), low, high, COVERAGE
            shares = intervals.by_third(hit, found.sigma, found.edges)
            rows.append(
                {"forecast": title, "interval": kind, "coverage": hit.mean()}
                | {third: share for third, (share, _) in shares.items()}
                | {"width, %": np.mean(high - low), "pinball": intervals.interval_pinball(*bounds)}
                | {"Winkler": intervals.winkler(*bounds)}
            )
    return pd.DataFrame(rows)


def sentence(frame: pd.DataFrame, name: str) -> str:
    """Say what `table` shows: coverage in calm and rough days, and which intervals of both forecasts score best."""
    own, naive = (frame[frame["forecast"] == who].set_index("interval") for who in (name, baselines.NAMES["naive"]))
    constant, scaled = (own.loc[kind] for kind in ("constant", "scaled"))
    best, other = (str(scores["Winkler"].idxmin()) for scores in (own, naive))
    ours, theirs = own.loc[best, "Winkler"], naive.loc[other, "Winkler"]
    told = [
        words.format(calm=row["calm"], rough=row["rough"])
        for words, row in ((messages.constant_covers, constant), (messages.scaled_covers, scaled))
        if np.isfinite([row["calm"], row["rough"]]).all()
    ]
    begin = messages.nominal_coverage.format(told=", ".join(told)) if told else ""
    return messages.winkler_scores.format(
        begin=begin,
        own=conformal.KINDS[best],
        ours=ours,
        theirs=theirs,
        other=conformal.KINDS[other],
        gap=abs(theirs / ours - 1),
        compared=messages.lower if theirs < ours else messages.higher,
    )


def rows(symbol: str, prices: np.ndarray) -> list[str]:
    """Return a table row for each interval; `prices` are the closes `(days,)`."""
    made = forecast_data.time_ordered(prices, 30, 1, "train", forecast_data.cut_days(len(prices)), look_back=True)
    before, tested = (
        Forecasts(part.future, baselines.naive(prices, part.origins, 1), part.origins)
        for part in (made.validation, made.test)
    )
    sigma, between = conformal.ewma(prices, tested.origins), intervals.edges(conformal.ewma(prices, before.origins))
    truth, out = 100 * np.log(tested.truth), []
    for kind, name in conformal.KINDS.items():
        low, high = (100 * np.log(edge) for edge in conformal.band(kind, prices, before, tested, COVERAGE))
        hit = intervals.inside(truth, low, high)
        thirds = [f"{share:.3f} ({days})" for share, days in intervals.by_third(hit, sigma, between).values()]
        cells = (symbol[:3], name, str(len(hit)), f"{hit.mean():.3f}", *thirds)
        out.append(f"| {' | '.join(cells)} | {intervals.winkler(truth, low, high, COVERAGE):.2f} |")
    return out


def main(folder: str | None = None) -> None:
    """Print the table of all coins."""
    print(HEAD, "|" + "---|" * (HEAD.count("|") - 1), sep="\n")
    for symbol in COINS:
        path = folder and str(Path(folder) / f"{symbol}.csv")
        prices = forecast.read_data(Spec(symbol=symbol), path)[0] if path else included(symbol)
        print(*rows(symbol, prices.values), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
