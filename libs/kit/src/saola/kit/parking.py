"""Events that could not be applied, set aside with all that follow under their key."""

from collections.abc import Collection

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from saola.kit.broker import Envelope
from saola.kit.call import Call
from saola.kit.lanes import Lanes
from saola.kit.service import Service
from saola.kit.tables import parked

DRIVE = "drive parked events"


class Parking:
    """Where they stand. Only the leader sets aside and drives, and not while it applies others."""

    def __init__(self, service: Service, lanes: Lanes) -> None:
        self._call, self._lanes = Call.own(service), lanes
        self._service = service

    async def blocked(self, keys: Collection[str]) -> set[str]:
        """Those of `keys` under which something waits."""
        async with self._call.read(system="look for parked keys") as unit:
            rows = await unit.rows(select(parked.c.key).where(parked.c.key.in_(keys)).distinct())
        return {row.key for row in rows}

    async def park(self, envelope: Envelope, error: str) -> None:
        self._service.telemetry.parked.labels(envelope.type).inc()
        row = insert(parked).values(vars(envelope) | {"error": error})
        async with self._call.unit(system="park an event") as unit:
            await unit.session.execute(row.on_conflict_do_nothing())

    async def ask(self, key: str) -> None:
        """Has what waits under `key` driven again."""
        asked = update(parked).where(parked.c.key == key).values(asked_at=func.now())
        async with self._call.unit(system=DRIVE) as unit:
            await unit.session.execute(asked)
            await unit.session.execute(text("notify parked"))

    async def asked(self) -> set[str]:
        query = select(parked.c.key).where(parked.c.asked_at.is_not(None)).distinct()
        async with self._call.read(system=DRIVE) as unit:
            return {row.key for row in await unit.rows(query)}

    async def drive_what_is_asked(self) -> None:
        for key in await self.asked():
            await self._drive(key)

    async def _drive(self, key: str) -> None:
        """Applies what waits under `key`, in order, up to the first that fails again."""
        async with self._call.read(system=DRIVE) as unit:
            waiting = select(parked).where(parked.c.key == key)
            rows = await unit.rows(waiting.order_by(parked.c.at, parked.c.revision))
        for row in rows:
            envelope = Envelope(row.id, row.type, row.key, row.revision, row.body, row.traceparent)
            error = await self._lanes.attempt(envelope)
            async with self._call.unit(system=DRIVE) as unit:
                if not error:
                    await unit.session.execute(delete(parked).where(parked.c.id == row.id))
                    continue
                still = update(parked).where(parked.c.key == key)
                await unit.session.execute(still.values(asked_at=None))
                failed = update(parked).where(parked.c.id == row.id)
                await unit.session.execute(failed.values(error=error))
                return
