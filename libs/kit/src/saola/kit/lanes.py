"""Events applied in lanes: a key in one lane, in its order; a lane in one transaction."""

import asyncio
from collections import Counter as Counts
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import asyncpg
import grpc
import structlog
from google.protobuf.message import Message
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind
from prometheus_client import Counter
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from saola.kit.broker import STREAM, Envelope
from saola.kit.call import Call, Unit
from saola.kit.connections import NoneFree
from saola.kit.once import Repeated
from saola.kit.service import Service
from saola.kit.status import TRANSIENT

if TYPE_CHECKING:
    from saola.kit.parking import Parking

Handlers = Mapping[str, tuple[type[Message], Callable[..., Awaitable[None]]]]
LANES = 8
AT_ONCE = 3  # of the connections; one is left for those who ask
PAUSES = (0.0, 0.1, 0.5)  # before each try, in seconds
AWAY, WAITS = "PeerAway", "Waits"  # why an event is set aside that is not wrong itself
log = structlog.get_logger()

# The leader's epoch is held for the transaction: whoever takes over waits for its end.
ARRIVE = text("""
    with fence as (select from followed where stream = :stream and epoch = :epoch for share)
    insert into inbox (id) select unnest(cast(:ids as text[])) from fence
    on conflict do nothing returning id
""")
LEADING = text("select true from followed where stream = :stream and epoch = :epoch")


class Deposed(Exception):
    """Another process leads by now; what this one has in hand is that one's."""


class Malformed(Exception):
    """It has not the headers of an event."""


class Arrivals:
    """Notes that events have come, and tells which had not. Note and effect are one transaction."""

    def __init__(self, envelopes: Sequence[Envelope], epoch: int) -> None:
        ids = [envelope.id for envelope in envelopes]
        self._given = {"stream": STREAM, "epoch": epoch, "ids": ids}
        self.new: set[str] = set()

    def take(self, connection: Connection) -> None:
        self.new = set(connection.execute(ARRIVE, self._given).scalars())
        if not self.new:
            leads = connection.execute(LEADING, self._given).scalar()
            raise Repeated if leads else Deposed


class Lanes:
    """Applies batches of events. `epoch` is the leader's, see followed."""

    def __init__(self, service: Service, handlers: Handlers) -> None:
        self._service, self._handlers, self.epoch = service, handlers, 0
        self._free = asyncio.Semaphore(AT_ONCE)
        self._away = set[str]()  # kinds of events whose handler asks a peer that does not answer
        registry = service.telemetry.registry
        self._applied = Counter(
            "saola_events_applied", "Events that had effect.", ["type"], registry=registry
        )

    async def follow(self, messages: Sequence[Msg], parking: "Parking") -> None:
        lanes: list[list[Envelope]] = [[] for _ in range(LANES)]
        for message in messages:
            envelope = Envelope.of(message)
            lanes[crc32(envelope.key.encode()) % LANES].append(envelope)
        blocked = await parking.blocked({envelope.key for lane in lanes for envelope in lane})
        async with asyncio.TaskGroup() as tasks:
            for lane in lanes:
                if lane:
                    tasks.create_task(self._work_through(lane, blocked, parking))

    async def _work_through(
        self, lane: Sequence[Envelope], blocked: set[str], parking: "Parking"
    ) -> None:
        free = [envelope for envelope in lane if envelope.key not in blocked]
        try:
            if free:
                await self.apply(free)
        except Exception as error:
            if _outage(error):
                raise
        else:
            for envelope in lane:
                if envelope.key in blocked:
                    await parking.park(envelope, WAITS)
            return
        for envelope in lane:  # one of them is bad: each by itself
            why = WAITS if envelope.key in blocked else await self.attempt(envelope)
            if why:
                blocked.add(envelope.key)
                await parking.park(envelope, why)

    async def attempt(self, envelope: Envelope, *, probe: bool = False) -> str:
        """Applies an event, three times if need be; returns what went wrong in the end.

        Whether a peer that was away is back is found out by whoever says `probe`: the others do not
        wait for it.
        """
        why = ""
        if envelope.type in self._away and not probe:
            return AWAY
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                await self.apply([envelope])
            except Exception as error:
                if _outage(error):
                    raise
                if _away(error):
                    if envelope.type not in self._away:
                        log.warning("a peer is away", type=envelope.type)
                    self._away.add(envelope.type)
                    return AWAY
                why = type(error).__name__
                log.exception("an event failed", type=envelope.type, key=envelope.key)
            else:
                self._away.discard(envelope.type)
                return ""
        return why

    async def apply(self, envelopes: Sequence[Envelope]) -> None:
        """Applies what was not applied before, in this order, all or nothing.

        One alone may ask peers before its first statement; among others it finds the transaction
        begun, is refused there, and comes again alone.
        """
        arrivals, done = Arrivals(envelopes, self.epoch), list[Envelope]()
        try:
            async with (
                self._free,
                Call.own(self._service).unit(system="follow events", first=arrivals.take) as unit,
            ):
                if len(envelopes) > 1:
                    await unit.begin()  # from here on it is known which of them are new
                for envelope in envelopes:
                    if len(envelopes) == 1 or envelope.id in arrivals.new:
                        await self._handle(unit, envelope)
                        done.append(envelope)
        except Repeated:
            return
        for type, count in Counts(envelope.type for envelope in done).items():
            self._applied.labels(type).inc(count)

    async def _handle(self, unit: Unit, envelope: Envelope) -> None:
        if not envelope.sound:
            raise Malformed
        event, handler = self._handlers[envelope.type]
        span = self._service.telemetry.span
        with span(envelope.type, SpanKind.CONSUMER, envelope.traceparent):
            await handler(unit, event.FromString(envelope.body))


def _outage(error: Exception) -> bool:
    """Whether it is not the event that is wrong: then everything waits, and nothing is parked."""
    match error:
        case Deposed() | ConnectionError() | NoneFree():
            return True
        case DBAPIError():
            return error.connection_invalidated
        case asyncpg.PostgresConnectionError():
            return True
    return False


def _away(error: Exception) -> bool:
    """Whether it is a peer that does not answer: then its key waits, and others go on."""
    return isinstance(error, grpc.aio.AioRpcError) and error.code() in TRANSIENT
