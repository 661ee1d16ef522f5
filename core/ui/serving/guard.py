"""Add security headers to every response, and decide which requests the server answers at all."""

import base64
import hashlib
import ipaddress
import re
import socket
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import settings
from core.ui import compat, messages
from core.ui.serving import splash
from core.ui.visit import person

METRICS = "/_stcore/metrics"
DOCUMENTS = ("text/html", "image/svg+xml", "application/xhtml+xml")  # types that a browser opens as a page with scripts


class Guard:
    """ASGI middleware: rejects foreign host names and remote readers of metrics, and adds security headers.

    A foreign page can point its own name to the address of this server (DNS rebinding) and would then read everything
    as if it were its own. Such an attack needs a name, so requests by address are always answered.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] | None = None) -> None:
        self._app = app
        self._names = own_names() if names is None else names
        self._policy = policy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not host_allowed(Headers(scope=scope).getlist("host"), self._names):
            await _refuse(messages.refused, scope, receive, send)
        elif scope["path"].rstrip("/").endswith(METRICS) and not _from_here(scope):
            await _refuse(messages.metrics_refused, scope, receive, send)
        else:
            await self._app(scope, receive, self._with_headers(send))

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-content-type-options"] = "nosniff"
                if headers.get("content-type", "").split(";")[0].strip() in DOCUMENTS:
                    headers["content-security-policy"] = self._policy
                    headers["x-frame-options"] = "SAMEORIGIN"
                    headers["referrer-policy"] = "same-origin"  # a link contains the user's input
            await send(message)

        return sending


async def _refuse(why: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "host"})
    else:
        await PlainTextResponse(why, 403, {"x-content-type-options": "nosniff"})(scope, receive, send)


def host_allowed(hosts: list[str], names: frozenset[str]) -> bool:
    """Return whether a request's Host headers name this server: an address, localhost or one of its `names`.

    Every browser sends the header; a request without it may be a health check.
    """
    if len(hosts) != 1:
        return not hosts
    try:
        url = urlsplit(f"//{hosts[0]}")
        name, _ = (url.hostname or "").rstrip("."), url.port
    except ValueError:
        return False
    if not name or url.netloc != hosts[0] or "@" in hosts[0]:
        return False
    return _is_address(name) or name in names or name.endswith(".localhost")  # such names never leave the machine


def own_names() -> frozenset[str]:
    """Return the names of this machine, of the settings, and of the address that the server listens on."""
    machine = socket.gethostname().lower()
    short = machine.split(".")[0]
    configured = [str(st.get_option(option) or "") for option in ("server.address", "browser.serverAddress")]
    named = {"localhost", machine, short, f"{short}.local", *configured, *settings.read().allowed_hosts}
    return frozenset(name.lower().rstrip(".") for name in named if name)


def policy() -> str:
    """Return the content security policy that Streamlit and its charts work with.

    Scripts come from this server; inline ones are those of Streamlit's own page, by their hash. `blob:` is how
    Streamlit loads a component's script and a worker. Styles are inline throughout. Images come from here, so that
    no user-supplied text makes a browser call a foreign server.
    """
    index = (compat.static_folder() / "index.html").read_text(encoding="utf-8")
    inline = [*re.findall(r"<script>(.*?)</script>", index, re.DOTALL), splash.HISTORY, splash.front()]
    hashes = [_hash(script) for script in inline]
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _from_here(scope: Scope) -> bool:
    """Return whether a request comes from this machine, and not through a proxy on it."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    return bool(client) and person.loopback(client[0]) and not any(name in headers for name in person.FORWARDED)
