"""A world in which services run: who asks them, their clock, and what has come of it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import nats
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saola.kit.access import Caller
from saola.kit.app import App, Running, together
from saola.kit.audit import STREAM as AUDIT
from saola.kit.broker import STREAM, Envelope
from saola.kit.call import Call, Unit
from saola.kit.owed import due, jobs, work
from saola.kit.peers import Peers, Stub
from saola.kit.settings import Platform
from saola.kit.tables import lineage, outbox
from saola.kit.tokens import Issuer
from saola.testing.site import Site

S = TypeVar("S")


class Person:
    """Somebody with a token, and `patience` in seconds."""

    def __init__(self, peers: Peers, caller: Caller, language: str) -> None:
        self._peers, self._caller, self._language = peers, caller, language
        self.token, self.patience = caller.token, 10.0

    def asks(self, stub: Stub[S], *, of: str = "") -> S:
        patience = lambda: self.patience  # noqa: E731  # it may be changed later
        return self._peers.stub(stub, self._caller, self._language, patience, of=of)


class World:
    def __init__(
        self,
        site: Site,
        stack: AsyncExitStack,
        peers: Peers,
        stream: JetStreamContext,
        addresses: str,
    ) -> None:
        self.site, self.peers, self.stream, self._stack = site, peers, stream, stack
        self.addresses = addresses
        self.now = datetime(2026, 1, 2, 9, tzinfo=UTC)
        self.spans = InMemorySpanExporter()
        self.exporter: SpanExporter | None = self.spans
        self.running: dict[str, Running] = {}
        self._fronts: dict[str, Peers] = {}

    def platform(self) -> Platform:
        return Platform(
            database=SecretStr(self.site.url("{0}", "{0}")),
            nats=self.site.nats,
            issuer=self.site.issuer.url,
            peers=self.addresses,
            grpc=self.addresses,
            http="127.0.0.1:0",
            secrets=self.site.secrets,
            objects=self.site.objects.get("url", "http://127.0.0.1:1"),
        )

    async def run(self, *apps: App, platform: Platform | None = None) -> None:
        """Together, in one process, on fresh databases."""
        await self.prepare(*apps)
        await self._stack.enter_async_context(self.serving(*apps, platform=platform))

    async def prepare(self, *apps: App) -> None:
        """Fresh databases."""
        for app in apps:
            await self.site.database(app)
            self.site.secret(f"client-{app.name}", "-")

    @asynccontextmanager
    async def serving(
        self, *apps: App, at: str = "", platform: Platform | None = None
    ) -> AsyncIterator[Mapping[str, Running]]:
        """One more process, on the databases that there are; `at` tells replicas apart."""
        platform = platform or self.platform()
        platform.grpc = platform.grpc.replace(".sock", f"{at}.sock")
        before = self.running
        async with together(apps, platform, self.exporter, lambda: self.now) as running:
            self.running = {**before, **running}
            yield running
        self.running = before

    async def until(self, happened: Callable[[], bool]) -> None:
        """Waits for what a loop does in its own time."""

        async def seen() -> bool:
            return happened()

        await _until(seen)

    def person(
        self,
        id: str,
        *roles: str,
        of: UUID | Sequence[UUID] = (),
        title: str = "official",
        language: str = "vi",
        front: str = "",
    ) -> Person:
        """Somebody with positions in agencies, who asks by themselves or through a service."""
        agencies = [of] if isinstance(of, UUID) else of
        positions = [f"{agency}|{title}" for agency in agencies]
        token = self.site.issuer.token(id, roles=roles, positions=positions)
        peers = self._fronted(front) if front else self.peers
        return Person(peers, Caller(id, token=token), language)

    def deputy(self, id: str, *roles: str, of: UUID, also: Mapping[UUID, str]) -> Person:
        """Somebody with a position of their own, and in `also` as the deputy of others."""
        positions = [f"{of}|official", *(f"{one}|official|{whose}" for one, whose in also.items())]
        token = self.site.issuer.token(id, roles=roles, positions=positions)
        return Person(self.peers, Caller(id, token=token), "vi")

    def service(self, name: str, language: str = "vi") -> Person:
        """A service of the site that asks for itself."""
        return Person(self._fronted(name), Caller.own(name), language)

    def _fronted(self, name: str) -> Peers:
        if name not in self._fronts:
            tokens = Issuer(self.site.issuer.url, name, lambda: "-")
            self._stack.push_async_callback(tokens.close)
            self._fronts[name] = Peers(self.peers.address, tokens)
            self._stack.push_async_callback(self._fronts[name].close)
        return self._fronts[name]

    async def lineage(self, agency: UUID, *ancestors: UUID) -> None:
        """Tells every running service that `agency` stands below `ancestors`."""
        rows = [{"agency": agency, "ancestor": above} for above in (agency, *ancestors)]
        for name, one in self.running.items():
            if one.app.tables is not None:
                async with self.unit(name) as unit:
                    statement = insert(lineage).values(rows).on_conflict_do_nothing()
                    await unit.session.execute(statement)

    def unit(self, service: str) -> AbstractAsyncContextManager[Unit]:
        return Call.own(self.running[service].service).unit(system="a test")

    async def settle(self) -> None:
        """Waits until every event has left its outbox and has been seen to."""
        await _until(self._quiet)

    async def wake(self) -> None:
        """Has every service look at its work again: the hour has come for some."""
        for name, one in self.running.items():
            if one.app.tables is not None:
                await self.sql(name, "notify work")

    async def ran(self, service: str, job: str, since: datetime | None = None) -> None:
        """Waits until the clock has run a job: at all, or at a moment or later."""
        done = select(jobs.c.done_until).where(jobs.c.name == job)

        async def once() -> bool:
            async with self.unit(service) as unit:
                row = await unit.one(done)
            until = row and row.done_until
            return until is not None and (since is None or until >= since)

        await _until(once)

    async def _quiet(self) -> bool:
        return (
            await self._all_told()
            and await self._all_heard()
            and await self._all_done()
            and await self._all_told()
        )

    async def sql(self, service: str, statement: str, role: str = "") -> Any:
        """What one statement gives to whoever has the role's password and no scope."""
        url = self.site.url(role or service, service).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    def traces(self) -> Sequence[ReadableSpan]:
        for one in self.running.values():
            one.service.telemetry.flush()
        return self.spans.get_finished_spans()

    async def told(self) -> list[Envelope]:
        """Every event that has left, in order."""
        last = (await self.stream.stream_info(STREAM)).state.last_seq
        return [Envelope.of(await self.stream.get_msg(STREAM, n + 1)) for n in range(last)]

    async def _all_told(self) -> bool:
        for name, one in self.running.items():
            if one.app.tables is not None:
                async with self.unit(name) as unit:
                    if await unit.one(select(outbox.c.seq).limit(1)):
                        return False
        return True

    async def _all_done(self) -> bool:
        """No own work is due, but what is parked and what waits behind that."""
        for name, one in self.running.items():
            if one.app.tables is not None:
                async with self.unit(name) as unit:
                    if await unit.one(select(work.c.id).where(due(self.now)).limit(1)):
                        return False
        return True

    async def _all_heard(self) -> bool:
        followers = [one.follower for one in self.running.values()]
        return all([await follower.idle() for follower in followers if follower])


async def _until(happened: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):  # many tests may run beside
        while not await happened():  # noqa: ASYNC110  # what is waited for has no Event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def begun(site: Site) -> AsyncIterator[World]:
    """A world without any event yet."""
    async with AsyncExitStack() as stack:
        client = await nats.connect(site.nats)
        stack.push_async_callback(client.close)
        for name in (STREAM, AUDIT):
            with suppress(NotFoundError):
                await client.jetstream().delete_stream(name)
        sockets = stack.enter_context(tempfile.TemporaryDirectory(dir=site.home))
        addresses = f"unix:{sockets}/{{0}}.sock"
        peers = Peers(addresses.format, None)
        stack.push_async_callback(peers.close)
        yield World(site, stack, peers, client.jetstream(), addresses)
