"""One answer of a source, by HTTP: only from where the site allows, no larger and no later than it
may be, over TLS that is verified.

A name is looked up once for each connection, and what it leads to is judged then: whatever the name
said before, and wherever a redirect goes.
"""

import asyncio
import base64
import ssl
import zlib
from collections.abc import AsyncIterable, Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from socket import SOCK_STREAM, gaierror
from typing import Any, Final

import httpcore

from saola.services.connectors.domain.addresses import (
    AddressNotAllowed,
    Origin,
    check_allowed,
    may_be_reached,
    redirected,
)
from saola.services.connectors.domain.answers import (
    MOST_REDIRECTS,
    Answer,
    AnswerCutShort,
    AnswerTooLarge,
    SourceNotTrusted,
    SourceSilent,
    TooManyRedirects,
    UnexpectedType,
    check_status,
    check_type,
)
from saola.services.connectors.domain.connectors import Format, Secret, Spec, headers
from saola.services.connectors.settings import Settings

REDIRECTS: Final = {301, 302, 303, 307, 308}
ACCEPTS: Final = {Format.JSON: "application/json", Format.CSV: "text/csv"}
GZIP: Final = 16 + zlib.MAX_WBITS
ENCODINGS: Final = {"", "identity", "gzip", "x-gzip"}


@dataclass(frozen=True)
class Question:
    """What is asked of a source: where, as what, and within what bounds."""

    url: str
    spec: Spec
    secret: Secret | None
    seconds: float


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to allowed addresses only, and to the very one that was judged."""

    def __init__(self, networks: Collection[str]) -> None:
        self._networks, self._below = networks, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        *given: Any,
        **more: Any,  # as the library has it
    ) -> httpcore.AsyncNetworkStream:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
        except (gaierror, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found)
        allowed = [one for one in addresses if may_be_reached(ip_address(one), self._networks)]
        if not allowed:
            raise AddressNotAllowed(host=host)
        for address in allowed[:-1]:
            try:
                return await self._below.connect_tcp(address, port, *given, **more)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._below.connect_tcp(allowed[-1], port, *given, **more)


async def fetch(settings: Settings, asked: Question) -> Answer:
    """Refuses by what the source did; nothing of its words is in a refusal."""
    host = Origin.of(asked.url).host
    try:
        async with asyncio.timeout(asked.seconds):
            return await _follow(settings, asked)
    except (TimeoutError, httpcore.TimeoutException, httpcore.NetworkError) as error:
        if _is_about_trust(error):
            raise SourceNotTrusted(host=host) from error
        raise SourceSilent(host=host) from error
    except (httpcore.ProtocolError, zlib.error) as error:
        raise AnswerCutShort from error


async def _follow(settings: Settings, asked: Question) -> Answer:
    trust = ssl.create_default_context(cafile=settings.certificates or None)
    guarded = Guarded(settings.networks)
    first, url = Origin.of(asked.url), asked.url
    async with httpcore.AsyncConnectionPool(trust, network_backend=guarded, retries=0) as pool:
        for _ in range(MOST_REDIRECTS + 1):
            origin = Origin.of(url)
            check_allowed(origin, settings.hosts)
            told = _headers(asked, own=origin == first)
            async with pool.stream("GET", url, headers=told) as response:
                said = {
                    key.decode().lower(): value.decode("latin-1") for key, value in response.headers
                }
                if response.status not in REDIRECTS or "location" not in said:
                    return await _read(url, response, said, asked.spec)
            url = redirected(url, said["location"])
    raise TooManyRedirects(most=MOST_REDIRECTS)


def _headers(asked: Question, *, own: bool) -> Sequence[tuple[str, str]]:
    """The secret is for the source alone, wherever that sends us."""
    told = {
        "accept": ACCEPTS[asked.spec.format],
        "accept-encoding": "gzip",
        "user-agent": "saola-connectors",
    }
    secret = dict(headers(asked.spec, asked.secret)) if own else {}
    if pair := secret.pop("basic", ""):
        secret["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return [*told.items(), *secret.items()]


async def _read(
    url: str, response: httpcore.Response, said: Mapping[str, str], spec: Spec
) -> Answer:
    check_status(response.status)
    type, most = said.get("content-type", ""), spec.size_limit
    check_type(spec.format, type)
    packed = said.get("content-encoding", "").lower()
    if packed not in ENCODINGS:
        raise UnexpectedType(type=packed[:100])
    if said.get("content-length", "").isdecimal() and int(said["content-length"]) > most:
        raise AnswerTooLarge(most=most)
    chunks = response.aiter_stream()
    zipped = packed not in {"", "identity"}
    body = await (_unpacked(chunks, most) if zipped else _whole(chunks, most))
    return Answer(url, response.status, type[:200], body)


async def _whole(chunks: AsyncIterable[bytes], most: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > most:
            raise AnswerTooLarge(most=most)
    return bytes(body)


async def _unpacked(chunks: AsyncIterable[bytes], most: int) -> bytes:
    """Never more of it than may be, however small it came."""
    body, gzip = bytearray(), zlib.decompressobj(GZIP)
    async for chunk in chunks:
        left = chunk
        while left and not gzip.eof:
            body += gzip.decompress(left, most + 1 - len(body))
            if len(body) > most:
                raise AnswerTooLarge(most=most)
            left = gzip.unconsumed_tail
    if not gzip.eof:
        raise AnswerCutShort
    return bytes(body)


def _is_about_trust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
