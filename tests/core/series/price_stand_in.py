"""In the place of `core.series.price_process`: its sources have a sample, hang or break, without any network."""

import os
import time

from core import processes
from core.series import price_live, price_process, price_sample
from core.series.prices import Prices


def fetch(symbol: str) -> Prices:
    """The sample of a symbol, but LTC-USD hangs and XMR-USD breaks the process."""
    if symbol == "LTC-USD":
        time.sleep(60)
    if symbol == "XMR-USD":
        os._exit(3)
    return price_sample.sample(symbol)


if __name__ == "__main__":
    price_live.fetch = fetch
    price_process.main(*processes.begin(nice=0))
