"""How figures are read where they are kept added up."""

from datetime import date
from uuid import UUID

import asyncpg
from services.warehouse.tests import make
from sqlalchemy import text

from saola.kit.access import Caller
from saola.kit.call import Call
from saola.services.warehouse.queries.figures.kept import (
    BRIEF_FLOWS,
    GROUPED,
    LENGTHS,
    SUMS,
    TYPES,
    composed,
)
from saola.testing.plugin import World

from .test_rollups import measured

MANY_CELLS = """
    insert into cells (indicator, period_type, begins, agency, reports, numbers, total, last,
        occurred, nothing, estimated, preliminary, revised, direct, fresh_at)
    select lpad(to_hex(i), 32, '0')::uuid, 'day', date '2025-01-01' + d,
        lpad(to_hex(a), 32, '0')::uuid, 1, 1, 1, 1, true, false, false, false, false, true, now()
    from generate_series(0, 29) i, generate_series(0, 400) d, generate_series(1, 10) a
"""


async def test_figures_are_read_by_steps_down_one_index_below_the_policy(world: World) -> None:
    await make.warehouse(world)
    await measured(world)
    server = await asyncpg.connect(world.site.postgres + "warehouse")
    await server.execute(MANY_CELLS)
    await server.execute("vacuum analyze cells")
    await server.close()
    slots = 300
    given = {
        "slots": list(range(slots)),
        "indicators": [UUID(int=slot % 30) for slot in range(slots)],
        "types": ["day"] * slots,
        "begins": [date(2026, 1, 1 + slot % 28) for slot in range(slots)],
        "roles": [0] * slots,
        "counts": [1] * slots,
        "stocks": [True] * slots,
        "firsts": [date(2026, 1, 1 + slot % 28) for slot in range(slots)],
        "lasts": [date(2026, 1, 1 + slot % 28) for slot in range(slots)],
        "every": TYPES,
        "lengths": LENGTHS,
        "today": date(2026, 11, 20),
    }
    for statement in (SUMS, BRIEF_FLOWS, GROUPED):
        full = composed(statement, "cast(c.agency as text)", "")
        caller = Caller("leader", agencies=(make.ROOT,))
        async with Call(world.running["warehouse"].service, caller).read() as unit:
            connection = await unit.connection()
            plan = "\n".join(await connection.scalars(text(f"explain {full}"), given))
        assert "pk_cells" in plan
        assert "AND (begins = w.begins)" in plan
        assert "Seq Scan on cells" not in plan
        assert "InitPlan" in plan  # whom the caller sees is found once, not for each row
