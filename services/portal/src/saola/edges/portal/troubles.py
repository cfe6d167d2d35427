"""What a reader is told when something is refused or does not answer."""

from urllib.parse import quote

import grpc
from fastapi import Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse
from grpc.aio import AioRpcError

from saola.edges.portal import views
from saola.edges.portal.i18n import Words
from saola.edges.portal.oidc import Denied, Unreachable
from saola.edges.portal.readers import Reserved
from saola.kit.errors import Code, DomainError
from saola.kit.vault import VaultSilent

STATUS = {
    Code.INVALID_ARGUMENT: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.FAILED_PRECONDITION: 409,
    Code.ABORTED: 409,
}
AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


def told(request: Request, trouble: Exception) -> Response:
    """The page for `trouble`. Whoever must sign in is sent there, and comes back."""
    status, said = _of(request, trouble)
    if status == 401:
        return _sign_in(request)
    return views.page(request, "ui/trouble.html", status=status, here="", code=status, said=said)


def _of(request: Request, trouble: Exception) -> tuple[int, str]:
    match trouble:
        case Denied():
            return 401, ""
        case Reserved() | DomainError():
            return _refused(trouble, request.state.words)
        case HTTPException():
            return trouble.status_code, ""
        case AioRpcError() if trouble.code() not in AWAY:
            return 502, ""
        case AioRpcError() | Unreachable() | VaultSilent():
            return 503, ""
        case _:
            return 400, ""


def _refused(trouble: Reserved | DomainError, words: Words) -> tuple[int, str]:
    if isinstance(trouble, Reserved):
        return 403, _for_whom(trouble, words)
    return STATUS.get(trouble.code, 409), trouble.text(words.language)


def _for_whom(page: Reserved, words: Words) -> str:
    _ = words._
    named = {
        "reporter": _("those who report for a unit"),
        "approver": _("those who approve reports"),
        "leader": _("leaders"),
        "steward": _("stewards of the dictionary"),
        "administrator": _("administrators"),
    }
    return _("This page is for %(whom)s.", whom=", ".join(named[role] for role in page.roles))


def _sign_in(request: Request) -> Response:
    """Questions are asked again after sign-in. What was typed must not be lost, so a form stays
    where it is, and one signs in beside it.
    """
    if request.method != "GET":
        headers = {"hx-retarget": "#said", "hx-reswap": "innerHTML"}
        if request.headers.get("hx-request"):
            return views.page(request, "ui/again.html", status=401, headers=headers)
        return views.page(request, "ui/expired.html", status=401, here="")
    asked = request.headers.get("hx-current-url") or str(request.url)
    path = "/" + asked.partition("://")[2].partition("/")[2]
    door = f"/account/sign-in?back={quote(path)}"
    if request.headers.get("hx-request"):
        return HTMLResponse("", 401, headers={"hx-redirect": door})
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401)
    return RedirectResponse(door, 303)
