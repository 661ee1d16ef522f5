"""Live prices: the real clients against local servers that speak, refuse, babble and hang as the sources do."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yfinance
from yfinance.data import YfData

from core import settings
from core.errors import PricesError, SourceError, SymbolError
from core.prices.sources import exchange as price_exchange, live as price_live, yahoo as price_yahoo
from core.prices.sources.cache import PriceBook
from tests import ready
from tests.core.prices.stand_ins import NOT_FOUND, Redirected, StandIn, bitfinex, chart

TODAY = pd.Timestamp.now("UTC").tz_localize(None).normalize()
DAYS = pd.date_range(end=TODAY - pd.Timedelta("1D"), periods=90, freq="D")
CLOSES = pd.Series(np.linspace(100, 190, 90), index=DAYS)

Serve = Callable[[Callable], StandIn]


def is_chart(path: str) -> bool:
    return "/v8/finance/chart/" in path


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start stand-ins that end with the test."""
    started: list[StandIn] = []

    def start(answer: Callable) -> StandIn:
        started.append(StandIn(answer))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def yahoo(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable]:
    """`yahoo(answer)` sends yfinance to a stand-in; cookies and crumbs are served, `answer(query)` gives the chart."""
    monkeypatch.setattr(price_yahoo, "PAUSES", (0.01,))
    price_yahoo._prepare(Path(settings.read().home) / "yfinance")  # also for tests that call yfinance themselves
    data, before = YfData(), YfData()._session

    def start(answer: Callable[[dict], tuple]) -> StandIn:
        def route(path: str, query: dict) -> tuple:
            if is_chart(path):
                return answer(query)
            return (200, "crumb") if "getcrumb" in path else (404, "")

        server = serve(route)
        monkeypatch.setattr("yfinance.multi.new_session", lambda: Redirected(server.address))  # of `download`
        data._set_session(Redirected(server.address))
        data._crumb = data._cookie = None
        return server

    yield start
    data._set_session(before)
    data._crumb = data._cookie = None


@pytest.fixture
def exchange(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """`exchange(answer)` sends ccxt to a stand-in."""

    def start(answer: Callable[[str], tuple]) -> StandIn:
        server = serve(lambda path, query: answer(path))
        monkeypatch.setitem(price_exchange.OPTIONS, "urls", {"api": {"public": server.address}})
        monkeypatch.setitem(price_exchange.OPTIONS, "enableRateLimit", False)
        return server

    return start


def candles(closes: pd.Series) -> list[list[float]]:
    return [[int(day.timestamp() * 1000), c - 0.5, c, c + 1, c - 1, 5.0] for day, c in closes.items()]


# ---- Yahoo


def test_the_client_keeps_its_own_libcurl_beside_tensorflow(tmp_path: Path) -> None:
    script = f"import sys, tensorflow; sys.path.append({str(settings.PROJECT)!r}); "
    script += "from core.prices.sources import yahoo; assert 'curl_cffi' not in sys.modules; yahoo.load_client(); "
    script += "import curl_cffi; curl = curl_cffi.Curl(); "
    script += "print(curl.version().decode()); print(curl.impersonate('chrome131'))"
    (tmp_path / "client.py").write_text(script)
    done = ready.run(["client.py"], cwd=tmp_path)
    version, failed = done.stdout.splitlines()[-2:]
    assert "IMPERSONATE" in version
    assert failed == "0"


def test_yahoo_gives_finished_days_with_their_provenance(yahoo: Callable) -> None:
    server = yahoo(lambda query: (200, chart("AAA-USD", CLOSES, live=999.0)))
    found = price_yahoo.fetch("AAA-USD")
    pd.testing.assert_series_equal(found.closes, CLOSES, check_names=False, check_freq=False, check_index_type=False)
    told = found.provenance
    assert (told.source, told.symbol, told.simulated) == ("Yahoo Finance", "AAA-USD", False)
    assert (told.first, told.last) == (f"{DAYS[0]:%Y-%m-%d}", f"{DAYS[-1]:%Y-%m-%d}")
    assert abs(pd.Timestamp(told.downloaded) - pd.Timestamp.now("UTC")) < pd.Timedelta("1min")
    asked = [query for path, query in server.asked if is_chart(path)][-1]
    assert asked["interval"] == "1d"
    assert pd.Timestamp(int(asked["period1"]), unit="s") == pd.Timestamp(price_yahoo.FIRST_DAY)


def test_yahoo_day_without_a_price_is_filled_and_told(yahoo: Callable) -> None:
    holed = CLOSES.copy()
    holed.iloc[[10, 11]] = np.nan
    yahoo(lambda query: (200, chart("BBB-USD", holed)))
    found = price_yahoo.fetch("BBB-USD")
    assert found.provenance.filled == (f"{DAYS[10]:%Y-%m-%d}", f"{DAYS[11]:%Y-%m-%d}")
    assert found.values[9:13].tolist() == pytest.approx([CLOSES.iloc[9]] * 3 + [CLOSES.iloc[12]])


def test_yahoo_shares_keep_their_trading_days_and_the_date_of_their_exchange(yahoo: Callable) -> None:
    zone = "America/New_York"
    today = pd.Timestamp.now(zone).tz_localize(None).normalize()
    days = pd.bdate_range(end=today, periods=80)
    yahoo(lambda query: (200, chart("CCC", pd.Series(np.arange(80.0) + 1, index=days), zone)))
    found = price_yahoo.fetch("CCC")
    assert found.days.tolist() == [day for day in days if day < today]
    assert found.provenance.filled == ()


def test_columns_in_pairs_give_the_same_closes(yahoo: Callable) -> None:
    yahoo(lambda query: (200, chart("DDD-USD", CLOSES)))
    frame = yfinance.download(
        "DDD-USD", start="2014-09-17", auto_adjust=False, progress=False, threads=False, multi_level_index=True
    )
    assert isinstance(frame.columns, pd.MultiIndex)
    np.testing.assert_allclose(price_yahoo.bars_of(frame)["close"], CLOSES)


def test_yahoo_429_is_tried_again_and_then_named(yahoo: Callable) -> None:
    server = yahoo(lambda query: (429, "Too Many Requests"))
    with pytest.raises(SourceError, match="429"):
        price_yahoo.fetch("EEE-USD")
    tries = sum(is_chart(path) for path, _ in server.asked)
    assert 2 <= tries <= 4  # yfinance itself asks twice a try


def test_yahoo_recovers_from_a_passing_429(yahoo: Callable) -> None:
    refusals = iter([429, 429])
    yahoo(lambda query: (next(refusals, 200), chart("FFF-USD", CLOSES)))
    assert len(price_yahoo.fetch("FFF-USD")) == 90


def test_yahoo_says_that_a_symbol_is_unknown_each_time(yahoo: Callable) -> None:
    yahoo(lambda query: (404, NOT_FOUND))
    for _ in range(3):
        with pytest.raises(SymbolError, match="does not know NOSUCH"):
            price_yahoo.fetch("NOSUCH")


@pytest.mark.parametrize(
    "bad",
    [
        (200, {"chart": {"result": [], "error": None}}),
        (200, {"chart": {"result": None, "error": None}}),
        (200, "<html>Will be right back</html>"),
        (502, "<html>Bad gateway</html>"),
        (200, {}),
    ],
    ids=["empty list", "null", "down page", "502", "other JSON"],
)
@pytest.mark.parametrize("known_zone", [False, True])
def test_yahoo_bad_answers_are_named_and_not_remembered(yahoo: Callable, bad: tuple, known_zone: bool) -> None:
    symbol = f"Z{abs(hash((str(bad), known_zone))) % 10**8}-USD"
    good = (200, chart(symbol, CLOSES))
    state = {"answer": good if known_zone else bad}
    yahoo(lambda query: state["answer"])
    if known_zone:
        price_yahoo.fetch(symbol)
        state["answer"] = bad
    with pytest.raises(SourceError, match="Yahoo Finance"):
        price_yahoo.fetch(symbol)
    state["answer"] = good
    assert len(price_yahoo.fetch(symbol)) == 90


def test_yahoo_that_hangs_is_given_up(yahoo: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_yahoo, "DEADLINE", 0.5)
    servers: list[StandIn] = []
    servers.append(yahoo(lambda query: servers[0].hang() or (200, "")))
    began = time.monotonic()
    with pytest.raises(SourceError, match="did not answer"):
        price_yahoo.fetch("HHH-USD")
    assert time.monotonic() - began < 40  # yfinance alone would wait for a minute


def test_yahoo_out_of_reach(yahoo: Callable) -> None:
    yahoo(lambda query: (200, "")).close()
    with pytest.raises(SourceError, match="cannot be reached"):
        price_yahoo.fetch("III-USD")


# ---- the exchange


def test_exchange_gives_finished_days(exchange: Callable) -> None:
    today = pd.Series([500.0], index=[TODAY])
    exchange(lambda path: bitfinex(path, candles(pd.concat([CLOSES, today]))))
    found = price_exchange.fetch("LTC-USD")
    np.testing.assert_allclose(found.values, CLOSES)
    assert found.days.tolist() == DAYS.tolist()
    assert found.provenance.source == "Bitfinex"


@pytest.mark.parametrize("symbol", ["DOGE-USD", "AAPL"])
def test_exchange_names_what_it_does_not_trade(exchange: Callable, symbol: str) -> None:
    exchange(lambda path: bitfinex(path, []))
    with pytest.raises(SymbolError, match=symbol):
        price_exchange.fetch(symbol)


@pytest.mark.parametrize(
    "bad", [(429, '["error",11010,"ratelimit: error"]'), (500, "oops"), (200, "<html>"), (200, [])]
)
def test_exchange_that_fails_is_named(exchange: Callable, bad: tuple) -> None:
    exchange(lambda path: bad if "candles" in path else bitfinex(path, []))
    with pytest.raises(SourceError, match="Bitfinex"):
        price_exchange.fetch("BTC-USD")


def test_exchange_that_hangs_is_given_up(exchange: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(price_exchange.OPTIONS, "timeout", 300)
    servers: list[StandIn] = []
    servers.append(exchange(lambda path: servers[0].hang() or (200, "")))
    began = time.monotonic()
    with pytest.raises(SourceError, match="cannot be reached"):
        price_exchange.fetch("BTC-USD")
    assert time.monotonic() - began < 40


# ---- both behind one function


def test_the_second_source_stands_in_for_a_yahoo_that_refuses(yahoo: Callable, exchange: Callable) -> None:
    yahoo(lambda query: (429, "Too Many Requests"))
    exchange(lambda path: bitfinex(path, candles(CLOSES)))
    found = price_live.fetch("btc/usd")
    assert (found.provenance.source, found.provenance.symbol) == ("Bitfinex", "BTC-USD")


def test_the_second_source_is_not_asked_for_an_unknown_symbol(yahoo: Callable, exchange: Callable) -> None:
    yahoo(lambda query: (404, NOT_FOUND))
    second = exchange(lambda path: bitfinex(path, candles(CLOSES)))
    with pytest.raises(SymbolError):
        price_live.fetch("BTC-USDX")
    assert second.asked == []


def test_when_all_fail_each_reason_is_told(yahoo: Callable, exchange: Callable) -> None:
    yahoo(lambda query: (429, "Too Many Requests"))
    exchange(lambda path: (500, "oops"))
    with pytest.raises(SourceError, match=r"Yahoo Finance refuses.*Bitfinex cannot"):
        price_live.fetch("BTC-USD")
    with pytest.raises(SourceError, match=r"Yahoo Finance refuses.*Bitfinex has only pairs"):
        price_live.fetch("AAPL")


@pytest.mark.parametrize("text", ["", "   ", "BTC USD", "../../etc", "-USD", "<b>", "A" * 21, "BTC;USD"])
def test_what_is_no_symbol_is_refused_before_anyone_is_asked(text: str) -> None:
    with pytest.raises(SymbolError, match="is not a symbol"):
        price_live.fetch(text, sources=())


def test_on_the_worst_day_the_book_keeps_what_it_had(yahoo: Callable, exchange: Callable, tmp_path) -> None:
    yahoo(lambda query: (200, chart("XMR-USD", CLOSES)))
    now = time.time()
    assert len(PriceBook(tmp_path, clock=lambda: now).get("XMR-USD", wait=20).prices) == 90
    yahoo(lambda query: (429, "Too Many Requests"))
    exchange(lambda path: (500, "oops"))
    book = PriceBook(tmp_path, clock=lambda: now + 7200)
    first = book.get("XMR-USD")
    assert (first.refreshing, first.prices.provenance.source) == (True, "Yahoo Finance")
    while (later := book.get("XMR-USD")).refreshing:
        time.sleep(0.02)
    assert later.age == pytest.approx(7200, abs=30)
    assert "429" in later.problem
    assert len(later.prices) == 90


def test_every_error_is_a_sentence_for_a_page() -> None:
    assert issubclass(SymbolError, PricesError)
    assert issubclass(SourceError, PricesError)
