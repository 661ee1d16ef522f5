"""Print the coverage of the three intervals in calm, middle and rough test days, around the naive forecast.

`python -m core.labs.crypto_forecasting.coverage [FOLDER]`; FOLDER contains SYMBOL.csv for each coin, without it the
prices included with the project are taken. Split in time order, one day ahead; needs no network and takes seconds.
"""

import sys
from pathlib import Path

import numpy as np

from core.labs.crypto_forecasting import forecast
from core.labs.crypto_forecasting.intervals import COVERAGE
from core.labs.crypto_forecasting.spec import Spec
from core.prices import baselines, conformal, intervals
from core.prices import splits as forecast_data
from core.prices.conformal import Forecasts
from core.prices.prices import COINS
from core.prices.sources.included import included

HEAD = f"| coin | interval | test days | coverage | {' | '.join(intervals.THIRDS)} | Winkler, % |"


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
