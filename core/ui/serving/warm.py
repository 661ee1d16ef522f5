"""Run the server's background work: visit its own pages once, expire old sessions and return free memory by a clock.

The first user after a start used to wait three seconds longer than the next: for imports, for caches, for a worker.
A visitor without a browser opens all pages instead, in a session of its own, and yields to users.
"""

import asyncio
import contextlib
import gc
import importlib
import logging
import time
from collections.abc import AsyncIterator

from starlette.types import ASGIApp, Receive, Scope, Send

from core.ui import compat
from core.ui.frame import menu
from core.ui.serving import encodings, memory

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds for one page; pages that use the network take longest
FIRST = "runs"  # a page without a chart: those after it are drawn whole, not in the steps of a visit that begins
LAST = ("crypto_forecasting", "bitcoin_rollout")  # visited last: they request prices
ASIDE = 3.0  # seconds of pause after a user's arrival
CLOCK = 30.0  # seconds between two checks of the ended sessions


class Arrivals:
    """ASGI middleware: records when a page was last opened."""

    last = -float("inf")

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            Arrivals.last = time.monotonic()
        await self._app(scope, receive, send)


def pages() -> list[str]:
    """Return the paths of all pages in the order of the visit, "" for Home."""
    named = list(menu.pages())
    return sorted(["", *named], key=lambda page: (page != FIRST, LAST.count(page)))


async def visit(server: compat.Server) -> None:
    """Open every page once. Yields to users: the page is left and opened again later."""
    visitor = compat.Visitor(server)
    begun = time.monotonic()
    try:
        await asyncio.to_thread(importlib.import_module, "pandas.io.formats.style")  # of tables with negative numbers
        for page in pages():
            while not await _opened(visitor, page):
                await asyncio.sleep(ASIDE)
    finally:
        visitor.leave()
    gc.collect()
    gc.freeze()  # these objects live on: a collection that traverses them would delay every user
    log.info("All pages were opened once in %.1f s.", time.monotonic() - begun)


async def _opened(visitor: compat.Visitor, page: str) -> bool:
    """Open one page; return False if a user arrived meanwhile, or has just arrived."""
    if time.monotonic() - Arrivals.last < ASIDE:
        return False
    begun = time.monotonic()
    visitor.open(page)
    while not visitor.finished.is_set() and time.monotonic() - begun < PATIENCE:
        if Arrivals.last > begun:
            visitor.stop()
            return False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(visitor.finished.wait(), 0.05)
    return True


async def keep_time(server: compat.Server) -> None:
    """Expire sessions by a clock, which Streamlit itself does only when the next one ends, and return free memory."""
    while True:
        await asyncio.sleep(CLOCK)
        if compat.expire_sessions(server):
            gc.collect()  # a session's objects form reference cycles
        await asyncio.to_thread(memory.trim)


@contextlib.asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Start the background work behind the health check, and end it with the server."""
    server, copies = compat.server(), encodings.start()
    tasks = [asyncio.create_task(visit(server)), asyncio.create_task(keep_time(server))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        encodings.stop(copies)
