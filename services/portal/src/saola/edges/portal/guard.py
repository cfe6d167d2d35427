"""What stands before every page: where a request may come from, and what a page may load."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.routing import APIRoute
from grpc.aio import AioRpcError
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saola.edges.portal import i18n, troubles
from saola.edges.portal.oidc import Denied, Unreachable
from saola.edges.portal.readers import Reserved
from saola.kit.errors import DomainError
from saola.kit.vault import VaultSilent

CSP: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
SAFE: Final = ("GET", "HEAD", "OPTIONS")
TROUBLES: Final = (
    AioRpcError,
    Denied,
    DomainError,
    HTTPException,
    RequestValidationError,
    Reserved,
    Unreachable,
    VaultSilent,
)


def foreign(method: str, headers: Mapping[str, str]) -> bool:
    """Whether another site's page may have sent this. What says nothing of itself is refused."""
    if method in SAFE:
        return False
    if site := headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    origin = headers.get("origin", "")
    return origin.partition("://")[2] != headers.get("host", "") or not origin


class Guard:
    """Plain ASGI, so that streams pass through it unbuffered."""

    def __init__(self, app: ASGIApp, *, open_to_others: bool = False) -> None:
        self._app, self._open = app, open_to_others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        cookies = cookie_parser(headers.get("cookie", ""))
        language = i18n.chosen(cookies.get("language", ""), headers.get("accept-language", ""))
        theme = cookies.get("theme", "")
        scope.setdefault("state", {}).update(
            words=i18n.words(language),
            theme=theme if theme in ("dark", "light") else "auto",
            keys="off" if cookies.get("keys") == "off" else "on",
            reader=None,
        )

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        if foreign(scope["method"], headers) and not self._open:
            refusal = PlainTextResponse("A page of another site sent this.", 403)
            return await refusal(scope, receive, secured)
        return await self._app(scope, receive, secured)


class Page(APIRoute):
    """A route behind the guard; what goes wrong in it is told by a page."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        guard = Guard(super().handle, open_to_others="open_to_others" in self.tags)
        await guard(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except TROUBLES as trouble:
                return troubles.told(request, trouble)

        return guarded
