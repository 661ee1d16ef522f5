"""The server before the pages: small files, a page at once, headers of safety, and whom it answers."""

import asyncio
import ctypes
import gc
import gzip
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import brotli
import psutil
import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit import file_util
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

import serve
from core import settings
from core.ui import compat
from core.ui.frame import menu
from core.ui.serving import encodings, guard, memory, splash, warm
from core.ui.serving.frontend import Frontend
from core.ui.serving.guard import Guard
from core.ui.serving.navigation import Navigation
from core.ui.serving.splash import Splash
from core.ui.visit.person import Cookie

STATIC = Path(file_util.get_static_dir())
LIBRARY = next(STATIC.glob("static/js/PlotlyChart.*.js"))
STYLE = next(STATIC.glob("static/css/index.*.css"))
FONT = next(STATIC.glob("static/media/*.woff2"))
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the rest of the server."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def sent_by(app, scope: Scope) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return await asyncio.Future()  # nobody hangs up

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app({"root_path": "", "query_string": b"", **scope}, receive, send))
    return sent


def get(
    app, path: str, method: str = "GET", client: tuple[str, int] = ("127.0.0.1", 5000), **headers: str
) -> tuple[int, dict[str, str], list[bytes]]:
    """Status, headers and the pieces of the body."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    start, *rest = sent_by(app, {"type": "http", "method": method, "path": path, "headers": named, "client": client})
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, [part["body"] for part in rest]


def path_of(file: Path) -> str:
    return f"/{file.relative_to(STATIC).as_posix()}"


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compressed copies of two small files of the frontend."""
    folder = tmp_path_factory.mktemp("copies")
    encodings.prepare([STYLE, FONT], folder)
    return folder


@pytest.mark.parametrize("file", [LIBRARY, STYLE, FONT], ids=lambda file: file.suffix)
def test_a_file_of_the_frontend_comes_in_one_piece_as_streamlit_would_send_it(file: Path, tmp_path: Path) -> None:
    status, headers, pieces = get(Frontend(streamlit, tmp_path), path_of(file), accept_encoding="gzip, br")
    _, theirs, parts = get(create_streamlit_static_handler(str(STATIC), None), path_of(file))
    assert (status, len(pieces)) == (200, 1)
    assert pieces[0] == b"".join(parts) == file.read_bytes()
    for name in ("content-type", "content-length", "cache-control"):
        assert headers[name] == theirs[name]


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("GZIP;Q=1.0", "gzip"),
        ("br; q=0.001", "br"),
        ("", None),
        ("gzip;q=nonsense", "gzip"),
    ],
)
def test_a_browser_gets_the_coding_that_it_likes_best(copies: Path, accept: str, coding: str | None) -> None:
    status, headers, pieces = get(Frontend(streamlit, copies), path_of(STYLE), accept_encoding=accept)
    assert (status, headers.get("content-encoding")) == (200, coding)
    assert DECODE[coding or ""](pieces[0]) == STYLE.read_bytes()
    assert int(headers["content-length"]) == len(pieces[0])
    assert headers["vary"] == "accept-encoding"
    assert (len(pieces[0]) < 0.4 * STYLE.stat().st_size) is (coding is not None)


def test_fonts_are_compressed_already(copies: Path) -> None:
    _, headers, _ = get(Frontend(streamlit, copies), path_of(FONT), accept_encoding="br")
    assert "content-encoding" not in headers
    assert not list(copies.glob(f"{FONT.name}*"))


def test_a_smaller_font_is_sent_where_there_is_one_and_asked_for_anew_when_it_has_grown(tmp_path: Path) -> None:
    small = encodings.font_of(FONT.name, tmp_path)
    assert get(Frontend(streamlit, tmp_path), path_of(FONT))[2] == [FONT.read_bytes()]
    small.write_bytes(b"font")
    status, headers, pieces = get(Frontend(streamlit, tmp_path), path_of(FONT), accept_encoding="br")
    assert (status, pieces, headers["content-type"], headers["cache-control"]) == (
        200,
        [b"font"],
        "font/woff2",
        "no-cache",
    )
    tag = headers["etag"]
    assert get(Frontend(streamlit, tmp_path), path_of(FONT), if_none_match=tag)[0] == 304
    small.rename(small.with_name("of an edition before"))
    assert get(Frontend(streamlit, tmp_path), path_of(FONT), if_none_match=tag)[0] == 200


def test_the_smaller_gzip_file_is_sent_once_it_is_there(copies: Path, tmp_path: Path) -> None:
    quick, small = (encodings.copy_of(STYLE.name, how, copies).read_bytes() for how in ("gzip", "zopfli"))
    assert len(small) < len(quick)
    app = Frontend(streamlit, tmp_path)
    for how, content in (("gzip", quick), ("zopfli", small)):
        encodings.copy_of(STYLE.name, how, tmp_path).write_bytes(content)
        _, headers, pieces = get(app, path_of(STYLE), accept_encoding="gzip")
        assert (headers["content-encoding"], pieces) == ("gzip", [content])
        assert gzip.decompress(pieces[0]) == STYLE.read_bytes()


def test_a_version_is_named_by_its_coding_and_not_sent_again(copies: Path) -> None:
    app, path = Frontend(streamlit, copies), path_of(STYLE)
    tags = {coding: get(app, path, accept_encoding=coding)[1]["etag"] for coding in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3
    for coding, tag in tags.items():
        status, headers, pieces = get(app, path, accept_encoding=coding, if_none_match=f'"other", W/{tag}')
        assert (status, pieces, headers["etag"], headers["vary"]) == (304, [b""], tag, "accept-encoding")
    assert get(app, path, accept_encoding="gzip", if_none_match=tags["br"])[0] == 200


def test_head_says_what_get_would_send(copies: Path) -> None:
    app = Frontend(streamlit, copies)
    _, got, pieces = get(app, path_of(STYLE), accept_encoding="br")
    status, headers, body = get(app, path_of(STYLE), "HEAD", accept_encoding="br")
    assert (status, headers, b"".join(body)) == (200, got, b"")
    assert int(headers["content-length"]) == len(pieces[0])


def test_all_else_is_left_to_streamlit(copies: Path) -> None:
    app, path = Frontend(streamlit, copies), path_of(STYLE)
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
    assert get(app, path, range="bytes=0-9")[0] == get(app, path, if_range="x")[0] == 204  # of the file as it is
    assert get(app, path, "POST")[0] == 204


def test_copies_are_written_once_and_a_useless_one_is_empty(tmp_path: Path) -> None:
    noise = tmp_path / "noise.svg"
    noise.write_bytes(bytes(range(256)) * 8)
    hard = tmp_path / "hard.js"
    hard.write_bytes(random.Random(0).randbytes(5000))
    encodings.prepare([noise, hard], tmp_path / "copies")
    sizes = {file.name: file.stat().st_size for file in (tmp_path / "copies").iterdir()}
    assert sizes["hard.js.gzip"] == sizes["hard.js.br"] == sizes["hard.js.zopfli"] == 0
    assert 0 < sizes["noise.svg.br"] < 1000
    assert 0 < sizes["noise.svg.zopfli"] <= sizes["noise.svg.gzip"]
    (tmp_path / "copies" / "noise.svg.br").write_bytes(b"kept")
    encodings.prepare([noise], tmp_path / "copies")
    assert (tmp_path / "copies" / "noise.svg.br").read_bytes() == b"kept"


def test_what_every_page_asks_for_is_compressed_first() -> None:
    names = [file.name for file in encodings.in_order(STATIC)]
    index = (STATIC / "index.html").read_text()
    first = names.index(LIBRARY.name)
    assert all(name in index for name in names[:first])
    assert not any(name in index for name in names[first:])


@pytest.mark.parametrize("name", ["", "recurrent_cells", "runs"])
def test_a_page_shows_at_once_that_it_loads(name: str) -> None:
    status, headers, (body,) = get(Splash(streamlit), f"/{name}", accept_encoding="br")
    text = brotli.decompress(body).decode()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert headers["cache-control"] == "no-cache"
    title = "Tamrin" if not name else f"{menu.pages()[name].name} · Tamrin"
    assert f"<title>{title}</title>" in text
    root = text[text.index('<div id="root">') :]
    assert root.index("Loading …") < root.index("</div>") < root.index('rel="stylesheet"')
    assert "Loading" not in text[: text.index('<div id="root">')]
    assert splash.FONT not in text
    assert (LIBRARY.name in text) is (name != "runs")
    # Nothing else of Streamlit's page is lost.
    scripts = re.compile(r'(?:src|href)="(\./static/(?:js|css)/[^"]+)"')
    assert set(scripts.findall((STATIC / "index.html").read_text())) <= set(scripts.findall(text))
    assert get(Splash(streamlit), f"/{name}", accept_encoding="br", if_none_match=headers["etag"])[0] == 304


def test_only_pages_of_the_menu_have_a_splash() -> None:
    assert {path.stem for path in settings.PROJECT.glob("pages/*.py")} == set(splash._titles()) - {""}
    assert set(splash._titles()) >= splash.PLAIN
    for other in ("/nowhere", "/recurrent_cells/", "/_stcore/health", "//"):
        assert get(Splash(streamlit), other)[0] == 204
    assert get(Splash(streamlit), "/", "POST")[0] == 204


def test_a_splash_comes_with_a_cookie() -> None:
    _, headers, _ = get(Cookie(Splash(streamlit)), "/", accept="text/html")
    assert "tamrin_person=" in headers["set-cookie"]
    assert headers["cache-control"] == "private, no-cache"


NAMES = frozenset({"localhost", "lab", "lab.local"})


@pytest.mark.parametrize(
    "host",
    ["localhost:8501", "LOCALHOST", "a.localhost", "127.0.0.1:8501", "[::1]:80", "192.168.0.7", "lab.local."],
)
def test_the_server_answers_by_address_and_by_its_own_names(host: str) -> None:
    assert get(Guard(streamlit, NAMES), "/", host=host)[0] == 204


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "evil@lab",
             "lab/x", "127.0.0.1:port", "lablocal", "", "[::1", "127.0.0.1, lab"]
)  # fmt: skip
def test_a_foreign_name_is_refused_so_that_no_name_can_be_turned_to_this_address(host: str) -> None:
    app = Guard(streamlit, NAMES)
    status, _, (body,) = get(app, "/", host=host)
    assert status == 403
    assert b"TAMRIN_ALLOWED_HOSTS" in body
    socket = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", host.encode())]}
    assert [message["type"] for message in sent_by(app, socket)] == ["websocket.close"]
    twice = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"lab"), (b"host", b"evil.example")]}
    assert sent_by(app, twice)[0]["status"] == 403


def test_more_names_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMRIN_ALLOWED_HOSTS", "Lab.example.org, other.example")
    assert {"lab.example.org", "other.example", "localhost"} <= guard.own_names()


def test_metrics_are_for_this_machine() -> None:
    app, path = Guard(streamlit, NAMES), "/_stcore/metrics"
    assert get(app, path)[0] == get(app, path, client=("::1", 1))[0] == 204
    assert get(app, path, client=("192.168.0.9", 1))[0] == 403
    assert get(app, f"{path}/", client=("192.168.0.9", 1))[0] == 403
    assert get(app, path, x_forwarded_for="192.168.0.9")[0] == 403  # a proxy on this machine
    assert get(app, "/_stcore/health", client=("192.168.0.9", 1))[0] == 204


def test_every_answer_has_the_headers_of_safety_that_concern_it(copies: Path) -> None:
    app = Guard(Frontend(Splash(streamlit), copies), NAMES)
    _, page, _ = get(app, "/")
    assert page["x-content-type-options"] == "nosniff"
    assert page["x-frame-options"] == "SAMEORIGIN"
    assert page["referrer-policy"] == "same-origin"
    policy = dict(rule.split(" ", 1) for rule in page["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert guard._hash("\n      window.prerenderReady = false\n    ") in policy["script-src"]
    assert "http" not in page["content-security-policy"]
    _, script, _ = get(app, path_of(STYLE))
    assert script["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in script  # 110 files of a visit are no documents


def test_sessions_go_by_a_clock() -> None:
    now = [0.0]
    storage = MemorySessionStorage(ttl_seconds=120)
    storage._cache._timer = lambda: now[0]
    storage.save(SimpleNamespace(session=SimpleNamespace(id="a")))
    server = SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage))
    now[0] = 119
    assert compat.expire_sessions(server) == 0
    now[0] = 121
    assert compat.expire_sessions(server) == 1
    assert not storage._cache._data


class Pages:
    """Stands for the runtime: every page runs until it is told to end."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.visitor: compat.Visitor | None = None
        self.closed = False

    def connect_session(self, client: compat.Visitor, user_info: dict) -> str:
        self.visitor = client
        return "session"

    def handle_backmsg(self, session: str, message) -> None:
        self.asked.append("stop" if message.stop_script else message.rerun_script.page_name)
        if self.asked[-1] != "hafez" or self.asked.count("hafez") > 1:
            self.visitor.finished.set()
        else:
            warm.Arrivals.last = warm.time.monotonic()  # somebody comes while this page is open

    def close_session(self, session: str) -> None:
        self.closed = True


def test_the_server_opens_every_page_once_and_steps_aside_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "ASIDE", 0.05)
    monkeypatch.setattr(warm.Arrivals, "last", -float("inf"))
    runtime = Pages()
    gc.unfreeze()
    asyncio.run(warm.visit(runtime))
    assert gc.get_freeze_count() > 10_000  # what all pages have imported
    assert runtime.asked[:2] == [warm.FIRST, ""]
    assert runtime.asked[-2:] == list(warm.LAST)
    at = runtime.asked.index("hafez")
    assert runtime.asked[at : at + 3] == ["hafez", "stop", "hafez"]
    assert set(runtime.asked) - {"stop", ""} == {path.stem for path in settings.PROJECT.glob("pages/*.py")}
    assert runtime.closed


def test_the_server_is_the_app_with_all_that_before_it() -> None:
    assert Path(serve.app.script_path).name == "app.py"
    layers = [layer.cls for layer in serve.app._user_middleware]
    assert layers == [Guard, warm.Arrivals, Frontend, Cookie, Splash, Navigation]
    assert serve.app._user_lifespan is warm.lifespan


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone returns memory when it is told to")
def test_free_memory_is_returned_to_the_system() -> None:
    """Small blocks below one that is in use stay with the process until then."""
    held = [bytes(2000) for _ in range(40_000)]
    last = bytes(2000)
    before = psutil.Process().memory_info().rss
    del held
    assert memory.trim()
    assert before - psutil.Process().memory_info().rss > 40 * 2**20
    assert len(last) == 2000


MAPPED = """
import ctypes
from core.ui.serving import memory

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd".split()]
    _fields_ += [(name, ctypes.c_size_t) for name in "usmblks fsmblks uordblks fordblks keepcost".split()]

assert not {tuned} or memory.tune()
info = ctypes.CDLL(None).mallinfo2
info.restype = Info
before = info().hblks
blocks = [bytearray(200_000) for _ in range(300)]
print(info().hblks - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="glibc alone can be told what to return")
def test_large_blocks_are_mapped_on_their_own_and_so_returned_when_they_are_freed() -> None:
    """What glibc does untold may be set on a machine, so the test sets it: as after a block of 32 MB was freed."""
    raised = {**os.environ, "MALLOC_MMAP_THRESHOLD_": str(2**25), "GLIBC_TUNABLES": ""}
    mapped = {
        tuned: int(subprocess.check_output([sys.executable, "-c", MAPPED.format(tuned=tuned)], text=True, env=raised))
        for tuned in (False, True)
    }
    assert mapped == {False: 0, True: 300}


def test_tables_are_packed_in_memory_that_is_returned() -> None:
    code = "import pyarrow; from core.ui.serving import memory; memory.tune()"
    code += "; print(pyarrow.default_memory_pool().backend_name)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "system\n"


def test_copies_are_prepared_unless_they_are_complete_or_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(encodings, "complete", lambda: tmp_path / "complete")
    monkeypatch.setattr(encodings.processes, "start", lambda name, **_: started.append(name))
    monkeypatch.setenv("TAMRIN_COMPRESS", "0")
    encodings.start()
    assert started == []
    monkeypatch.delenv("TAMRIN_COMPRESS")
    encodings.start()
    assert started == ["core.ui.serving.encodings"]
    (tmp_path / "complete").touch()
    encodings.start()
    assert len(started) == 1
