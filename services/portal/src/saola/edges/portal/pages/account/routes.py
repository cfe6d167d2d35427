"""Signing in and out, and what a reader may set for the browser at hand."""

import json
import secrets
import time
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from saola.edges.portal import views
from saola.edges.portal.edge import Edge, OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.oidc import Denied
from saola.edges.portal.readers import OfReader, cookie, secure
from saola.edges.portal.sessions import Session

router = APIRouter(prefix="/account", route_class=Page)
TRY: Final = "saola-try"
TRY_LIFE: Final = 1800  # seconds: as long as Keycloak shows its form
YEAR: Final = 31_536_000
CHOICES: Final = {
    "language": ("vi", "en"),
    "theme": ("auto", "light", "dark"),
    "keys": ("on", "off"),
}


def inside(path: str) -> str:
    """`path` if it is one of this site: no redirect leads out of it."""
    away = not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable()
    return "/" if away else path


def address(request: Request, edge: Edge, path: str) -> str:
    return (edge.settings.public or str(request.base_url)).rstrip("/") + path


@router.get("/sign-in")
async def sign_in(request: Request, edge: OfEdge, back: str = "/") -> Response:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    kept = json.dumps([state, nonce, verifier, inside(back), int(time.time())]).encode()
    door = await edge.provider.door(
        address(request, edge, "/account/signed-in"), state, nonce, verifier
    )
    answer = RedirectResponse(door, 303, {"cache-control": "no-store"})
    answer.set_cookie(
        TRY,
        edge.seal.close(kept, TRY).hex(),
        max_age=TRY_LIFE,
        path="/account",
        secure=secure(request, edge),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/signed-in")
async def signed_in(request: Request, edge: OfEdge, state: str = "", code: str = "") -> Response:
    """Where Keycloak sends one back. An answer to no question of ours starts again, once."""
    opened = edge.seal.open(_bytes(request.cookies.get(TRY, "")), TRY)
    asked, nonce, verifier, back, at = json.loads(opened or b'["", "", "", "/", 0]')
    known = asked and secrets.compare_digest(asked, state) and at > time.time() - TRY_LIFE
    if not known or not code:
        return views.page(request, "account/unfinished.html", status=400, here="")
    tokens = await edge.provider.redeem(
        code, address(request, edge, "/account/signed-in"), verifier
    )
    claims = await edge.provider.identity(tokens.identity, nonce)
    name = str(claims.get("name") or claims.get("preferred_username") or claims["sub"])
    sid = str(claims.get("sid") or secrets.token_urlsafe(16))
    session = Session(sid, name, tokens.access, tokens.refresh, tokens.identity, tokens.until)
    answer = RedirectResponse(inside(back), 303, {"cache-control": "no-store"})
    answer.delete_cookie(TRY, "/account")
    answer.set_cookie(
        cookie(request, edge),
        await edge.sessions.begin(session),
        path="/",
        secure=secure(request, edge),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/sign-out")
async def sign_out(request: Request, edge: OfEdge) -> Response:
    """A link, as a form's redirect to Keycloak would break the policy of our pages. Another
    site's link signs nobody out: it shows the page with ours.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return views.page(request, "account/sign_out.html", here="")
    name = cookie(request, edge)
    session = await edge.sessions.end(request.cookies.get(name, ""))
    out = address(request, edge, "/account/signed-out")
    way = await edge.provider.way_out(session.identity, out) if session else out
    answer = RedirectResponse(way, 303, {"cache-control": "no-store"})
    answer.delete_cookie(name, "/", secure=secure(request, edge), httponly=True)
    return answer


@router.get("/signed-out")
async def signed_out(request: Request) -> Response:
    return views.page(request, "account/signed_out.html", here="")


@router.post("/back-channel", tags=["open_to_others"])
async def back_channel(edge: OfEdge, logout_token: Annotated[str, Form()] = "") -> Response:
    """Keycloak tells that a session has ended there. Its signature says that it is Keycloak."""
    headers = {"cache-control": "no-store"}
    try:
        await edge.sessions.end_sid(await edge.provider.logged_out(logout_token))
    except Denied:
        return Response(status_code=400, headers=headers)
    return Response(status_code=200, headers=headers)


@router.get("/set/{what}/{value}")
async def choose(what: str, value: str, back: str = "/") -> Response:
    """Language, theme, keys: of this browser only, and harmless, hence a link."""
    answer = RedirectResponse(inside(back), 303, {"cache-control": "no-store"})
    if value in CHOICES.get(what, ()):
        answer.set_cookie(what, value, max_age=YEAR, path="/", samesite="lax")
    return answer


@router.get("")
async def account(request: Request, reader: OfReader) -> Response:
    return views.page(request, "account/page.html", here="account", roles=sorted(reader.roles))


def _bytes(hexadecimal: str) -> bytes:
    try:
        return bytes.fromhex(hexadecimal)
    except ValueError:
        return b""
