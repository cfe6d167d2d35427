"""What was planned and what was done: by chapter and group, and as figures of an agency."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, union_all

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.services.budget.domain.entries import REST, Group, read_ranges
from saola.services.budget.domain.money import Flow
from saola.services.budget.models.allocations import Allocation
from saola.services.budget.models.entries import Entry
from saola.services.budget.settings import Settings


class Line(NamedTuple):
    """One group of a year, of a chapter or an area. `initial`: by the first decision alone."""

    flow: Flow
    chapter: str
    area: str
    group: str
    initial: int
    planned: int
    done: int


NOUGHT = literal(0)


async def execution(
    unit: ReadUnit, year: int, until: date, agency: str, *, by_area: bool = False
) -> Sequence[Line]:
    """By flow, chapter or area, and group; what was only planned, or only done, too."""
    holds: list[ColumnElement[bool]] = [
        Entry.superseded_at.is_(None),
        Entry.day.between(date(year, 1, 1), until),
    ]
    plan: list[ColumnElement[bool]] = [
        Allocation.superseded_at.is_(None),
        Allocation.year == year,
        Allocation.day <= until,
    ]
    if agency:
        owner = id_of("agencies", agency)
        holds.append(Entry.agency == owner)
        plan.append(Allocation.agency == owner)
    one = Entry.area if by_area else Entry.chapter
    group = grouped(unit.settings(Settings))
    done = select(
        Entry.flow,
        one.label("one"),
        group.label("grouped"),
        NOUGHT.label("initial"),
        NOUGHT.label("planned"),
        Entry.amount.label("done"),
    ).where(*holds)
    every = (done if by_area else union_all(done, _planned(plan))).subquery()
    keys = (every.c.flow, every.c.one, every.c.grouped)
    sums = (func.sum(every.c[name]).label(name) for name in ("initial", "planned", "done"))
    rows = await unit.rows(select(*keys, *sums).group_by(*keys).order_by(*keys))
    return [
        Line(
            flow=row.flow,
            chapter="" if by_area else row.one,
            area=row.one if by_area else "",
            group=str(row.grouped),
            initial=int(row.initial),
            planned=int(row.planned),
            done=int(row.done),
        )
        for row in rows
    ]


def _planned(where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The lines of the plan. A line's first day is that of its first decision."""
    line = (Allocation.agency, Allocation.flow, Allocation.chapter, Allocation.group)
    first = func.min(Allocation.day).over(partition_by=line)
    amount = Allocation.amount
    return select(
        *line[1:], case((Allocation.day == first, amount), else_=NOUGHT), amount, NOUGHT
    ).where(*where)


async def done(
    unit: ReadUnit, agency: UUID, first: date, last: date, *of: ColumnElement[bool]
) -> int | None:
    """What was booked on these days; None where nothing of the kind is known of the year."""
    its = (Entry.agency == agency, Entry.superseded_at.is_(None), *of)
    within = Entry.day.between(first, last)
    year = Entry.day.between(date(last.year, 1, 1), date(last.year, 12, 31))
    wanted: list[ColumnElement[Any]] = [
        func.count().label("known"),
        func.coalesce(func.sum(Entry.amount).filter(within), 0).label("total"),
    ]
    row = await unit.one(select(*wanted).where(*its, year))
    return int(row.total) if row and row.known else None


async def planned(unit: ReadUnit, agency: UUID, on: date, *of: ColumnElement[bool]) -> int | None:
    """The plan of the year as it stood on a day; None where there was none."""
    its = (Allocation.agency == agency, Allocation.superseded_at.is_(None))
    row = await unit.one(
        select(func.sum(Allocation.amount).label("total")).where(
            *its, Allocation.year == on.year, Allocation.day <= on, *of
        )
    )
    return int(row.total) if row and row.total is not None else None


def grouped(settings: Settings) -> ColumnElement[Any]:
    """The group of an entry, as `domain.entries.group_of` says it."""
    cases = []
    for group in Group:
        ranges = read_ranges(settings.groups.get(group, ()))
        if ranges:
            cases.append(((Entry.flow == group.flow) & within(ranges), literal(group.value)))
    rest = case(
        (Entry.flow == Flow.REVENUE, literal(REST[Flow.REVENUE].value)),
        else_=literal(REST[Flow.EXPENDITURE].value),
    )
    return case(*cases, else_=rest) if cases else rest


def within(ranges: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(*(Entry.item.between(first, last) for first, last in ranges))
