"""Events that could not be applied, set aside with all that follow under their key."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from saola.kit.broker import Envelope
from saola.kit.call import Call
from saola.kit.lanes import AWAY, WAITS, Lanes
from saola.kit.service import Service
from saola.kit.tables import parked

DRIVE = "drive parked events"
AGAIN = timedelta(seconds=3)  # after it a peer that was away is asked again
POLL = 5.0  # seconds, should a notification be lost
AT_A_TIME = 100  # keys that are looked up
# As the others of its key; where the last of them has just been applied, at once.
WITH_ITS_KEY = text("""
    (select case when count(*) = 0 then now() else max(asked_at) end
        from parked where key = :with_key)
""")


class Parking:
    """Where they stand. Only the leader sets aside and drives.

    `asked_at` says from when on what waits under a key is to be driven; without it, when somebody
    asks. Driving goes on beside the lanes: they leave a key alone as long as anything waits there.
    (ADR 0006, ADR 0012)
    """

    def __init__(self, service: Service, lanes: Lanes) -> None:
        self._call, self._lanes = Call.own(service), lanes
        self._service = service
        self.news = asyncio.Event()

    async def blocked(self, keys: Collection[str]) -> set[str]:
        """Those of `keys` under which something waits."""
        async with self._call.read(system="look for parked keys") as unit:
            rows = await unit.rows(select(parked.c.key).where(parked.c.key.in_(keys)).distinct())
        return {row.key for row in rows}

    async def park(self, envelope: Envelope, error: str) -> None:
        self._service.telemetry.parked.labels(envelope.type).inc()
        asked_at: Any = None
        if error == AWAY:
            asked_at = func.now() + AGAIN
        elif error == WAITS:
            asked_at = WITH_ITS_KEY.bindparams(with_key=envelope.key)
        row = insert(parked).values(vars(envelope) | {"error": error, "asked_at": asked_at})
        async with self._call.unit(system="park an event") as unit:
            await unit.session.execute(row.on_conflict_do_nothing())
        if error in {AWAY, WAITS}:
            self.news.set()

    async def ask(self, key: str) -> None:
        """Has what waits under `key` driven again."""
        asked = update(parked).where(parked.c.key == key).values(asked_at=func.now())
        async with self._call.unit(system=DRIVE) as unit:
            await unit.session.execute(asked)
            await unit.session.execute(text("notify parked"))

    async def asked(self) -> bool:
        """Whether anything is to be driven, now or later."""
        query = select(parked.c.key).where(parked.c.asked_at.is_not(None)).limit(1)
        async with self._call.read(system=DRIVE) as unit:
            return bool(await unit.rows(query))

    async def drive(self) -> None:
        """Drives what is due, without end."""
        while True:
            self.news.clear()
            while keys := await self._due():
                for key in keys:
                    if kind := await self._drive(key):
                        await self._postpone(key, kind)
                        break  # what is due now is another
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), await self._pause())

    async def _due(self) -> list[str]:
        query = select(parked.c.key).where(parked.c.asked_at <= func.now())
        async with self._call.read(system=DRIVE) as unit:
            rows = await unit.rows(query.distinct().limit(AT_A_TIME))
        return [row.key for row in rows]

    async def _pause(self) -> float:
        """Seconds until the next is due."""
        left = func.extract("epoch", func.min(parked.c.asked_at) - func.now())
        async with self._call.read(system=DRIVE) as unit:
            [[seconds]] = await unit.rows(select(left))
        return POLL if seconds is None else min(max(float(seconds), 0.0), POLL)

    async def _drive(self, key: str) -> str:
        """Applies what waits under `key`, in order, up to the first that fails again.

        Returns the kind of event whose peer is still away, if that is why.
        """
        async with self._call.read(system=DRIVE) as unit:
            waiting = select(parked).where(parked.c.key == key)
            rows = await unit.rows(waiting.order_by(parked.c.at, parked.c.revision))
        for row in rows:
            envelope = Envelope(row.id, row.type, row.key, row.revision, row.body, row.traceparent)
            error = await self._lanes.attempt(envelope, probe=True)
            if error == AWAY:
                return envelope.type
            async with self._call.unit(system=DRIVE) as unit:
                if not error:
                    await unit.session.execute(delete(parked).where(parked.c.id == row.id))
                    continue
                still = update(parked).where(parked.c.key == key)
                await unit.session.execute(still.values(asked_at=None))
                failed = update(parked).where(parked.c.id == row.id)
                await unit.session.execute(failed.values(error=error))
                break
        return ""

    async def _postpone(self, key: str, kind: str) -> None:
        """This key, and all that is due and waits for the same peer, waits on."""
        same = select(parked.c.key).where(parked.c.type == kind, parked.c.asked_at <= func.now())
        waits = or_(parked.c.key == key, parked.c.key.in_(same))
        later = update(parked).where(waits).values(asked_at=func.now() + AGAIN)
        async with self._call.unit(system=DRIVE) as unit:
            await unit.session.execute(later)
