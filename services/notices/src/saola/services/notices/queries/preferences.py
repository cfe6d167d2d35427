"""How officials want to be told."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from saola.kit.call import ReadUnit
from saola.services.notices.domain.preferences import Wishes
from saola.services.notices.models.preferences import Preferences, wishes_of


async def of(unit: ReadUnit, official: UUID) -> Row[Any] | None:
    """None until they are set."""
    return await unit.one(select(Preferences.__table__).where(Preferences.id == official))


async def wishes(unit: ReadUnit, officials: Collection[UUID]) -> Mapping[UUID, Wishes]:
    """Of each: what was set, or the usual."""
    wanted = select(Preferences.__table__).where(Preferences.id.in_(officials))
    found = {row.id: wishes_of(row) for row in await unit.rows(wanted)}
    return {official: found.get(official, Wishes()) for official in officials}
