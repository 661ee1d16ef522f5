"""Fetch prices in a separate process, which ends with the download.

The clients of the sources take 90 MB, which a process that has imported them never releases, and a stalled
connection would block a worker. `python -m core.prices.sources.process SYMBOL` prints the sources' answer as JSON.
"""

import json
import subprocess
import threading
from dataclasses import asdict

import numpy as np
import pandas as pd

from core import errors
from core.errors import PricesError, SourceError
from core.jobs import processes
from core.prices import messages
from core.prices.prices import BARS, Prices, Provenance, check_symbol

LIMIT = 60.0  # seconds for all sources together
MODULE = "core.prices.sources.process"
SILENT = subprocess.DEVNULL  # for warnings of libraries; errors are reported on stdout
AT_ONCE = 3  # parallel downloads of different symbols; others wait

_free = threading.BoundedSemaphore(AT_ONCE)


def fetch(symbol: str) -> Prices:
    """Return the prices of a symbol from the first source that has them.

    Raises SymbolError if there is no such symbol, SourceError if no source delivers within the limit.
    """
    with _free, processes.start(MODULE, check_symbol(symbol), stdout=subprocess.PIPE, stderr=SILENT) as process:
        try:
            printed = _printed(process)
        finally:
            process.kill()
    return _of_json(printed)


def _printed(process: subprocess.Popen[bytes]) -> bytes:
    """Return the output of a process, read until it ends or its time is over."""
    timer = threading.Timer(LIMIT, process.kill)
    timer.daemon = True
    timer.start()
    try:
        return process.stdout.read() if process.stdout else b""
    finally:
        timer.cancel()


def _as_json(prices: Prices) -> str:
    days = prices.days.to_numpy("datetime64[D]").astype(str).tolist()
    bars = None if prices.bars is None else {name: prices.bars[name].tolist() for name in BARS}
    told = {"days": days, "closes": prices.values.tolist(), "bars": bars, "provenance": asdict(prices.provenance)}
    return json.dumps(told)


def _of_json(text: bytes) -> Prices:
    try:
        told = json.loads(text)
    except ValueError:
        raise SourceError(messages.no_answer.format(seconds=LIMIT)) from None
    if "error" in told:
        raise getattr(errors, told["error"])(told["sentence"])
    days = pd.DatetimeIndex(np.array(told["days"], "datetime64[us]"), name="day")
    closes = pd.Series(np.array(told["closes"], "float64"), index=days, name="close")
    bars = told["bars"] and pd.DataFrame(told["bars"], index=days, dtype="float64")
    return Prices(closes, Provenance.of_json(told["provenance"]), bars)


def main(symbol: str) -> None:
    """Print the prices of a symbol, or the error of the sources."""
    from core.prices.sources import live as price_live

    try:
        print(_as_json(price_live.fetch(symbol)))
    except PricesError as error:
        print(json.dumps({"error": type(error).__name__, "sentence": str(error)}))


if __name__ == "__main__":
    main(*processes.begin(nice=5))  # the same priority as workers, so that trainings do not starve it
