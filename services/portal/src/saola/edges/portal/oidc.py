"""The portal as a client of Keycloak: code flow with PKCE, refresh, sign-out, what to believe."""

import asyncio
import base64
import hashlib
import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

CLIENT = "portal"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHMS = ["ES256", "RS256"]


class Denied(Exception):
    """Keycloak refused, or said what cannot be believed: one has to sign in again."""


class Unreachable(Exception):
    """Keycloak does not answer now."""


@dataclass(frozen=True)
class Tokens:
    """What Keycloak gave. `until` is when the access token ends, in seconds of the epoch."""

    access: str
    refresh: str
    identity: str
    until: float


@cache
def _roots() -> ssl.SSLContext:
    return ssl.create_default_context()


class Provider:
    """One realm. Its addresses are learnt at first use; its keys when an unknown one is met."""

    def __init__(self, issuer: str, secret: Callable[[], str]) -> None:
        self._issuer, self._secret = issuer, secret
        self._http = httpx.AsyncClient(timeout=10, verify=_roots())
        self._known: Mapping[str, str] = {}
        self._keys, self._fetched, self._learning = KeySet([]), -5.0, asyncio.Lock()

    async def door(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where one signs in (RFC 7636: only whoever holds `verifier` can use the code)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "client_id": CLIENT,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": back,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{await self._address('authorization_endpoint')}?{urlencode(asked)}"

    async def way_out(self, identity: str, back: str) -> str:
        """Where one signs out of everything (OpenID Connect RP-Initiated Logout 1.0)."""
        asked = {"client_id": CLIENT, "id_token_hint": identity, "post_logout_redirect_uri": back}
        return f"{await self._address('end_session_endpoint')}?{urlencode(asked)}"

    async def redeem(self, code: str, back: str, verifier: str) -> Tokens:
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        return await self._tokens(asked | {"code_verifier": verifier})

    async def refresh(self, token: str) -> Tokens:
        return await self._tokens({"grant_type": "refresh_token", "refresh_token": token})

    async def identity(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that answers our question."""
        claims = await self._claims(token)
        if not secrets.compare_digest(str(claims.get("nonce", "")), nonce):
            raise Denied("another's answer")
        return claims

    async def logged_out(self, token: str) -> str:
        """The session that a logout token ends (OpenID Connect Back-Channel Logout 1.0, §2.6)."""
        claims = await self._claims(token)
        if LOGOUT not in claims.get("events", {}) or "nonce" in claims or not claims.get("sid"):
            raise Denied("no logout token")
        return str(claims["sid"])

    async def close(self) -> None:
        await self._http.aclose()

    async def _tokens(self, asked: Mapping[str, str]) -> Tokens:
        address = await self._address("token_endpoint")
        try:
            answer = await self._http.post(address, data=asked, auth=(CLIENT, self._secret()))
        except httpx.HTTPError as error:
            raise Unreachable from error
        if answer.status_code >= 500:
            raise Unreachable
        if answer.status_code != 200:
            raise Denied(answer.json().get("error", ""))
        given = answer.json()
        until = time.time() + float(given["expires_in"])
        identity = given.get("id_token", "")
        return Tokens(given["access_token"], given.get("refresh_token", ""), identity, until)

    async def _claims(self, token: str) -> Mapping[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": CLIENT},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            await self._learn(jws.extract_compact(token.encode()).headers().get("kid"))
            claims = jwt.decode(token, self._keys, ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Denied("no token of the realm") from error
        return claims

    async def _learn(self, kid: str | None) -> None:
        async with self._learning:
            known = any(key.kid == kid for key in self._keys.keys)
            if not known and time.monotonic() > self._fetched + 5:
                answer = await self._get(await self._address("jwks_uri"))
                self._keys, self._fetched = KeySet.import_key_set(answer), time.monotonic()

    async def _address(self, endpoint: str) -> str:
        if not self._known:
            self._known = await self._get(f"{self._issuer}/.well-known/openid-configuration")
        return self._known[endpoint]

    async def _get(self, address: str) -> Any:  # JSON
        try:
            return (await self._http.get(address)).raise_for_status().json()
        except httpx.HTTPError as error:
            raise Unreachable from error
