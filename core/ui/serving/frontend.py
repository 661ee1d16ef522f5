"""Serve Streamlit's own scripts, styles and fonts, each in one piece and in the best coding the browser accepts.

A first visit requests about a hundred of these files, and the chart library alone has 4.7 MB. Streamlit has threads
read them in pieces of 64 KB, which costs such a visit up to a quarter of a second.
"""

import mimetypes
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.ui import compat
from core.ui.serving import encodings

FOREVER = "public, immutable, max-age=31536000"  # a file's name changes with its content
PARTIAL = ("range", "if-range")  # ranges refer to the uncompressed file: Streamlit answers them
VARY = {"vary": "accept-encoding"}


class Frontend:
    """ASGI middleware: answers a GET or HEAD for one of those files, and leaves all else to Streamlit."""

    def __init__(self, app: ASGIApp, copies: Path | None = None) -> None:
        self._app = app
        self._copies = copies or encodings.folder()
        static = compat.static_folder()
        self._files = {f"/{file.relative_to(static).as_posix()}": file for file in static.glob("static/**/*.*")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        file = self._files.get(scope["path"]) if asked else None
        headers = Headers(scope=scope) if file else Headers()
        answer = self._answer(file, headers, scope["method"]) if file and not any(map(headers.get, PARTIAL)) else None
        await (answer or self._app)(scope, receive, send)

    def _answer(self, file: Path, headers: Headers, method: str) -> Response:
        if file.suffix == ".woff2" and _size(smaller := encodings.font_of(file.name, self._copies)):
            about = {"cache-control": "no-cache", "etag": f'"{smaller.name}"'}  # it changes with the icons of the pages
            return respond(smaller, "font/woff2", about, headers, method)
        copies = {coding: encodings.smallest(file.name, coding, self._copies) for coding in encodings.PREFERRED}
        there = [coding for coding, copy in copies.items() if file.suffix in encodings.TEXT and _size(copy)]
        coding = encodings.accepted(headers.get("accept-encoding", ""), there)
        about = {"content-encoding": coding} if coding else {}
        about |= {"cache-control": FOREVER, "etag": f'"{file.name}-{coding or "identity"}"'}
        if file.suffix in encodings.TEXT:
            about |= VARY
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return respond(copies[coding] if coding else file, kind, about, headers, method)


def respond(file: Path | bytes, kind: str, about: dict[str, str], headers: Headers, method: str) -> Response:
    """Return the response to a GET or HEAD for a whole file: 304 for a browser that has it already."""
    if unchanged(headers.get("if-none-match"), about["etag"]):
        about = {name: value for name, value in about.items() if name != "content-encoding"}
        return Response(status_code=304, headers=about)
    if method == "HEAD":
        return Response(media_type=kind, headers={"content-length": str(_size(file)), **about})
    return Response(file if isinstance(file, bytes) else file.read_bytes(), media_type=kind, headers=about)


def unchanged(asked: str | None, etag: str) -> bool:
    """Return whether an If-None-Match header names this version, or any."""
    return asked is not None and {"*", etag} & {tag.strip().removeprefix("W/") for tag in asked.split(",")} != set()


def _size(file: Path | bytes) -> int:
    """Return the size of a file in bytes; 0 if it does not exist."""
    if isinstance(file, bytes):
        return len(file)
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
