"""How complete a year of a large province was, now and as of a moment, over the RPC.

`python -m benchmarks.rates [AGENCIES]`: 600 agencies owe 60 forms, three of them by day: 1.1
million reports in a year, nearly all sent and approved, some returned and sent again.
"""

import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import asyncpg
import structlog
import uvloop
from services.warehouse.tests import make

from benchmarks.dashboard import WHO, cpu
from benchmarks.province import OBLIGATIONS, people
from saola.apis.warehouse.v1 import rates_pb2 as pb
from saola.apis.warehouse.v1.rates_pb2_grpc import RatesServiceStub
from saola.kit.pb import stamp
from saola.testing.plugin import World
from saola.testing.site import standing
from saola.testing.world import begun

Ask = Callable[[], Awaitable[pb.ListRatesResponse]]
FORMS = {"DAY": 3, "WEEK": 7, "MONTH": 30, "QUARTER": 20}
WRITTEN = {
    "DAY": "YYYY-MM-DD",
    "WEEK": 'IYYY-"W"IW',
    "MONTH": "YYYY-MM",
    "QUARTER": 'YYYY-"Q"Q',
}
FIRST, END = "2025-11-20", "2026-11-20"
REPEATS = 5
PATIENCE = 300.0
# One in fifty is never sent, and one in twenty comes late.
REPORTS = """
    insert into submissions (id, version, created_at, agency, form, period, begins, state, due_at,
        entered_at, submitted_at, submitter, on_time, return_reason, required, filled)
    select gen_random_uuid(), 3, ends, a, $2::uuid, to_char(begins, $3), begins, 'approved', due_at,
        ends, sent_at, 'bench', sent_at < due_at, '', 10, 9
    from unnest($1::uuid[]) a,
        generate_series(date_trunc($4, $5::date), $6::date, $7::text::interval) begins,
        lateral (select abs(hashtext(a::text || begins || $2)) as lot) lots,
        lateral (select begins + $7::text::interval - interval '12 hours' as ends) as over,
        lateral (select ends + interval '5 hours' as due_at) as due,
        lateral (select ends + make_interval(hours => case when lot % 20 = 0 then 9 else 3 end)
            as sent_at) as sent
    where lot % 50 <> 7 and sent_at < $8
"""
# Of one in twenty the first go was returned.
CHANGES = """
    insert into changes (agency, submission, version, action, actor, at, channel, note, state)
    select agency, id, m.version, m.action, 'bench', submitted_at + m.after, 'web', '', m.state
    from submissions, lateral (values
        (1, 'created', interval '-3 hours', 'draft'),
        (2, 'submitted', interval '-2 hours', 'submitted'),
        (3, 'returned', interval '-1 hours', 'returned'),
        (4, 'submitted', interval '0', 'submitted'),
        (5, 'approved', interval '1 hour', 'approved')
    ) as m(version, action, after, state)
    where abs(hashtext(id::text)) % 20 = 0 or m.version in (1, 4, 5)
"""
VERDICTS = """
    insert into verdicts (agency, submission, version, at, due_at, on_time, required, filled,
        superseded_at, submitted_at)
    select c.agency, c.submission, c.version, c.at, s.due_at, s.on_time, 10, 9,
        case when c.version = 2 then s.submitted_at end, c.at
    from changes c join submissions s on s.agency = c.agency and s.id = c.submission
    where c.action = 'submitted'
"""

COUNT = "select cast(reltuples as bigint) from pg_class where relname = $1"


async def build(world: World, agencies: int) -> None:
    await make.warehouse(world)
    owners = await people(world, agencies)
    server = await asyncpg.connect(world.site.postgres + "warehouse")
    start = time.perf_counter()
    for type, count in FORMS.items():
        for number in range(count):
            draft = make.draft(code=f"{type}{number}")
            draft.field = f"field{number % 9}"
            draft.period_type = make.forms.Form.PeriodType.Value(f"PERIOD_TYPE_{type}")
            await _fill(server, owners, await make.published(world, draft), type, world)
    for statement in (CHANGES, VERDICTS):
        await server.execute(statement)
    sizes = []
    for table in ("obligations", "terms", "submissions", "changes", "verdicts"):
        await server.execute(f"vacuum analyze {table}")
        sizes.append(f"{await server.fetchval(COUNT, table):,} {table}")
    await server.close()
    print(f"made {', '.join(sizes)} in {time.perf_counter() - start:.0f} s", flush=True)


async def _fill(
    server: asyncpg.Connection, owners: Sequence[UUID], form: str, type: str, world: World
) -> None:
    id = UUID(form.removeprefix("forms/"))
    await server.execute(OBLIGATIONS, owners, id)
    first, end = map(date.fromisoformat, (FIRST, END))
    step = "3 months" if type == "QUARTER" else f"1 {type}"
    await server.execute(REPORTS, owners, str(id), WRITTEN[type], type, first, end, step, world.now)


def questions(world: World) -> dict[str, Ask]:
    leader = make.leader(world)
    leader.patience = PATIENCE
    stub = leader.asks(RatesServiceStub)
    agency, form = pb.ListRatesRequest.GROUP_AGENCY, pb.ListRatesRequest.GROUP_FORM

    def by(group: pb.ListRatesRequest.Group.ValueType, first: str, back: int = 0) -> Ask:
        asked = pb.ListRatesRequest(group=group, due_from=first, due_to=END, page_size=1000)
        if back:
            asked.as_of.CopyFrom(stamp(world.now - timedelta(days=back)))
        return partial(stub.ListRates, asked)

    return {
        "a day by form": by(form, "2026-11-19"),
        "30 days by form": by(form, "2026-10-21"),
        "30 days by form, as of ten days ago": by(form, "2026-10-21", 10),
        "a year by agency": by(agency, FIRST),
        "a year by agency, as of ten days ago": by(agency, FIRST, 10),
        "a year by agency, as of 200 days ago": by(agency, FIRST, 200),
    }


async def measure(world: World) -> None:
    server = await asyncpg.connect(world.site.postgres + "warehouse")
    for name, ask in questions(world).items():
        seconds, spent = [], await cpu(server)
        for _ in range(REPEATS):
            start = time.perf_counter()
            total = (await ask()).total
            seconds.append(time.perf_counter() - start)
        used = await cpu(server)
        print(
            f"{name}: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s, CPU "
            + ", ".join(
                f"{(now - before) / REPEATS:.2f} s {who}"
                for who, now, before in zip(WHO, used, spent, strict=True)
            )
            + f" ({total.submitted:,} of {total.expected:,} reports)",
            flush=True,
        )
    await server.close()
    print(f"load {os.getloadavg()[0]:.0f}")


async def main(agencies: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with standing() as site:
        async with begun(site) as world:
            await build(world, agencies)
            await measure(world)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 600))
