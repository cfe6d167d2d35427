"""Reports that begin to count, and what is kept added up of them: values a second.

`python -m benchmarks.rollups`: 500 reports of 30 values, of 113 agencies, day by day at the end of
a year. First all at once, as a recount does them; then one by one over the RPC, as people submit.
"""

import asyncio
import os
import time
from uuid import UUID

import asyncpg
import structlog
import uvloop
from services.warehouse.tests import make
from sqlalchemy import select, update

from benchmarks.dashboard import cpu
from benchmarks.province import AGENCIES, ITEMS, build
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.forms_pb2 import ListFormsRequest
from saola.kit.tables import etag_of
from saola.services.warehouse.domain.submissions import State
from saola.services.warehouse.models.figures import cells
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.usecases.figures import recount
from saola.testing.plugin import World
from saola.testing.site import standing
from saola.testing.world import begun

REPORTS, GOAL = 500, 500 * 30
DAYS, IN_FLIGHT, ONE_BY_ONE, ROUNDS = 60, 16, 160, 3


async def newest(world: World, count: int) -> list[Submission]:
    stub = make.forms_of(make.leader(world))
    forms = (await stub.ListForms(ListFormsRequest())).forms
    [daily] = [UUID(form.name.partition("/")[2]) for form in forms if form.code.startswith("D")]
    query = select(Submission).where(Submission.form == daily)
    async with world.unit("warehouse") as unit:
        order = (Submission.begins.desc(), Submission.agency)
        return list(await unit.session.scalars(query.order_by(*order).limit(count)))


async def at_once(world: World, reports: list[Submission]) -> float:
    """All cells of these reports, and of what they are parts of, in one transaction."""
    async with world.unit("warehouse") as unit:
        connection = await unit.connection()
        days = {report.begins for report in reports}
        gone = cells.delete().where(cells.c.begins.in_(days), cells.c.period_type == "day")
        await connection.execute(gone)
    begin = time.perf_counter()
    async with world.unit("warehouse") as unit:
        await recount(unit, [(report.agency, report.id) for report in reports])
    return time.perf_counter() - begin


async def one_by_one(world: World, reports: list[Submission]) -> float:
    """Submitted again over the RPC, so many at a time."""
    async with world.unit("warehouse") as unit:
        ids = [report.id for report in reports]
        draft = update(Submission).where(Submission.id.in_(ids)).values(state=State.DRAFT)
        await unit.session.execute(draft)
    left = iter(reports)

    async def work() -> None:
        for report in left:
            asked = pb.SubmitSubmissionRequest(
                name=report.name, etag=etag_of(report.version), request_id=str(report.id)
            )
            await make.reporter(world, report.agency).SubmitSubmission(asked)

    begin = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return time.perf_counter() - begin


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with standing() as site:
        async with begun(site) as world:
            await build(world, 1, DAYS)
            reports = await newest(world, REPORTS)
            server = await asyncpg.connect(world.site.postgres + "warehouse")
            spent = await cpu(server)
            seconds = min([await at_once(world, reports) for _ in range(ROUNDS)])
            used = [(a - b) / ROUNDS for a, b in zip(await cpu(server), spent, strict=True)]
            print(
                f"rollups: {REPORTS} reports of {ITEMS} values of {AGENCIES} agencies at once: "
                f"{REPORTS * ITEMS / seconds:,.0f} values/s (goal {GOAL:,}); "
                f"CPU {used[0]:.2f} s in PostgreSQL, {used[1]:.2f} s in the service"
            )
            some = reports[:ONE_BY_ONE]
            spent = await cpu(server)
            took = await one_by_one(world, some)
            each = [
                (a - b) / len(some) * 1e3 for a, b in zip(await cpu(server), spent, strict=True)
            ]
            await server.close()
            print(
                f"rollups: submitted one by one: {len(some) / took:,.0f} reports/s, "
                f"{len(some) * ITEMS / took:,.0f} values/s; CPU {each[0]:.0f} ms a "
                f"report in PostgreSQL, {each[1]:.0f} ms in the service and its clients; "
                f"load {os.getloadavg()[0]:.0f}"
            )


if __name__ == "__main__":
    uvloop.run(main())
