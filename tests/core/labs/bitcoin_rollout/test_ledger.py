"""The ledger with a clock of our own: written before the day is over, settled after, never changed."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import PricesError
from core.labs.bitcoin_rollout.ledger import Ledger, score
from core.prices.prices import Prices, Provenance
from core.prices.sources import live as price_live
from core.prices.sources.cache import PriceBook
from tests.core.prices.stand_ins import chart
from tests.core.prices.test_prices_live import CLOSES, TODAY, serve, yahoo  # noqa: F401 - fixtures

START = pd.Timestamp("2024-03-10")  # the first "today"


def known_to(day: pd.Timestamp, closes: dict[str, float] | None = None) -> Prices:
    days = pd.date_range(end=day, periods=70, name="day").as_unit("us")
    series = pd.Series(np.arange(70.0) + 100, index=days, name="close")
    for when, close in (closes or {}).items():
        series[when] = close
    return Prices(
        series, Provenance("test", "BTC-USD", f"{days[0]:%Y-%m-%d}", f"{day:%Y-%m-%d}", "2024-03-10T00:00:00")
    )


class Clock:
    def __init__(self) -> None:
        self.now = START.timestamp() + 3600 * 9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    return Ledger("BTC-USD", tmp_path, clock)


def test_a_forecast_meets_its_truth_and_the_score_runs(ledger: Ledger, clock: Clock) -> None:
    yesterday = START - pd.Timedelta("1D")
    assert ledger.note(known_to(yesterday), "net", 175.0)
    (entry,) = ledger.entries("net")
    assert (entry.day, entry.naive, entry.truth, entry.made) == ("2024-03-10", 169.0, None, "2024-03-10T09:00:00+00:00")
    assert ledger.settle(known_to(yesterday)) == 0
    clock.now += 86_400
    assert ledger.settle(known_to(START, {"2024-03-10": 173.0})) == 1
    assert ledger.note(known_to(START, {"2024-03-10": 173.0}), "net", 180.0)
    assert ledger.entries()[0].truth == 173.0
    assert score(ledger.entries("net")) == {"days": 1, "mae": 2.0, "naive_mae": 4.0}
    assert ledger.settle(known_to(START, {"2024-03-10": 173.0})) == 0


def test_what_was_written_first_stays(ledger: Ledger, tmp_path: Path) -> None:
    yesterday = known_to(START - pd.Timedelta("1D"))
    assert ledger.note(yesterday, "net", 175.0)
    before = (tmp_path / "BTC-USD.jsonl").read_text()
    assert not ledger.note(yesterday, "net", 999.0)
    assert ledger.note(yesterday, "other", 180.0)  # another network has an entry of its own
    assert (tmp_path / "BTC-USD.jsonl").read_text().startswith(before)
    assert [entry.forecast for entry in ledger.entries()] == [175.0, 180.0]
    assert [entry.forecast for entry in ledger.entries("other")] == [180.0]


def test_a_day_that_is_over_is_not_forecast_any_more(ledger: Ledger, clock: Clock) -> None:
    clock.now += 86_400
    assert not ledger.note(known_to(START - pd.Timedelta("1D")), "net", 175.0)
    assert ledger.entries() == []
    assert score([]) == {"days": 0}


def test_a_line_that_a_crash_cut_off_is_passed_over(ledger: Ledger, tmp_path: Path) -> None:
    ledger.note(known_to(START - pd.Timedelta("1D")), "net", 175.0)
    with (tmp_path / "BTC-USD.jsonl").open("a") as file:
        file.write(json.dumps({"truth": {"day": "2024-03-10", "close": 1.0}})[:20])
    assert len(ledger.entries()) == 1
    assert ledger.settle(known_to(START, {"2024-03-10": 173.0})) == 1
    assert ledger.entries()[0].truth == 173.0


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PricesError, match="TAMRIN_HOME"):
        Ledger("BTC-USD", tmp_path / "file", clock).note(known_to(START - pd.Timedelta("1D")), "net", 1.0)


def test_a_book_with_the_same_clock_brings_the_truth(ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    """Refresh after refresh, as the live view does it: forecast, midnight, truth."""

    def fetch(symbol: str) -> Prices:
        today = pd.Timestamp(clock.now, unit="s").normalize()
        prices = known_to(today - pd.Timedelta("1D"))
        stamp = pd.Timestamp(clock.now, unit="s", tz="UTC").isoformat()
        told = Provenance("test", symbol, prices.provenance.first, prices.provenance.last, stamp)
        return Prices(prices.closes, told)

    book = PriceBook(tmp_path / "prices", fetch, clock)
    for _ in range(3):
        shown = book.get("BTC-USD", wait=10, fresh=60)
        while shown.refreshing:
            shown = book.get("BTC-USD", wait=10, fresh=60)
        ledger.settle(shown.prices)
        ledger.note(shown.prices, "net", 170.0)
        clock.now += 86_400
    assert [(entry.day, entry.truth) for entry in ledger.entries()] == [
        ("2024-03-10", 169.0),
        ("2024-03-11", 169.0),
        ("2024-03-12", None),
    ]
    assert score(ledger.entries())["days"] == 2


def test_the_real_client_brings_the_truth_from_a_server(yahoo: Callable, tmp_path: Path) -> None:  # noqa: F811
    """A server that speaks Yahoo's protocol has yesterday's close only when it is asked the second time."""
    answers = [CLOSES[:-1], CLOSES]
    yahoo(lambda query: (200, chart("BTC-USD", answers[0])))
    before = price_live.fetch("BTC-USD")
    yesterday = TODAY - pd.Timedelta("1D")
    ledger = Ledger("BTC-USD", tmp_path, lambda: yesterday.timestamp() + 60)
    assert ledger.note(before, "net", 200.0)
    answers.pop(0)
    after = price_live.fetch("BTC-USD")
    assert ledger.settle(after) == 1
    (entry,) = ledger.entries()
    assert (entry.day, entry.truth) == (f"{yesterday:%Y-%m-%d}", CLOSES.iloc[-1])
    assert score([entry]) == {"days": 1, "mae": pytest.approx(10.0), "naive_mae": pytest.approx(CLOSES.diff().iloc[-1])}
