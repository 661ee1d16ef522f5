"""Local servers that speak the protocols of the price sources, and ways to send the real clients to them."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
from curl_cffi.requests import Session

Answer = tuple[int, Any]  # status, and text or what becomes JSON


class StandIn:
    """A server on 127.0.0.1 that answers with `answer(path, query)` and remembers what it was asked."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Answer]) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                stand_in.asked.append((url.path, query))
                status, body = answer(url.path, query)
                content = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Quiet."""

            def handle(self) -> None:
                with suppress(ConnectionError):  # the client gave up, as it should
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def hang(self) -> None:
        """Never answer, until the server closes."""
        self.closing.wait()

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class Redirected(Session):
    """The session that yfinance makes, with every host replaced: `/HOST/PATH` on the stand-in."""

    def __init__(self, address: str) -> None:
        super().__init__(impersonate="chrome")
        self._address = address

    def request(self, method, url, *arguments, **named):
        return super().request(method, f"{self._address}/{url.split('://', 1)[1]}", *arguments, **named)


def chart(symbol: str, closes: pd.Series, zone: str = "UTC", live: float | None = None) -> dict[str, Any]:
    """Yahoo's chart JSON: midnights of `zone`, and the running price of today as a last row at this very moment."""
    stamps = [int(day.tz_localize(zone).timestamp()) for day in closes.index]
    values = [None if pd.isna(close) else float(close) for close in closes]
    if live is not None:
        stamps, values = [*stamps, int(pd.Timestamp.now("UTC").timestamp())], [*values, live]
    meta = {
        "currency": "USD", "symbol": symbol, "exchangeName": "CCC", "instrumentType": "CRYPTOCURRENCY",
        "firstTradeDate": stamps[0], "regularMarketTime": stamps[-1], "gmtoffset": 0, "timezone": "UTC",
        "exchangeTimezoneName": zone, "dataGranularity": "1d", "range": "", "priceHint": 2,
        "regularMarketPrice": values[-1], "validRanges": ["1d", "5d", "1mo", "1y", "10y", "max"],
    }  # fmt: skip
    quote = dict.fromkeys(("open", "high", "low", "close"), values) | {"volume": [1000] * len(values)}
    result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [quote], "adjclose": [{"adjclose": values}]}}
    return {"chart": {"result": [result], "error": None}}


NOT_FOUND = {
    "chart": {"result": None, "error": {"code": "Not Found", "description": "No data found, symbol may be delisted"}}
}


def bitfinex(path: str, candles: list[list[float]]) -> Answer:
    """Bitfinex' public API: its lists of pairs and currencies, and candles: time, open, close, high, low, volume."""
    if "pub:list:currency" in path:
        names = ["BTC", "LTC", "XMR", "USD"]
        return 200, [names, *([] for _ in range(10))]
    if "pub:info:pair" in path:
        limits = [None, None, None, "0.0001", "2000", None, None, None, None, None, None, None]
        return 200, [[[pair, limits] for pair in ("BTCUSD", "LTCUSD", "XMRUSD")], [], [], []]
    return 200, candles
