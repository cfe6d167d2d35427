"""What is asked about reports."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select

from saola.directory import queries as directory
from saola.kit.call import ReadUnit
from saola.kit.names import id_of, name_of
from saola.kit.paging import keyset, page
from saola.periods.local import LOCAL
from saola.periods.periods import Period
from saola.services.warehouse.domain.forms import check_published
from saola.services.warehouse.domain.obligations import check_obliged
from saola.services.warehouse.domain.periods import NotAPeriod, read_period
from saola.services.warehouse.domain.submissions import State
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.domain.workbooks import Origin
from saola.services.warehouse.formats.forms import Template
from saola.services.warehouse.models.forms import due_rule_of, items_of
from saola.services.warehouse.models.observations import observations
from saola.services.warehouse.models.rates import verdicts
from saola.services.warehouse.models.submissions import Submission, changes
from saola.services.warehouse.queries import forms, obligations


class Entered(NamedTuple):
    """What a change has entered: item by item, as it became, and as it was before."""

    values: list[Row[Any]]
    former: list[Row[Any]]


async def submission(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Submission, name)


async def newest(
    unit: ReadUnit, size: int, token: str, asked: Mapping[str, str], state: State | None
) -> tuple[Sequence[Row[Any]], str]:
    """`asked` may hold an agency and a form by name, and a period."""
    where: list[ColumnElement[bool]] = []
    if agency := asked.get("agency"):
        where.append(Submission.agency == id_of("agencies", agency))
    if form := asked.get("form"):
        where.append(Submission.form == id_of("forms", form))
    if period := asked.get("period"):
        where.append(Submission.period == str(read_period(period)))
    if state:
        where.append(Submission.state == state)
    return await page(unit, Submission, size, token, *where)


async def said(unit: ReadUnit, agency: UUID, submission: UUID) -> Mapping[str, Judged]:
    """What a report says now, item by item."""
    now = observations.c
    rows = await unit.rows(
        select(now.item, now.status, now.value, now.number, now.note)
        .where(
            now.agency == agency,
            now.submission == submission,
            now.superseded_at.is_(None),
            now.status != Status.WITHDRAWN,
        )
        .order_by(now.item)
    )
    return {
        row.item: Judged(Status[row.status.upper()], row.value, row.number, row.note)
        for row in rows
    }


async def template(unit: ReadUnit, form: str, agency: str, period: str, language: str) -> Template:
    """All that the workbook of a report is drawn up from, if the report is asked for."""
    asked = read_period(period)
    by, known = await edition_for(unit, form, agency, asked)
    check_published(by.state, form)
    owner = id_of("agencies", agency)
    if asked.type is not by.period_type:
        raise NotAPeriod(field="period", period=period)
    terms = await obligations.terms(unit, owner, by.id)
    check_obliged((term for _, term in terms), asked, form)
    due = due_rule_of(by).due(asked, await directory.calendar(unit))
    titles = await directory.titles(unit, [owner])
    return Template(
        Origin(name_of("forms", by.id), agency, str(asked), by.edition, language),
        by.code,
        (by.title_en if language == "en" else "") or by.title_vi,
        titles[owner].title if owner in titles else "",
        f"{due.astimezone(LOCAL):%H:%M %d/%m/%Y}",
        items_of(by.items),
        await said(unit, owner, known.id) if known else {},
    )


async def edition_for(
    unit: ReadUnit, form: str, agency: str, period: Period
) -> tuple[Row[Any], Row[Any] | None]:
    """By which edition an agency reports a period, and the report if it was begun: that keeps the
    edition by which it was."""
    known = await of_period(unit, agency, form, str(period))
    if known:
        return await forms.edition(unit, form, known.edition), known
    return await forms.for_period(unit, form, period), None


async def of_period(unit: ReadUnit, agency: str, form: str, period: str) -> Row[Any] | None:
    """The report of an agency for a period, if it was begun."""
    return await unit.one(
        select(Submission.__table__).where(
            Submission.agency == id_of("agencies", agency),
            Submission.form == id_of("forms", form),
            Submission.period == period,
        )
    )


async def reporters(unit: ReadUnit) -> Sequence[UUID]:
    """The agencies that have begun any report."""
    rows = await unit.rows(select(Submission.agency).distinct().order_by(Submission.agency))
    return [row.agency for row in rows]


async def line_of(unit: ReadUnit, report: Submission, version: int) -> Row[Any] | None:
    """The line of the history that made a version of a report."""
    its = (changes.c.agency == report.agency, changes.c.submission == report.id)
    return await unit.one(select(changes).where(*its, changes.c.version == version))


async def history(
    unit: ReadUnit, name: str, size: int, token: str
) -> tuple[Sequence[tuple[Row[Any], Entered]], str]:
    """What was done to a report, newest first."""
    report = await unit.find(Submission, name)
    its = and_(changes.c.agency == report.agency, changes.c.submission == report.id)
    v = verdicts.c
    judged = and_(
        v.agency == report.agency, v.submission == report.id, v.version == changes.c.version
    )
    came = v.submitted_at.label("came_at")
    query = select(changes, came).outerjoin(verdicts, judged).where(its)
    rows, more = await keyset(unit, query, token, changes.c.version, size=size, down=True)
    entered = await _entered(unit, report, [row.version for row in rows])
    return [(row, entered[row.version]) for row in rows], more


async def _entered(
    unit: ReadUnit, report: Row[Any], versions: Sequence[int]
) -> Mapping[int, Entered]:
    """For each of these versions what it entered, and what stood there before it."""
    is_its = and_(observations.c.agency == report.agency, observations.c.submission == report.id)
    rows = await unit.rows(
        select(observations).where(is_its).order_by(observations.c.item, observations.c.version)
    )
    found: dict[int, Entered] = {version: Entered([], []) for version in versions}
    before: Row[Any] | None = None
    for row in rows:
        if row.version in found:
            found[row.version].values.append(row)
            if before is not None and before.item == row.item:
                found[row.version].former.append(before)
        before = row
    return found
