"""Streamlit's own scripts, styles and fonts, each sent in one piece.

A first visit asks for about a hundred of these files, and the charts' library alone has 4.7 MB. Streamlit has threads
read them in pieces of 64 KB, which costs such a visit up to a quarter of a second.
"""

import mimetypes
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

FOREVER = "public, immutable, max-age=31536000"  # a file's name changes with its content
CONDITIONS = {b"range", b"if-none-match", b"if-modified-since", b"if-range"}


class Frontend:
    """ASGI middleware: answers a plain GET for one of those files, and leaves all else to Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        folder = Path(file_util.get_static_dir())
        self._files = {f"/{file.relative_to(folder).as_posix()}": file for file in folder.glob("static/**/*.*")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self._files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        answer = self._app
        if file and not CONDITIONS & {name for name, _ in scope["headers"]}:
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            answer = Response(file.read_bytes(), media_type=kind, headers={"cache-control": FOREVER})
        await answer(scope, receive, send)
