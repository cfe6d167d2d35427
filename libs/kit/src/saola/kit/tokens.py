"""Tokens: those of callers, verified here by the issuer's public keys, and this service's own."""

import asyncio
import hashlib
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import httpx
import structlog
from cachetools import LRUCache
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from saola.kit.access import Caller
from saola.kit.errors import Unauthenticated

ALGORITHMS = ["ES256", "RS256"]
KNOWN = 4096  # verified tokens
SKEW = 5  # seconds that two clocks may differ
PATIENCE = 5.0  # seconds between two looks for a key that nobody knows
KEYS_LAST = 600.0  # seconds until the keys are looked at again, to forget those withdrawn
log = structlog.get_logger()


@cache
def _roots() -> ssl.SSLContext:
    return ssl.create_default_context()  # it takes 30 ms, and is the same for all


class Issuer:
    """The one who signs tokens: its keys, and tokens of our own.

    `secret` is asked each time, so that it can be changed while the service runs. A key that nobody
    knows is looked for after so many seconds of `patience`.
    """

    clock: Callable[[], float] = staticmethod(time.time)

    def __init__(
        self, url: str, service: str, secret: Callable[[], str], patience: float = PATIENCE
    ) -> None:
        self._url, self._service, self._secret = url, service, secret
        self._patience = patience
        self._http = httpx.AsyncClient(timeout=5, verify=_roots())
        self._keys, self._fetched = KeySet([]), float("-inf")
        self._tried, self._learning = float("-inf"), asyncio.Lock()
        self._known: LRUCache[bytes, tuple[Caller, float]] = LRUCache(KNOWN)
        self._own, self._own_until, self._renewing = "", 0.0, asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(self.clock()),
            leeway=SKEW,
            iss={"essential": True, "value": url},
            aud={"essential": True, "value": "saola"},
            exp={"essential": True},
            sub={"essential": True, "allow_blank": False},
        )

    async def caller(self, token: str, front: str = "") -> Caller:
        """Who bears `token`, by the service that shows `front`; nobody where there is no token."""
        if not token:
            if front:  # a service says for whom it asks, or shows its token as its own
                raise Unauthenticated
            return Caller()
        caller = await self._bearer(token)
        if not front:
            return caller
        before = await self._bearer(front)
        if caller.service or not before.service:
            raise Unauthenticated
        return replace(caller, front=before.service)

    async def _bearer(self, token: str) -> Caller:
        digest = hashlib.sha256(token.encode()).digest()
        caller, until = self._known.get(digest, (Caller(), 0.0))
        if until < self.clock():
            caller, until = await self._verify(token)
            self._known[digest] = caller, until
        return caller

    async def _verify(self, token: str) -> tuple[Caller, float]:
        try:
            await self._learn(jws.extract_compact(token.encode()).headers().get("kid"))
            claims = jwt.decode(token, self._keys, ALGORITHMS).claims
            self._claims.validate(claims)
            return _caller(claims, token), float(claims["exp"]) + SKEW
        except (JoseError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise Unauthenticated from error

    async def _learn(self, kid: str | None) -> None:
        """Fetches the keys if `kid` is new, at most every few seconds whoever sends what."""
        async with self._learning:
            now = time.monotonic()
            known = any(key.kid == kid for key in self._keys.keys)
            due = now > self._fetched + KEYS_LAST
            if (known and not due) or now < self._tried + self._patience:
                return
            self._tried = now
            try:
                keys = KeySet.import_key_set(await self._get("jwks_uri"))
            except (httpx.HTTPError, JoseError, ValueError, KeyError):
                if not self._keys.keys:
                    raise
                log.warning("the issuer is away", issuer=self._url)  # the last keys stay
                return
            if {key.thumbprint() for key in keys.keys} != {
                key.thumbprint() for key in self._keys.keys
            }:
                self._known.clear()
            self._keys, self._fetched = keys, now

    async def own_token(self) -> str:
        """A token of this service, by its client credentials."""
        async with self._renewing:
            if self._own_until < time.monotonic() + 30:
                answer = await self._get("token_endpoint", {"grant_type": "client_credentials"})
                self._own = str(answer["access_token"])
                self._own_until = time.monotonic() + float(answer["expires_in"])
            return self._own

    async def _get(self, endpoint: str, form: dict[str, str] | None = None) -> Any:  # JSON
        places = await self._http.get(f"{self._url}/.well-known/openid-configuration")
        known = places.raise_for_status().json()
        if form is None:
            answer = await self._http.get(known[endpoint])
        else:
            login = (self._service, self._secret())
            answer = await self._http.post(known[endpoint], data=form, auth=login)
        return answer.raise_for_status().json()

    async def close(self) -> None:
        await self._http.aclose()


def _caller(claims: dict[str, Any], token: str) -> Caller:
    if service := claims.get("service", ""):  # only the clients of services have it
        return Caller.own(str(service))
    held = [_position(str(position)) for position in claims.get("positions", ())]
    own = {agency for agency, whose in held if not whose}
    deputies = {agency: whose for agency, whose in held if agency not in own}
    return Caller(
        id=str(claims["sub"]),
        roles=frozenset(map(str, claims.get("roles", ()))),
        agencies=tuple(dict.fromkeys(agency for agency, _ in held)),
        deputies=tuple(deputies.items()),
        token=token,
    )


def _position(claim: str) -> tuple[UUID, str]:
    """`agency|title`, and for a deputy `agency|title|official`: where, and as whose deputy."""
    agency, _, rest = claim.partition("|")
    return UUID(agency), rest.partition("|")[2]
