"""What one can do with plans; and the copy of whom they reach, as identity tells of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.dialects.postgresql import insert

from saola.kit.call import Unit
from saola.services.notices.domain.plans import Step
from saola.services.notices.models.plans import Plan, officials


async def set_steps(unit: Unit, name: str, etag: str, steps: Sequence[Step]) -> Plan:
    plan = await unit.get(Plan, name)
    plan.check_etag(etag)
    plan.set_steps(steps)
    return await unit.save(plan)


async def keep_officials(unit: Unit, told: Sequence[Mapping[str, Any]]) -> None:
    """Takes over what is newer than what is here."""
    rows = [row for row in told if row["revision"]]
    if not rows:
        return
    new = insert(officials).values(sorted(rows, key=lambda row: row["id"]))
    upsert = new.on_conflict_do_update(
        index_elements=["id"],
        set_={column.name: new.excluded[column.name] for column in officials.columns},
        # A list does not tell of an account that is closed until Keycloak has closed it too.
        where=or_(
            officials.c.revision < new.excluded.revision,
            and_(officials.c.revision == new.excluded.revision, new.excluded.disabled),
        ),
    )
    await unit.session.execute(upsert)
