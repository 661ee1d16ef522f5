"""In the place of `core.prices.sources.process`: its sources have a sample, hang or break, without any network."""

import os
import time

from core.jobs import processes
from core.prices.prices import Prices
from core.prices.sources import live as price_live, process as price_process
from tests.core.prices.walks import walk


def fetch(symbol: str) -> Prices:
    """The sample of a symbol, but LTC-USD hangs and XMR-USD breaks the process."""
    if symbol == "LTC-USD":
        time.sleep(60)
    if symbol == "XMR-USD":
        os._exit(3)
    return walk(symbol)


if __name__ == "__main__":
    price_live.fetch = fetch
    price_process.main(*processes.begin(nice=0))
