"""Apply the included LSTMs to other coins: `python -m core.labs.crypto_forecasting.elsewhere` writes `FILE`.

A network that learned from one coin forecasts the days after its training and validation, on that coin and on others.
"""

import json
from functools import cache

from core import settings
from core.labs.crypto_forecasting import forecast
from core.labs.crypto_forecasting.spec import LEVELS, Spec
from core.plain import Object
from core.prices.prices import COINS
from core.prices.sources import included
from core.runs import runs
from core.runs.store import Store

FILE = settings.PROJECT / "assets" / "studies" / "forecast_elsewhere.json"
TARGETS = {"returns": Spec().scaling, "prices": LEVELS["time-ordered"]}  # what a network forecasts -> its scaling
Rows = list[Object]


@cache
def load() -> Rows:
    """Read the figures that come with the project: skill scores by what is forecast, and by the coins of both sets."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def measure(store: Store) -> Rows:
    """Return a row for each included LSTM that forecasts one day ahead."""
    prices, rows = {symbol: included.included(symbol) for symbol in COINS}, []
    for target, scaling in TARGETS.items():
        for symbol in COINS:
            run = store.find("forecast", runs.key("forecast", Spec(symbol=symbol, scaling=scaling), prices[symbol]))
            assert run is not None
            weights = store.weights(run)
            scores = {name: forecast.evaluate(run, weights, other)[0]["test_skill"] for name, other in prices.items()}
            rows.append({"target": target, "trained on": symbol} | {name: round(s, 4) for name, s in scores.items()})
    return rows


def main() -> None:
    """Write the figures."""
    settings.prepare_tensorflow()
    FILE.write_text(json.dumps(measure(Store(str(settings.SHIPPED), shipped=None)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
