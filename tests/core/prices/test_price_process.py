"""Prices from a process of their own: the same as from here, and no process that outlives its time or its parent."""

import subprocess
import sys

import pandas as pd
import psutil
import pytest

from core import settings
from core.errors import SourceError, SymbolError
from core.jobs import processes
from core.prices.prices import Prices
from core.prices.sources import live as price_live, process as price_process
from tests.core.prices.walks import walk

STAND_IN = "tests.core.prices.price_stand_in"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen]:
    """The processes that are started, whose sources have Bitcoin, hang for Litecoin and break for Monero."""
    found: list[subprocess.Popen] = []

    def start(module: str, *arguments: str, start=processes.start, **options) -> subprocess.Popen:
        found.append(start(module, *arguments, **options))
        return found[-1]

    monkeypatch.setattr(price_process, "MODULE", STAND_IN)
    monkeypatch.setattr(processes, "start", start)
    return found


def test_prices_come_through_as_they_were(started: list) -> None:
    found, wanted = price_process.fetch("btc/usd"), walk("BTC-USD")
    pd.testing.assert_series_equal(found.closes, wanted.closes, check_freq=False)
    assert found.provenance == wanted.provenance
    assert found.stamp() == wanted.stamp()
    assert started[0].returncode is not None


def test_repairs_come_through(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = walk("BTC-USD")
    told = {**vars(sample.provenance), "repeated": ("2020-01-05",), "notes": ("Days are day first.",), "left_out": 3}
    mended = Prices(sample.closes, type(sample.provenance)(**told))
    monkeypatch.setattr(price_live, "fetch", lambda symbol: mended)
    price_process.main("BTC-USD")
    assert price_process._of_json(capsys.readouterr().out.encode()).provenance == mended.provenance


@pytest.mark.parametrize("error", [SymbolError("No such symbol."), SourceError("Yahoo is down. So is Bitfinex.")])
def test_an_error_comes_through_with_its_sentence(error: Exception, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def fail(symbol: str) -> Prices:
        raise error

    monkeypatch.setattr(price_live, "fetch", fail)
    price_process.main("AAPL")
    with pytest.raises(type(error), match=str(error)):
        price_process._of_json(capsys.readouterr().out.encode())


@pytest.mark.parametrize("symbol", ["LTC-USD", "XMR-USD"], ids=["hangs", "breaks"])
def test_sources_that_hang_or_break_are_a_sentence_and_leave_no_process(
    symbol: str, started: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_process, "LIMIT", 2.0 if symbol == "LTC-USD" else 60.0)
    with pytest.raises(SourceError, match="no usable answer"):
        price_process.fetch(symbol)
    assert started[0].returncode is not None


def test_a_process_ends_with_the_one_that_started_it() -> None:
    script = (
        f"from core.jobs import processes; print(processes.start({STAND_IN!r}, 'LTC-USD').pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=settings.PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    assert child in psutil.wait_procs([child], timeout=30)[0]
