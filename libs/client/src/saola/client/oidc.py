"""Tokens of a person or of a system, by OpenID Connect: code flow, or client credentials."""

import base64
import hashlib
import html
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

Fetch = Callable[[], dict[str, Any]]
CALLBACK = "http://127.0.0.1/callback"  # nobody listens: the code is read from the redirect
FORM = re.compile(r'<form[^>]*action="([^"]+)"', re.DOTALL)
EARLY = 30.0  # seconds before its end in which a token is no longer used


class SignInError(Exception):
    """The issuer refused: the password is wrong, the account is closed, the client is unknown."""


@dataclass
class Tokens:
    """An access token that is fetched when it is needed and renewed before it ends."""

    fetch: Fetch
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    def __call__(self) -> str:
        if time.monotonic() > self._until - EARLY:
            answer = self.fetch()
            self._token = answer["access_token"]
            self._until = time.monotonic() + float(answer["expires_in"])
        return self._token


def of_system(issuer: str, client: str, secret: str) -> Tokens:
    """Tokens of a department's own system, by client credentials (RFC 6749, 4.4)."""

    def fetch() -> dict[str, Any]:
        with httpx.Client(timeout=90) as http:
            form = {"grant_type": "client_credentials"}
            return _tokens(http, issuer, form, (client, secret))

    return Tokens(fetch)


def of_person(issuer: str, client: str, user: str, password: str, renewed: str = "") -> Tokens:
    """Tokens of a person, by the code flow with PKCE (RFC 7636), as a browser would go it.

    `renewed` is the password to set where the account asks for a new one at the first sign-in.
    """
    refresh = ""

    def fetch() -> dict[str, Any]:
        nonlocal refresh
        with httpx.Client(timeout=90) as http:
            answer = None
            if refresh:
                answer = _refreshed(http, issuer, client, refresh)
            answer = answer or _sign_in(http, issuer, client, user, (password, renewed))
        refresh = answer.get("refresh_token", "")
        return answer

    return Tokens(fetch)


def _refreshed(http: httpx.Client, issuer: str, client: str, token: str) -> dict[str, Any] | None:
    form = {"grant_type": "refresh_token", "client_id": client, "refresh_token": token}
    try:
        return _tokens(http, issuer, form)
    except SignInError:  # the session is over: sign in anew
        return None


def _sign_in(
    http: httpx.Client, issuer: str, client: str, user: str, passwords: tuple[str, str]
) -> dict[str, Any]:
    password, renewed = passwords
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    page = http.get(f"{issuer}/protocol/openid-connect/auth", params=asked)
    page = send_form(http, page, {"username": user, "password": password})
    if renewed and page.status_code in (200, 302) and "callback" not in _place(page):
        if page.status_code == 302:
            page = http.get(_place(page))
        page = send_form(http, page, {"password-new": renewed, "password-confirm": renewed})
    while page.status_code == 302 and not _place(page).startswith(CALLBACK):
        page = http.get(_place(page))
    code = parse_qs(urlsplit(_place(page)).query).get("code")
    if not code:
        raise SignInError(f"{user} could not sign in (HTTP {page.status_code}).")
    form = {
        "grant_type": "authorization_code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "code": code[0],
        "code_verifier": verifier,
    }
    return _tokens(http, issuer, form)


def send_form(http: httpx.Client, page: httpx.Response, fields: dict[str, str]) -> httpx.Response:
    """Sends the form of `page`. Keycloak's cookies are `Secure` even on a loopback http."""
    for cookie in http.cookies.jar:
        cookie.secure = False
    action = FORM.search(page.text)
    if not action:
        raise SignInError(f"No sign-in form at {page.url.host} (HTTP {page.status_code}).")
    return http.post(html.unescape(action[1]), data=fields)


def follow(http: httpx.Client, page: httpx.Response) -> httpx.Response:
    """The page at the end of all redirects."""
    while page.is_redirect:
        for cookie in http.cookies.jar:
            cookie.secure = False
        page = http.get(page.url.join(_place(page)))
    return page


def _place(page: httpx.Response) -> str:
    return str(page.headers.get("location", ""))


def _tokens(
    http: httpx.Client, issuer: str, form: dict[str, str], login: tuple[str, str] | None = None
) -> dict[str, Any]:
    auth = httpx.BasicAuth(*login) if login else httpx.USE_CLIENT_DEFAULT
    answer = http.post(f"{issuer}/protocol/openid-connect/token", data=form, auth=auth)
    if answer.status_code != 200:
        raise SignInError(f"{issuer} gave no token: {answer.text[:200]}")
    tokens: dict[str, Any] = answer.json()
    return tokens
