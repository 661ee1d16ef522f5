"""The price book with a source and a clock of our own: what is shown, when, and with which stamp."""

import dataclasses
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import PendingError, PricesError, SourceError, SymbolError
from core.prices.prices import Prices, Provenance
from core.prices.sources import cache as price_cache
from core.prices.sources.cache import PriceBook, Shown

DOWN = SourceError("The source is down.")


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Gives rising prices stamped with the clock, an error, or nothing before its gate opens."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.calls, self.error = clock, 0, None
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, symbol: str) -> Prices:
        self.calls += 1
        assert self.gate.wait(60)
        if self.error:
            raise self.error
        days = pd.date_range("2020-01-01", periods=70, name="day").as_unit("us")
        downloaded = pd.Timestamp(self.clock.now, unit="s", tz="UTC").isoformat()
        told = Provenance("test", symbol, "2020-01-01", "2020-03-10", downloaded, repeated=("2020-01-05",))
        return Prices(pd.Series(np.arange(70.0) + self.calls, index=days, name="close"), told)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(clock: Clock) -> Source:
    return Source(clock)


@pytest.fixture
def book(tmp_path: Path, source: Source, clock: Clock) -> PriceBook:
    return PriceBook(tmp_path, source, clock)


def settled(book: PriceBook, symbol: str, fresh: float = 3600) -> Shown:
    """What is shown once no download is under way any more."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not (shown := book.get(symbol, fresh=fresh)).refreshing:
            return shown
        time.sleep(0.005)
    raise AssertionError("the download did not end")


def test_what_is_fresh_comes_from_disk_as_it_was(book: PriceBook, source: Source, clock: Clock, tmp_path: Path) -> None:
    first = book.get("BTC-USD", wait=10)
    clock.now += 3599
    again = PriceBook(tmp_path, source, clock).get("BTC-USD")
    assert source.calls == 1
    pd.testing.assert_series_equal(again.prices.closes, first.prices.closes, check_freq=False)
    assert again.prices.provenance == first.prices.provenance
    assert again.prices.stamp() == first.prices.stamp()
    assert (again.age, again.refreshing, again.problem) == (3599, False, "")


def test_what_is_older_is_shown_at_once_and_refreshed_behind(book: PriceBook, source: Source, clock: Clock) -> None:
    book.get("BTC-USD", wait=10)
    clock.now += 3601
    source.gate.clear()  # who waited for the download would wait for ever
    old = book.get("BTC-USD")
    assert (old.refreshing, old.age, old.prices.values[0]) == (True, 3601, 1)
    source.gate.set()
    new = settled(book, "BTC-USD")
    assert (new.age, new.prices.values[0]) == (0, 2)


def test_a_page_may_ask_for_a_shorter_life(book: PriceBook, source: Source, clock: Clock) -> None:
    book.get("BTC-USD", wait=10)
    clock.now += 70
    assert not book.get("BTC-USD").refreshing
    assert settled(book, "BTC-USD", fresh=60).age == 0


def test_many_pages_share_one_download(book: PriceBook, source: Source) -> None:
    source.gate.clear()
    threads = [threading.Thread(target=book.get, args=("LTC-USD", 5)) for _ in range(8)]
    for thread in threads:
        thread.start()
    source.gate.set()
    for thread in threads:
        thread.join()
    assert source.calls == 1


def test_a_download_that_ends_between_a_look_and_the_next_is_not_repeated(book: PriceBook, source: Source, monkeypatch):
    look, looks = book._read, []

    def interrupted_look(symbol: str) -> Prices | None:
        kept = look(symbol)
        looks.append(symbol)
        if len(looks) == 1:
            book.get(symbol, wait=10)  # the whole download of another page
        return kept

    monkeypatch.setattr(book, "_read", interrupted_look)
    assert book.get("BTC-USD", wait=10).age == 0
    assert source.calls == 1


def test_first_sight_shows_the_included_prices_while_the_download_hangs(book: PriceBook, source: Source) -> None:
    source.gate.clear()
    began = time.monotonic()
    shown = book.get("XMR-USD", wait=0.2)
    assert time.monotonic() - began > 0.15
    assert (shown.included, shown.refreshing, shown.prices.provenance.last) == (True, True, "2021-07-06")
    source.gate.set()
    assert not settled(book, "XMR-USD").included


def test_with_nothing_to_be_had_the_included_prices_say_why(book: PriceBook, source: Source) -> None:
    source.error = DOWN
    shown = book.get("XMR-USD", wait=10)
    assert (shown.included, shown.refreshing, shown.problem) == (True, False, str(DOWN))


def test_a_failed_symbol_rests_twice_as_long_each_time(book: PriceBook, source: Source, clock: Clock) -> None:
    source.error = DOWN
    for calls, rest in enumerate((60, 120, 240), 1):
        book.get("BTC-USD", wait=10)
        assert source.calls == calls
        clock.now += rest - 1
        book.get("BTC-USD", wait=10)
        assert source.calls == calls
        clock.now += 2
    source.error = None
    assert book.get("BTC-USD", wait=10).problem == ""
    source.error = DOWN
    clock.now += 3601
    assert settled(book, "BTC-USD").problem == str(DOWN)
    clock.now += 61  # after a success the rest is short again
    settled(book, "BTC-USD")
    assert source.calls == 6


def test_old_prices_stay_when_the_source_goes_down(book: PriceBook, source: Source, clock: Clock) -> None:
    book.get("AAPL", wait=10)
    source.error = DOWN
    clock.now += 86_400
    shown = settled(book, "AAPL")
    assert (shown.age, shown.problem, shown.prices.values[0]) == (86_400, str(DOWN), 1)


def test_a_symbol_that_is_not_included_waits_for_its_answer(book: PriceBook, source: Source) -> None:
    source.gate.clear()
    threading.Timer(0.3, source.gate.set).start()
    assert len(book.get("AAPL", wait=0).prices) == 70
    source.error = SymbolError("No such symbol.")
    for _ in range(2):
        with pytest.raises(SymbolError, match="No such symbol"):
            book.get("NOSUCH")
    assert source.calls == 2


def test_a_page_does_not_wait_for_such_a_symbol_to_the_end(book: PriceBook, source: Source) -> None:
    source.gate.clear()
    for _ in range(2):
        with pytest.raises(PendingError, match="AAPL are being fetched"):
            book.get("AAPL", longest=0.05)
    assert book.fetching("aapl")
    assert source.calls == 1
    source.gate.set()
    assert len(book.get("AAPL").prices) == 70
    assert not book.fetching("AAPL")


@pytest.mark.parametrize("damage", [b"", b"PAR1 half a file", None], ids=["empty", "cut", "of another program"])
def test_a_damaged_file_is_fetched_again(book: PriceBook, source: Source, tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "BTC-USD.parquet"
    if damage is None:
        pd.DataFrame({"x": [1]}).to_parquet(path)
    else:
        path.write_bytes(damage)
    assert book.get("BTC-USD", wait=10).prices.values[0] == 1
    assert source.calls == 1


def test_a_folder_that_cannot_be_written_is_a_sentence(source: Source, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PricesError, match="TAMRIN_HOME"):
        PriceBook(tmp_path / "file" / "prices", source, clock).get("AAPL")


def test_the_disk_keeps_a_bounded_number(book: PriceBook, source: Source, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(price_cache, "MOST_SYMBOLS", 3)
    for name in "ABCDE":
        book.get(name, wait=10)
        time.sleep(0.01)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["C", "D", "E"]


def test_readers_never_meet_half_a_file(book: PriceBook, source: Source) -> None:
    """Writers replace the file while a reader reads it over and over."""
    prices, ended = source("BTC-USD"), threading.Event()
    book.put(prices)

    def write() -> None:
        for _ in range(60):
            book.put(dataclasses.replace(prices))
        ended.set()

    threading.Thread(target=write).start()
    while not ended.is_set():
        assert book.get("BTC-USD").prices.provenance.source == "test"
    assert source.calls == 1


def test_the_callers_text_is_checked(book: PriceBook, source: Source) -> None:
    assert book.get(" btc/usd ", wait=10).prices.provenance.symbol == "BTC-USD"
    with pytest.raises(SymbolError, match="not a symbol"):
        book.get("../secrets")
    assert source.calls == 1


def test_what_is_at_hand_starts_no_download(book: PriceBook, source: Source, clock: Clock) -> None:
    assert book.at_hand("AAPL") is None
    included = book.at_hand("BTC-USD")
    assert included is not None
    assert (included.included, included.refreshing) == (True, True)
    assert source.calls == 0
    book.get("BTC-USD", wait=10)
    kept = book.at_hand("BTC-USD")
    assert kept is not None
    assert (kept.included, kept.refreshing) == (False, False)
    clock.now += 3601
    source.error = SourceError("down")
    assert settled(book, "BTC-USD").problem == "down"
    old = book.at_hand("BTC-USD")
    assert old is not None
    assert (old.refreshing, old.problem, source.calls) == (False, "down", 2)
