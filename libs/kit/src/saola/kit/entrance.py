"""Every HTTP request of a service comes in here: its trace, its line in the log, its limit."""

import asyncio
import json

import structlog
from opentelemetry.trace import StatusCode
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saola.kit.errors import FileTooLarge
from saola.kit.logs import note
from saola.kit.telemetry import Telemetry

log = structlog.get_logger()
FAILED = {
    "vi": "Đã có lỗi. Vui lòng thử lại sau.",
    "en": "Something went wrong. Please try again later.",
}


class Entrance:
    """A body has at most `most` bytes. What nobody foresaw is logged, not told.

    A stream of events has no end of its own: it ends when the process is `stopping`.
    """

    def __init__(
        self, app: ASGIApp, telemetry: Telemetry, stopping: asyncio.Event, most: int
    ) -> None:
        self._app, self._telemetry, self._stopping, self._most = app, telemetry, stopping, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        endless = "text/event-stream" in headers.get("accept", "")
        taken, status, whole = 0, 0, False

        async def take() -> Message:
            nonlocal taken
            message = await (self._until_stopping(receive) if endless else receive())
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise FileTooLarge(most=self._most)
            return message

        async def give(message: Message) -> None:
            nonlocal status, whole
            whole = message["type"] == "http.response.body" and not message.get("more_body")
            if message["type"] == "http.response.start":
                status = message["status"]
                note(status=status)
            await send(message)

        with self._telemetry.http(scope["method"], headers.get("traceparent", "")) as span:
            try:
                await self._app(scope, take, give)
                if endless and status and not whole:
                    await send({"type": "http.response.body", "body": b""})
            except Exception as error:
                log.exception("unexpected")
                span.set_status(StatusCode.ERROR)
                if not status:
                    away = isinstance(error, ConnectionError)  # a part, which may come back
                    failed = problem(503 if away else 500, FAILED[language(headers)])
                    await failed(scope, receive, give)
            finally:
                note(route=f"{scope['method']} {_route(scope)}")

    async def _until_stopping(self, receive: Receive) -> Message:
        """What comes next; when the process stops, that there is nobody any more."""
        coming = asyncio.ensure_future(receive())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((coming, stopping), return_when=asyncio.FIRST_COMPLETED)
            return coming.result() if coming.done() else {"type": "http.disconnect"}
        finally:
            for each in (coming, stopping):
                each.cancel()
            await asyncio.gather(coming, stopping, return_exceptions=True)


def language(headers: Headers) -> str:
    return "en" if headers.get("accept-language", "").startswith("en") else "vi"


def problem(status: int, title: str, **more: object) -> Response:
    """As in RFC 9457."""
    body = {"type": "about:blank", "status": status, "title": title, **more}
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, media_type="application/problem+json")


def _route(scope: Scope) -> str:
    """Its pattern: addresses name people and files, and there are too many of them."""
    route = scope.get("route")
    path = "(none)" if route is None or isinstance(route, Mount) else getattr(route, "path", "")
    return f"{scope.get('root_path', '')}{path}"
