"""What is asked about projects, and about what was paid for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import Order, page
from saola.kit.words import fold
from saola.periods.local import local_day
from saola.periods.windows import Bounds
from saola.services.budget.domain.projects import Kind
from saola.services.budget.models.projects import Payment, Project


class Paid(NamedTuple):
    """Of one year, in whole đồng."""

    planned: int
    disbursed: int


@dataclass(frozen=True)
class Asked:
    """Which projects are wanted."""

    agency: str = ""
    words: str = ""
    late: bool = False
    order: str = ""


ORDERS: Mapping[str, Order] = {"total": Project.total.desc(), "last_day": Project.last_day}
NOTHING = Paid(0, 0)


async def project(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Project, name)


async def listed(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str]:
    order = ORDERS.get(asked.order, Project.code)
    return await page(unit, Project, size, token, *_wanted(unit, asked), order=order)


async def total(unit: ReadUnit, asked: Asked, year: int) -> Paid:
    """Of all projects that are wanted."""
    its = select(Project.id).where(*_wanted(unit, asked))
    columns: list[ColumnElement[Any]] = [
        func.coalesce(func.sum(Payment.amount).filter(Payment.kind == kind), 0).label(kind.value)
        for kind in (Kind.PLAN, Kind.DISBURSEMENT)
    ]
    row = await unit.one(
        select(*columns).where(
            Payment.project.in_(its), Payment.year == year, Payment.superseded_at.is_(None)
        )
    )
    return Paid(int(row.plan), int(row.disbursement)) if row else NOTHING


def _wanted(unit: ReadUnit, asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [
        Project.folded.contains(word, autoescape=True) for word in fold(asked.words).split()
    ]
    if asked.agency:
        where.append(Project.agency == id_of("agencies", asked.agency))
    if asked.late:
        where.append(late(local_day(unit.now)))
    return where


def late(on: date) -> ColumnElement[bool]:
    """As `domain.projects.is_late` says it."""
    return (Project.late_day <= on) & or_(Project.finish_day.is_(None), Project.finish_day > on)


async def paid(unit: ReadUnit, projects: Collection[UUID], year: int) -> Mapping[UUID, Paid]:
    wanted: list[ColumnElement[Any]] = [Payment.project.expression, Payment.kind.expression]
    rows = await unit.rows(
        select(*wanted, func.sum(Payment.amount).label("total"))
        .where(
            Payment.project.in_(projects),
            Payment.year == year,
            Payment.superseded_at.is_(None),
        )
        .group_by(*wanted)
    )
    found = dict[UUID, Paid]()
    for row in rows:
        before, total = found.get(row.project, NOTHING), int(row.total)
        found[row.project] = (
            before._replace(planned=total)
            if row.kind is Kind.PLAN
            else before._replace(disbursed=total)
        )
    return found


async def payments(
    unit: ReadUnit, size: int, token: str, project: str
) -> tuple[Sequence[Row[Any]], str]:
    its = (Payment.project == id_of("projects", project), Payment.superseded_at.is_(None))
    return await page(unit, Payment, size, token, *its, order=Payment.day.desc())


async def of_agency(unit: ReadUnit, agency: UUID, kind: Kind, days: Bounds) -> int | None:
    """What was planned or disbursed on these days for the year of the last of them; None where
    nothing is known of that year."""
    year = days.last.year
    its = (Payment.agency == agency, Payment.year == year, Payment.superseded_at.is_(None))
    wanted = (Payment.kind == kind) & Payment.day.between(days.first, days.last)
    columns: list[ColumnElement[Any]] = [
        func.count().label("known"),
        func.coalesce(func.sum(Payment.amount).filter(wanted), 0).label("total"),
    ]
    row = await unit.one(select(*columns).where(*its))
    return int(row.total) if row and row.known else None


async def count(unit: ReadUnit, agency: UUID, on: date, *of: ColumnElement[bool]) -> int | None:
    """How many projects run on a day, such as these; None where it has never had any."""
    running = or_(Project.finish_day.is_(None), Project.finish_day > on)
    wanted = func.count().filter((Project.first_day <= on) & running, *of)
    columns: list[ColumnElement[Any]] = [func.count().label("known"), wanted.label("wanted")]
    row = await unit.one(select(*columns).where(Project.agency == agency))
    return int(row.wanted) if row and row.known else None
