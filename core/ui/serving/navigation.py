"""Keep a browser on the page that its user has opened last, whatever the page before still asks for."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.ui import compat


class Navigation:
    """ASGI middleware: corrects what a browser sends before it has heard of the page that it asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, _correcting(receive) if scope["type"] == "websocket" else receive, send)


def _correcting(receive: Receive) -> Receive:
    requests = compat.Requests()

    async def receiving() -> Message:
        message = await receive()
        if data := message.get("bytes"):
            message = {**message, "bytes": requests.corrected(data)}
        return message

    return receiving
