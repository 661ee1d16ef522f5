"""Serve the page that a browser shows before the app: Streamlit's index.html with a star and the page's name.

Streamlit's own page is white until a megabyte of scripts has arrived. The content of `#root` here is drawn with the
first packets, and React removes it as it mounts the app. The chart library, which Streamlit requests only when it
meets the first chart, is preloaded at once, with low priority.
"""

import base64
import functools
import gzip
import hashlib
import html
import re

import brotli
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from core import settings
from core.ui import compat, messages
from core.ui.frame import menu
from core.ui.serving import encodings
from core.ui.serving.frontend import VARY, respond

ASSETS = settings.PROJECT / "assets"
# Pages that open without a chart do not need Plotly.
PLAIN = {"architectures", "captioning", "convolution", "depth", "parameters", "recurrent_step"}
PLAIN |= {"glossary", "hafez", "help", "runs", "video_violence"}
# The colours are those of .streamlit/config.toml, in the theme that the browser's system prefers. It appears after
# a short delay, so that it does not flash if the app loads at once.
STYLE = (ASSETS / "splash.css").read_text(encoding="utf-8")
# Streamlit replaces the address when a control changes, and adds entries to the browser's history when the server
# corrects it. Here another page or view is one entry per click or key press of the user, and so are the values of a
# preset, so that *back* leads to the previous view or values. It also does not know which part of an address is a page,
# so that two requests of each deep link, below /PAGE, would fail: all pages lie in the folder of their address, behind
# any proxy.
HISTORY = (ASSETS / "history.js").read_text(encoding="utf-8")
HEAD, BODY = "</head>", "</body>"
SHEET = r'<link rel="stylesheet"[^>]*>'
ROOT = '<div id="root"></div>'
FONT = "SourceSansVF-Upright"  # Streamlit preloads it before everything else, but the theme's fonts precede it
TITLE = "<title>Streamlit</title>"
ICON = "./favicon.png"


@functools.cache
def page(name: str) -> bytes:
    """Return the HTML of a page of the menu by its path, "" for Home."""
    title = _titles()[name]
    text = _without_link(_index(), FONT)
    text = text.replace(TITLE, f"<title>{html.escape(title)}</title>").replace(ICON, _star())
    text = text.replace(HEAD, f"{_charts(name)}<style>{STYLE}</style><script>{HISTORY}</script>\n  {HEAD}")
    text = text.replace(BODY, f"<script>{front()}</script>{BODY}")
    # A style sheet blocks everything after it, and it is queued with sixty scripts.
    sheets = "".join(re.findall(SHEET, text))
    return re.sub(SHEET, "", text).replace(ROOT, f'<div id="root">{_splash(title)}</div>{sheets}').encode()


@functools.cache
def front() -> str:
    """Return the script of tables, projector view and drawer; below the loading screen, which it must not delay."""
    return (ASSETS / "front.js").read_text(encoding="utf-8")


def _splash(title: str) -> str:
    star = f'<img alt="" src="{_star()}">'
    return f'<div id="splash" role="status">{star}<b>{html.escape(title)}</b><span>{messages.loading}</span></div>'


def _charts(name: str) -> str:
    library = next(compat.static_folder().glob("static/js/PlotlyChart.*.js"), None)
    if library is None or name in PLAIN:
        return ""
    return f'<link rel="modulepreload" crossorigin fetchpriority="low" href="./static/js/{library.name}">\n    '


def _without_link(text: str, resource: str) -> str:
    """Return a page without the `<link>` that names a resource."""
    before, found, after = text.partition(resource)
    if not found:
        return text
    return before[: before.rindex("<link")] + after[after.index("/>") + 2 :].lstrip()


@functools.cache
def _titles() -> dict[str, str]:
    named = {stem: f"{entry.name} · Tamrin" for stem, entry in menu.pages().items()}
    return {"": "Tamrin", **named}


@functools.cache
def _index() -> str:
    return (compat.static_folder() / "index.html").read_text(encoding="utf-8")


@functools.cache
def _star() -> str:
    return "data:image/svg+xml;base64," + base64.b64encode((ASSETS / "star.svg").read_bytes()).decode()


@functools.cache
def _coded(name: str, coding: str | None) -> bytes:
    raw = page(name)
    return {"br": brotli.compress, "gzip": gzip.compress}[coding](raw) if coding else raw


class Splash:
    """ASGI middleware: answers a GET or HEAD for a page of the menu, and leaves all else to Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].removeprefix("/") if scope["type"] == "http" else None
        if name not in _titles() or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        coding = encodings.accepted(headers.get("accept-encoding", ""), encodings.PREFERRED)
        about = {"content-encoding": coding} if coding else {}
        tag = hashlib.sha256(page(name)).hexdigest()[:16]
        about |= {"cache-control": "no-cache", "etag": f'"{tag}-{coding or "identity"}"', **VARY}
        answer = respond(_coded(name, coding), "text/html; charset=utf-8", about, headers, scope["method"])
        await answer(scope, receive, send)
