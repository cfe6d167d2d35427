"""How much waits, and for how long, as numbers: in the outbox, before the follower, in own work."""

import asyncio
from contextlib import suppress

from nats.js.errors import NotFoundError
from prometheus_client import Gauge
from sqlalchemy import text

from saola.kit.broker import STREAM
from saola.kit.call import Call
from saola.kit.service import Service

PAUSE = 15.0  # seconds between looks
OUTBOX = text("select count(*), extract(epoch from :now - min(at)) from outbox")
WORK = text("""
    select queue, count(*) filter (where parked_at is null and retry_at <= :now) as due,
        extract(epoch from :now - min(retry_at) filter (where parked_at is null)) as age,
        count(*) filter (where parked_at is not null) as parked
    from work group by queue
""")
# What waits for a peer that is away is driven by itself: it is not for people to look at.
PARKED = text("select type, count(*) from parked where asked_at is null group by type")
HELD = text("select count(*) from parked where asked_at is not null")


class Depths:
    """Looks every few seconds; whoever scrapes the numbers does not make the database work."""

    def __init__(self, service: Service, *, follows: bool) -> None:
        self._service, self._follows = service, follows
        registry, queue = service.telemetry.registry, ["queue"]
        self._outbox = Gauge("saola_outbox_depth", "Events to be sent.", registry=registry)
        self._lag = Gauge(
            "saola_outbox_lag_seconds", "Age of the oldest event to be sent.", registry=registry
        )
        self._behind = Gauge("saola_consumer_lag", "Events to be applied.", registry=registry)
        self._parked = Gauge(
            "saola_parked_events", "Events set aside.", ["type"], registry=registry
        )
        self._held = Gauge(
            "saola_held_events", "Events that wait for a peer to be back.", registry=registry
        )
        self._due = Gauge("saola_work_depth", "Own work that is due.", queue, registry=registry)
        self._age = Gauge(
            "saola_work_lag_seconds", "For how long work is due.", queue, registry=registry
        )
        self._stuck = Gauge("saola_parked_work", "Own work set aside.", queue, registry=registry)

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(PAUSE)

    async def look(self) -> None:
        now = {"now": self._service.now()}
        async with Call.own(self._service).read(system="count what waits") as unit:
            connection = await unit.connection()
            depth, lag = (await connection.execute(OUTBOX, now)).one()
            work = (await connection.execute(WORK, now)).all()
            parked = (await connection.execute(PARKED)).all()
            held = (await connection.execute(HELD)).scalar_one()
        self._outbox.set(depth)
        self._held.set(held)
        self._lag.set(max(lag or 0, 0))
        for gauge in (self._due, self._age, self._stuck, self._parked):
            gauge.clear()
        for queue, due, age, stuck in work:
            self._due.labels(queue).set(due)
            self._age.labels(queue).set(max(age or 0, 0))
            self._stuck.labels(queue).set(stuck)
        for type, count in parked:
            self._parked.labels(type).set(count)
        if self._follows:
            stream = await self._service.broker.stream()
            with suppress(NotFoundError):  # nobody has begun to follow
                info = await stream.consumer_info(STREAM, self._service.name)
                self._behind.set(info.num_pending or 0)
