"""The server beside the pages: Streamlit's own files in one piece, and everything else as Streamlit answers it."""

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

import serve
from core.ui.frontend import Frontend
from core.ui.person import Cookie

STATIC = Path(file_util.get_static_dir())
LIBRARY = next(STATIC.glob("static/js/PlotlyChart.*.js"))
STYLE = next(STATIC.glob("static/css/*.css"))
FONT = next(STATIC.glob("static/media/*.woff2"))


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the rest of the server."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def get(app, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], list[bytes]]:
    """Status, headers and the pieces of the body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return await asyncio.Future()  # nobody hangs up

    async def send(message: Message) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named, "root_path": "", "query_string": b""}
    asyncio.run(app(scope, receive, send))
    start, *rest = sent
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, [part["body"] for part in rest]


@pytest.mark.parametrize("file", [LIBRARY, STYLE, FONT], ids=lambda file: file.suffix)
def test_a_file_of_the_frontend_comes_in_one_piece_as_streamlit_would_send_it(file: Path) -> None:
    path = f"/{file.relative_to(STATIC).as_posix()}"
    status, headers, pieces = get(Frontend(streamlit), path)
    _, theirs, parts = get(create_streamlit_static_handler(str(STATIC), None), path)
    assert (status, len(pieces)) == (200, 1)
    assert pieces[0] == b"".join(parts) == file.read_bytes()
    for name in ("content-type", "content-length", "cache-control"):
        assert headers[name] == theirs[name]


def test_all_else_is_left_to_streamlit() -> None:
    app, path = Frontend(streamlit), f"/{STYLE.relative_to(STATIC).as_posix()}"
    assert get(app, path)[0] == 200
    for other in (
        "/",
        "/recurrent_cells",
        "/index.html",
        "/static",
        "/static/js/../../index.html",
        "//static",
        "/app.py",
    ):
        assert get(app, other)[0] == 204, other
    assert get(app, path, "HEAD")[0] == get(app, path, range="bytes=0-9")[0] == 204
    assert get(app, path, if_none_match="x")[0] == 204


def test_the_server_is_the_app_with_that_before_it() -> None:
    assert Path(serve.app.script_path).name == "app.py"
    assert [layer.cls for layer in serve.app._user_middleware] == [Frontend, Cookie]
