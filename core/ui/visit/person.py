"""Identify the user at the browser, and whether that browser runs on the server's own machine.

The server gives each browser a cookie with a random secret. Everything that belongs to a user (a training, an
upload, a stored run) is marked with a hash of it, which may be stored and shown: the secret cannot be computed from
the hash.
"""

import hashlib
import ipaddress
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "tamrin_person"
YEAR = 365 * 24 * 3600  # seconds; browsers keep no cookie for much longer
REMEMBERED = "person_id"  # session key: the id seen last
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")  # set by proxies


@dataclass(frozen=True)
class Visitor:
    """Data of the page's websocket handshake about the browser."""

    host: str | None  # address of the client, None if unknown
    headers: Mapping[str, str]  # names in lower case
    cookies: Mapping[str, str]


def id() -> str:
    """Return 32 hexadecimal digits that are the same in all tabs and visits of this browser.

    Without the cookie (under `streamlit run app.py`, or in a browser that refuses it) the id is that of the session.
    """
    if secret := _secret(_visitor().cookies.get(COOKIE)):
        st.session_state[REMEMBERED] = _hashed(secret)
    # A script run that outlives its connection can read no cookies any more; it keeps the last id.
    return st.session_state.setdefault(REMEMBERED, secrets.token_hex(16))


def at_server() -> bool:
    """Return whether the browser runs on the server's own machine and connects to the server directly.

    A reverse proxy connects from the same machine, too: it must name its client by `X-Forwarded-For` or `Forwarded`,
    or pass on the host name under which the browser knows the server.
    """
    visitor = _visitor()
    if not loopback(visitor.host) or any(name in visitor.headers for name in FORWARDED):
        return False
    origin = visitor.headers.get("origin", "http://localhost")
    return _local_name(f"//{visitor.headers.get('host', '')}") and _local_name(origin)


class Cookie:
    """ASGI middleware: gives a new cookie to a browser that requests a page without a valid one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, _with_cookie(scope, send) if _asks_for_a_page(scope) else send)


def _asks_for_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    asked = HTTPConnection(scope)
    return "text/html" in asked.headers.get("accept", "") and not _secret(asked.cookies.get(COOKIE))


def _with_cookie(scope: Scope, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] < 400:
            headers = MutableHeaders(scope=message)
            headers.append("set-cookie", _new_cookie(_by_https(scope)))
            headers["cache-control"] = "private, no-cache"  # no proxy may serve one user's cookie to another
        await send(message)

    return sending


def _new_cookie(secure: bool) -> str:
    about = f"{COOKIE}={secrets.token_hex(16)}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax"
    return f"{about}; Secure" if secure else about


def _by_https(scope: Scope) -> bool:
    told = Headers(scope=scope).get("x-forwarded-proto", "")
    return scope.get("scheme") == "https" or told.split(",")[0].strip() == "https"


def _secret(value: object) -> str | None:
    """Return the value of a cookie if it has the form of one of our secrets."""
    return value if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{32}", value) else None


def _hashed(secret: str) -> str:
    return hashlib.sha256(f"{COOKIE}:{secret}".encode()).hexdigest()[:32]


def _visitor() -> Visitor:
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    known = bool(headers) and not str(st.get_option("server.address")).startswith("unix://")
    # Streamlit returns None for the two usual loopback addresses, and if there is no connection.
    host = st.context.ip_address or ("127.0.0.1" if known else None)
    return Visitor(host, headers, st.context.cookies)


def loopback(host: str | None) -> bool:
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _local_name(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name == "localhost" or name.endswith(".localhost") or loopback(name)
