"""Simulate a network between browser and server: every byte is counted, and it may be as slow as a bad one.

The inspector of Chromium reports WebSocket frames after they were decompressed, so bytes are counted here, outside it.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PIECE = 4096  # bytes sent at once; the connections of a browser take turns


class Wire:
    """A TCP proxy on loopback before `port`.

    `rate` is the bandwidth in bytes per second in each direction, shared by all connections (None: unlimited);
    `latency` is the round-trip time in seconds. `down` and `up` count the bytes to and from the browser.
    """

    def __init__(self, port: int, rate: float | None = None, latency: float = 0.0) -> None:
        self._port, self._rate, self._latency = port, rate, latency
        self._free = {"up": 0.0, "down": 0.0}
        self.bytes = {"up": 0, "down": 0}
        self.url = ""

    async def serve(self) -> None:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=PIECE)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        self._server.close()
        open_ = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)

    async def _connection(self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self._latency)  # the TCP handshake takes one round trip
        server, to_server = await asyncio.open_connection("127.0.0.1", self._port, limit=PIECE)
        with contextlib.suppress(asyncio.CancelledError):  # the wire is closed
            await asyncio.gather(
                self._pump("up", browser, to_server), self._pump("down", server, to_browser), return_exceptions=True
            )

    async def _pump(self, way: str, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        try:
            while piece := await source.read(PIECE):
                self.bytes[way] += len(piece)
                await self._passed(way, len(piece))
                loop.call_later(self._latency / 2, target.write, piece)
        finally:
            loop.call_later(self._latency / 2, target.close)

    async def _passed(self, way: str, count: int) -> None:
        """Wait until that many bytes have passed a link with the bandwidth of this one."""
        if self._rate:
            now = asyncio.get_running_loop().time()
            self._free[way] = max(now, self._free[way]) + count / self._rate
            await asyncio.sleep(self._free[way] - now)


@contextmanager
def wire(port: int, rate: float | None = None, latency: float = 0.0) -> Iterator[Wire]:
    """Open a `Wire` that serves in a thread of its own."""
    loop, line = asyncio.new_event_loop(), Wire(port, rate, latency)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(line.serve(), loop).result(10)
    try:
        yield line
    finally:
        asyncio.run_coroutine_threadsafe(line.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
