"""A province of figures in a database of its own, with as many values as are asked for.

Everything is as the service itself would have written it; only the rows are made by PostgreSQL.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from services.warehouse.tests import make

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.identity.v1.areas_pb2 import Area
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.directory import areas, copies
from saola.testing.plugin import World

AGENCIES, FIELDS, ITEMS = 113, 9, 30  # 38 units and 75 communes; values of a report
PLACE = UUID(int=10**6)
TODAY = "2026-11-20"
MONTHS = 24
OBLIGATIONS = """
    with made as (
        insert into obligations (id, version, created_at, agency, form, valid_from)
        select gen_random_uuid(), 1, date '2020-01-01', a, $2, date '2020-01-01'
        from unnest($1::uuid[]) a returning *
    )
    insert into terms (agency, obligation, version, form, valid_from, cause, recorder, recorded_at)
    select agency, id, version, form, valid_from, 'made', 'bench', created_at from made
"""
REPORTS = """
    insert into submissions (id, version, created_at, agency, form, period, begins, state, due_at,
        entered_at, submitted_at, submitter, on_time, return_reason)
    select gen_random_uuid(), 2, begins, a, $2::uuid, to_char(begins, $4), begins, 'approved',
        begins + interval '1 day', begins, begins, 'bench', true, ''
    from unnest($1::uuid[]) a,
        lateral (select day::date as begins from generate_series(
            $3::date, $5::date, $6::text::interval) day) as days
"""
MOVES = """
    insert into changes (agency, submission, version, action, actor, at, channel, note, state)
    select agency, id, m.version, m.action, 'bench', submitted_at, 'web', '', m.state
    from submissions, (values (1, 'created', 'draft'), (2, 'submitted', 'submitted'),
        (3, 'approved', 'approved')) as m(version, action, state)
    where form = $1
"""
VERDICTS = """
    insert into verdicts (agency, submission, version, at, due_at, on_time, required, filled,
        submitted_at)
    select agency, id, 2, submitted_at, due_at, true, 0, 0, submitted_at
    from submissions where form = $1
"""
VALUES = """
    insert into observations (agency, submission, item, version, indicator, period, begins, status,
        value, number, note, recorded_at, recorder)
    select s.agency, s.id, i.item, 1, i.indicator, s.period, s.begins, 'value', n.number::text,
        n.number, '', s.created_at, 'bench'
    from submissions s, unnest($2::text[], $3::uuid[]) as i(item, indicator),
        lateral (select (abs(hashtext(s.id::text || i.item)) % 10000)::numeric as number) as n
    where s.form = $1
"""
DIRECT = """
    insert into cells (indicator, period_type, begins, agency, reports, numbers, total, last,
        occurred, nothing, estimated, preliminary, revised, direct, fresh_at)
    select o.indicator, $2, o.begins, o.agency, 1, 1, o.number, o.number, o.number <> 0, false,
        false, false, false, true, o.recorded_at
    from observations o where o.indicator = any($1::uuid[])
    order by 1, 2, 3, 4
"""
ROLLED = """
    insert into cells (indicator, period_type, begins, agency, reports, numbers, total, last,
        occurred, nothing, estimated, preliminary, revised, direct, fresh_at)
    select indicator, '{whole}', {begins}, agency, sum(reports), sum(numbers), sum(total),
        (array_agg(last order by begins desc))[1], bool_or(occurred), false, false, false, false,
        false, max(fresh_at)
    from cells where period_type = '{part}' {only} group by 1, 3, 4
    order by 1, 2, 3, 4
"""
REPORTED = ("submissions", "changes", "verdicts", "observations", "cells")
LEVELS = (
    ("week", "day", "date_trunc('week', begins)::date", ""),
    ("month", "day", "date_trunc('month', begins)::date", ""),
    ("quarter", "month", "date_trunc('quarter', begins)::date", ""),
    (
        "half_year",
        "quarter",
        "make_date(extract(year from begins)::int, "
        "case when extract(month from begins) < 7 then 1 else 7 end, 1)",
        "",
    ),
    (
        "nine_months",
        "quarter",
        "date_trunc('year', begins)::date",
        "and extract(month from begins) < 10",
    ),
    ("year", "half_year", "date_trunc('year', begins)::date", ""),
)


@dataclass(frozen=True)
class Province:
    """Who there is, and what is measured by day and by month."""

    agencies: Sequence[UUID]
    daily: Sequence[str]
    monthly: Sequence[str]
    values: int


async def build(world: World, daily_forms: int, days: int, units: int = AGENCIES) -> Province:
    """`daily_forms` × 30 indicators by day, and 30 by month, by all agencies."""
    await make.warehouse(world)
    agencies = await people(world, units)
    daily = [await _measured(world, f"D{number}", "day") for number in range(daily_forms)]
    monthly = [await _measured(world, "M", "month")]
    server = await asyncpg.connect(world.site.postgres + "warehouse")
    begun = time.perf_counter()
    for form in daily:
        await _fill(server, agencies, form, days)
    for form in monthly:
        await _fill(server, agencies, form, MONTHS)
    for whole, part, begins, only in LEVELS:
        await server.execute(ROLLED.format(whole=whole, part=part, begins=begins, only=only))
    for table in ("obligations", "terms", *REPORTED):
        await server.execute(f"vacuum analyze {table}")
    values = await server.fetchval("select count(*) from observations")
    kept = await server.fetchval("select count(*) from cells")
    size = await server.fetchval("select pg_size_pretty(pg_total_relation_size('cells'))")
    await server.close()
    took = time.perf_counter() - begun
    print(f"made {values:,} observations and {kept:,} cells ({size}) in {took:.0f} s", flush=True)
    return Province(
        agencies,
        [name for form in daily for name in form.indicators],
        [name for form in monthly for name in form.indicators],
        values,
    )


async def people(world: World, count: int = AGENCIES) -> list[UUID]:
    """So many agencies below the root, each in an area of its own."""
    ids = [UUID(int=1000 + number) for number in range(count)]
    places = [UUID(int=PLACE.int + number) for number in range(count)]
    root = f"areas/{PLACE}"
    async with world.unit("warehouse") as unit:
        await areas.keep(
            unit,
            [
                Area(
                    name=f"areas/{id}",
                    code=f"{number:05}",
                    display_name=f"Địa bàn {number}",
                    parent=root if number else "",
                    valid_from="2020-01-01",
                    etag='"1"',
                )
                for number, id in enumerate(places)
            ],
        )
        await copies.keep_agencies(
            unit,
            [
                Agency(
                    name=make.agency(id),
                    code=f"U{number}",
                    display_name=f"Đơn vị {number}",
                    kind=Agency.KIND_DEPARTMENT,
                    area=f"areas/{places[number]}",
                    parents=[make.BELOW_ROOT],
                    valid_from="2000-01-01",
                    etag='"1"',
                )
                for number, id in enumerate(ids)
            ],
        )
    return ids


@dataclass(frozen=True)
class Form:
    """A form by which everybody reports, and the indicators that it measures."""

    name: str
    type: str
    indicators: Sequence[str]

    @property
    def id(self) -> UUID:
        return UUID(self.name.partition("/")[2])

    @property
    def measured(self) -> Sequence[UUID]:
        return [UUID(name.partition("/")[2]) for name in self.indicators]


async def _measured(world: World, code: str, type: str) -> Form:
    stub = make.indicators_of(make.steward(world))
    names = []
    for number in range(ITEMS):
        asked = indicators.Indicator(
            code=f"{code}.{number}",
            title_vi=f"Chỉ tiêu {code} {number}",
            field=f"field{number % FIELDS}",
            unit="tỷ đồng",
            aggregation=indicators.Indicator.AGGREGATION_SUM,
            direction=indicators.Indicator.DIRECTION_UP,
        )
        request = indicators.CreateIndicatorRequest(indicator=asked)
        names.append((await stub.CreateIndicator(request)).name)
    items = [
        make.Item(
            code=f"{number}",
            label_vi=f"Dòng {number}",
            value_type=make.forms.Form.VALUE_TYPE_DECIMAL,
            decimals=2,
            indicator=name,
        )
        for number, name in enumerate(names)
    ]
    return Form(await make.form(world, *items, code=code, monthly=type == "month"), type, names)


async def _fill(
    server: asyncpg.Connection, agencies: Sequence[UUID], form: Form, count: int
) -> None:
    """The last `count` periods of every agency, one like the other."""
    await server.execute(OBLIGATIONS, agencies, form.id)
    first, last, pattern, step = await _span(server, form.type, count)
    await server.execute(REPORTS, agencies, form.id, first, pattern, last, step)
    items = [str(number) for number in range(len(form.indicators))]
    for statement in (MOVES, VERDICTS):
        await server.execute(statement, form.id)
    await server.execute(VALUES, form.id, items, form.measured)
    await server.execute(DIRECT, form.measured, form.type)


async def _span(server: asyncpg.Connection, type: str, count: int) -> Sequence[object]:
    pattern = "YYYY-MM-DD" if type == "day" else "YYYY-MM"
    query = f"""
        select date_trunc('{type}', date '{TODAY}' - interval '{count - 1} {type}')::date,
            date_trunc('{type}', date '{TODAY}')::date, '1 {type}'
    """
    first, last, step = await server.fetchrow(query)
    return first, last, pattern, step
