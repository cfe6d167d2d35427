"""Who is below whom today, as row security needs it: the kit's table `lineage`, kept true.

An agency is below itself, below its parents up to the root, and, once it has ended, below its
successor too: who takes over sees what was left. The table of agencies is `agencies` in identity
and `directory_agencies` elsewhere; both have `id`, `parent`, `successor`, `valid_to`.
"""

from collections.abc import Collection
from datetime import date
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, bindparam, text

from saola.kit.call import Unit

Agencies = Literal["agencies", "directory_agencies"]

LOCK: Final = text("select pg_advisory_xact_lock(hashtext('lineage'))")
BELOW: Final = """
    edges (child, above) as (
        select id, parent from {table} where parent is not null
        union select id, successor from {table} where successor is not null and valid_to <= :today
    ),
    below (id) as (
        select unnest(:agencies)
        union select edges.child from below join edges on edges.above = below.id
    )
"""
FORGET: Final = f"""
    with recursive {BELOW}
    delete from lineage where agency in (select id from below)
"""  # noqa: S608  # ours, and the table is one of two
REMEMBER: Final = f"""
    with recursive {BELOW},
    up (agency, ancestor) as (
        select id, id from below
        union select up.agency, edges.above from up join edges on edges.child = up.ancestor
    )
    insert into lineage (agency, ancestor) select agency, ancestor from up
"""  # noqa: S608  # the same


async def lock(unit: Unit) -> None:
    """Until the end of the unit nobody else changes the tree.

    Two who change it side by side would each compute from half of what is new.
    """
    await unit.session.execute(LOCK)


async def renew(unit: Unit, table: Agencies, agencies: Collection[UUID], today: date) -> None:
    """Computes anew what is above `agencies` and all below them. Call `lock` before the change."""
    values = {"agencies": list(agencies), "today": today}
    kinds = (bindparam("agencies", type_=ARRAY(Uuid)), bindparam("today", type_=Date))
    for step in (FORGET, REMEMBER):
        await unit.session.execute(text(step.format(table=table)).bindparams(*kinds), values)
