"""What was reported, added up where it is kept so: the present."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from saola.kit.call import ReadUnit
from saola.periods.local import local_day
from saola.periods.periods import DAYS, LENGTH, Period, PeriodType
from saola.services.warehouse.domain.figures import NONE_REPORTED, Sums
from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.domain.measures import Found, Groups, Latest, Measure, Wanted

# For each indicator and type the latest period for which anything is there, and whether it was
# reported so: one step down the index for each.
LATEST: Final = """
    select k.indicator, t.type, l.begins, d.direct
    from unnest(cast(:indicators as uuid[])) as k(indicator)
    cross join unnest(cast(:types as text[])) as t(type)
    cross join lateral (
        select c.begins from cells c
        where c.indicator = k.indicator and c.period_type = t.type {within}
        order by c.begins desc limit 1
    ) as l
    cross join lateral (
        select bool_or(c.direct) as direct from cells c
        where c.indicator = k.indicator and c.period_type = t.type and c.begins = l.begins {within}
    ) as d
"""
# What is asked for; and who is merged into others within each period, where what these have said
# since then of a part of it holds the stock already. Its own would be counted twice.
ASKED: Final = """
    with recursive heirs as (
        select a.id, a.valid_to as gone_on, a.successor as heir from directory_agencies a
        where a.valid_to <= :today and a.successor is not null
        union
        select h.id, h.gone_on, a.successor from heirs h join directory_agencies a on a.id = h.heir
        where a.valid_to <= :today and a.successor is not null
    ),
    asked as materialized (
        select w.*, array(
            select h.id from heirs h
            where w.stock and h.gone_on > w.first and h.gone_on <= w.last and exists (
                select from cells c
                where c.indicator = w.indicator and c.period_type = any(:every)
                    and c.begins between h.gone_on and w.last and c.agency = h.heir
                    and c.begins + (cast(cast(:lengths as text[]) as interval[]))[
                        array_position(cast(:every as text[]), c.period_type)] <= w.last + 1
                    and c.last is not null {within}
            )
        ) as merged
        from unnest(cast(:slots as int[]), cast(:indicators as uuid[]), cast(:types as text[]),
            cast(:begins as date[]), cast(:roles as int[]), cast(:counts as int[]),
            cast(:stocks as boolean[]), cast(:firsts as date[]), cast(:lasts as date[]))
            as w(slot, indicator, type, begins, role, roles, stock, first, last)
    )"""
# One step down the index for each period, and no other way: what PostgreSQL knows of a list of
# periods would make it read the whole table.
SUMS: Final = """{asked}
    select w.slot, '' as key, cast(sum(s.reporters) as bigint) as reporters,
        cast(sum(s.reports) as bigint) as reports, cast(sum(s.known) as bigint) as known,
        cast(sum(s.numbers) as bigint) as numbers, sum(s.total) as total, sum(s.last) as last,
        cast(sum(s.occurred) as bigint) as occurred, bool_and(s.nothing) as nothing,
        bool_or(s.estimated) as estimated, bool_or(s.preliminary) as preliminary,
        bool_or(s.revised) as revised, bool_and(s.direct) as direct, max(s.fresh_at) as fresh_at
    from asked w
    cross join lateral (
        select {sums}
        from cells c
        where c.indicator = w.indicator and c.period_type = w.type and c.begins = w.begins {within}
        having count(*) > 0
    ) as s
    group by w.slot
"""
# The same, part by part.
GROUPED: Final = """{asked}
    select w.slot, {key} as key, {sums}
    from asked w
    cross join lateral (
        select * from cells c
        where c.indicator = w.indicator and c.period_type = w.type and c.begins = w.begins {within}
        offset 0
    ) as c
    group by w.slot, key
"""
UNMERGED: Final = "sum(c.last) filter (where c.agency <> all(w.merged))"
ADDED: Final = f"""count(*) as reporters, sum(c.reports) as reports,
            count(c.total) as known, sum(c.numbers) as numbers, sum(c.total) as total,
            {UNMERGED} as last, count(*) filter (where c.occurred) as occurred,
            coalesce(bool_and(c.nothing) filter (where c.total is not null), false) as nothing,
            bool_or(c.estimated) as estimated, bool_or(c.preliminary) as preliminary,
            bool_or(c.revised) as revised, bool_and(c.direct) as direct,
            max(c.fresh_at) as fresh_at"""
# The same, of a flow or of a stock, where only the value is shown: half the work.
BRIEF: Final = """{asked}
    select w.slot, '' as key, cast(sum(s.reporters) as bigint) as reporters,
        cast(sum(s.reports) as bigint) as reports, cast(sum(s.known) as bigint) as known,
        cast(sum(s.numbers) as bigint) as numbers, sum(s.number) as {name},
        cast(sum(s.occurred) as bigint) as occurred, bool_and(s.direct) as direct
    from asked w
    cross join lateral (
        select count(*) as reporters, sum(c.reports) as reports, count(c.total) as known,
            sum(c.numbers) as numbers, {number} as number,
            count(*) filter (where c.occurred) as occurred, bool_and(c.direct) as direct
        from cells c
        where c.indicator = w.indicator and c.period_type = w.type and c.begins = w.begins {within}
        having count(*) > 0
    ) as s
    group by w.slot
"""
BRIEF_FLOWS: Final = BRIEF.replace("{name}", "total").replace("{number}", "sum(c.total)")
BRIEF_STOCKS: Final = BRIEF.replace("{name}", "last").replace("{number}", UNMERGED)
# Where what an agency has reported has to be put together first: over several periods, or as two
# parts of which one alone says nothing.
PAIRED: Final = """{asked},
    one as (
        select w.slot, w.role, w.roles, c.agency, {key} as key, sum(c.reports) as reports,
            sum(c.numbers) as numbers, sum(c.total) as total,
            (array_agg(c.last order by c.begins desc) filter (
                where c.last is not null and c.agency <> all(w.merged)))[1] as last,
            bool_or(c.occurred) as occurred,
            coalesce(bool_and(c.nothing) filter (where c.total is not null), false) as nothing,
            bool_or(c.estimated) as estimated, bool_or(c.preliminary) as preliminary,
            bool_or(c.revised) as revised, bool_and(c.direct) as direct, max(c.fresh_at) as fresh_at
        from asked w
        cross join lateral (
            select * from cells c
            where c.indicator = w.indicator and c.period_type = w.type and c.begins = w.begins
                {within}
            offset 0
        ) as c
        group by w.slot, w.role, w.roles, c.agency, key
    ),
    pair as (select *, count(total) over (partition by slot, agency) as said from one)
    select slot, role, key, count(*) as reporters, cast(sum(reports) as bigint) as reports,
        count(total) as known, cast(sum(numbers) as bigint) as numbers,
        sum(total) as total, sum(last) as last,
        count(*) filter (where occurred) as occurred, bool_and(nothing) as nothing,
        bool_or(estimated) as estimated, bool_or(preliminary) as preliminary,
        bool_or(revised) as revised, bool_and(direct) as direct, max(fresh_at) as fresh_at
    from pair where said = roles
    group by slot, role, key
"""
KEY_OF_AGENCY: Final = """coalesce((cast(:keys as text[]))[
    array_position(cast(:members as uuid[]), c.agency)], '')"""
KEYS: Final = {"slot", "role", "key"}
COLUMNS: Final = (
    *("slots", "indicators", "types", "begins"),
    *("roles", "counts", "stocks", "firsts", "lasts"),
)
TYPES: Final = [type.value for type in PeriodType]
LENGTHS: Final = [
    f"{DAYS[type]} days" if type in DAYS else f"{LENGTH[type]} months" for type in PeriodType
]
WITHIN: Final = "and c.agency = any(cast(:within as uuid[]))"


def composed(statement: str, key: str, within: str) -> str:
    """A statement with its parts in place."""
    asked = ASKED.format(within=within)
    return statement.format(asked=asked, key=key, within=within, sums=ADDED)


class Kept:
    """What was reported, as it is kept added up: the present."""

    def __init__(self, unit: ReadUnit, within: Sequence[UUID] | None = None) -> None:
        self._unit, self._within = unit, within

    async def latest(self, indicators: Collection[UUID]) -> Mapping[UUID, Latest]:
        given = {"indicators": list(indicators), "types": TYPES}
        found = dict[UUID, dict[PeriodType, tuple[Period, bool]]]()
        for row in await self._rows(LATEST, given):
            type = PeriodType(row.type)
            found.setdefault(row.indicator, {})[type] = Period(row.begins, type), row.direct
        return {
            id: Latest(
                {type: period for type, (period, _) in types.items()},
                {type for type, (_, direct) in types.items() if direct},
            )
            for id, types in found.items()
        }

    async def read(
        self,
        measures: Mapping[UUID, Measure],
        wanted: Iterable[Wanted],
        by: Groups | None = None,
        *,
        brief: bool = False,
    ) -> Mapping[Wanted, Mapping[str, Found]]:
        """What each of these is, by key; `brief` where its status and freshness are not shown."""
        sorted_ = dict[str, list[Wanted]]()
        for one in wanted:
            statement = _statement(measures[one.measure], one, by, brief=brief)
            sorted_.setdefault(statement, []).append(one)
        found = dict[Wanted, Mapping[str, Found]]()
        for statement, many in sorted_.items():
            rows = await self._rows(statement, self._slots(measures, many), by)
            found |= _found(measures, many, rows)
        return found

    def _slots(self, measures: Mapping[UUID, Measure], asked: Sequence[Wanted]) -> dict[str, Any]:
        rows = list[tuple[Any, ...]]()
        for slot, one in enumerate(asked):
            sources, span = measures[one.measure].sources, one.periods
            for role, source in enumerate(sources):
                stock = source.aggregation is Aggregation.LAST
                common = role, len(sources), stock, span[0].begin, span[-1].last
                rows += [
                    (slot, source.id, period.type.value, period.begin, *common) for period in span
                ]
        columns = zip(*rows, strict=True) if rows else ((),) * len(COLUMNS)
        given = dict(zip(COLUMNS, map(list, columns), strict=True))
        return {**given, "every": TYPES, "lengths": LENGTHS, "today": local_day(self._unit.now)}

    async def _rows(
        self, statement: str, given: Mapping[str, Any], by: Groups | None = None
    ) -> Sequence[Row[Any]]:
        more, key = dict[str, Any](), "''"
        if by and by.keys is None:
            key = "cast(c.agency as text)"
        elif by and by.keys is not None:
            key = KEY_OF_AGENCY
            more = {"members": list(by.keys), "keys": list(by.keys.values())}
        if self._within is not None:
            more["within"] = list(self._within)
        within = WITHIN if self._within is not None else ""
        full = composed(statement, key, within)
        connection = await self._unit.connection()
        return (await connection.execute(text(full), {**given, **more})).all()


def _statement(measure: Measure, wanted: Wanted, by: Groups | None, *, brief: bool) -> str:
    """By which statement a value is read."""
    if not measure.is_simple(wanted):
        return PAIRED
    if by or not brief:
        return GROUPED if by else SUMS
    return BRIEF_STOCKS if measure.aggregation is Aggregation.LAST else BRIEF_FLOWS


def _found(
    measures: Mapping[UUID, Measure], asked: Sequence[Wanted], rows: Sequence[Row[Any]]
) -> Mapping[Wanted, Mapping[str, Found]]:
    sums = dict[tuple[int, str], dict[int, Sums]]()
    for row in rows:
        role = getattr(row, "role", 0)
        sums.setdefault((row.slot, row.key), {})[role] = _sums(row)
    found = dict[Wanted, dict[str, Found]]()
    for (slot, key), roles in sums.items():
        measure = measures[asked[slot].measure]
        each = [roles.get(role, NONE_REPORTED) for role in range(len(measure.sources))]
        found.setdefault(asked[slot], {})[key] = Found(measure.value(each), each[0])
    return found


def _sums(row: Row[Any]) -> Sums:
    given = row._asdict()
    return Sums(**{name: value for name, value in given.items() if name not in KEYS})
