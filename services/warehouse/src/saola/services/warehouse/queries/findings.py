"""What the rules of a form find in a report: now, or what they found when it was submitted."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select

from saola.kit.call import ReadUnit
from saola.kit.names import name_of
from saola.periods.periods import Period, before
from saola.services.warehouse.domain import findings as rules
from saola.services.warehouse.domain.findings import Finding, History, Report
from saola.services.warehouse.domain.outliers import LOOK_BACK, SEASON
from saola.services.warehouse.domain.submissions import COUNTED, OPEN
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.models.editions import rules_of
from saola.services.warehouse.models.findings import findings, of_row
from saola.services.warehouse.models.forms import items_of
from saola.services.warehouse.models.observations import observations
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import forms


async def of(
    unit: ReadUnit, report: Submission | Row[Any], said: Mapping[str, Judged]
) -> Sequence[Finding]:
    """While somebody writes it, what is found in what it says; else what was found then."""
    if report.state not in OPEN:
        return await when_submitted(unit, report.agency, report.id) if report.found else []
    by = await forms.edition(unit, name_of("forms", report.form), report.edition)
    return await now(unit, report, by, said)


async def now(
    unit: ReadUnit,
    report: Submission | Row[Any],
    by: Row[Any],
    said: Mapping[str, Judged],
    note: str = "",
) -> Sequence[Finding]:
    """What the rules of the edition `by` find in `said`. No rules, no questions."""
    asked = rules_of(by.rules)
    if not asked:
        return []
    items = {item.code: item for item in items_of(by.items)}
    period = Period.read(report.period)
    history: History = {}
    if named := rules.numbers_of(asked, items):
        history = await _history(unit, report, period, named)
    return rules.find(asked, Report(items, said, history, SEASON[period.type]), note)


async def when_submitted(
    unit: ReadUnit, agency: UUID, submission: UUID, version: int | None = None
) -> Sequence[Finding]:
    """What was found when it was submitted last, or as that version."""
    its = and_(findings.c.agency == agency, findings.c.submission == submission)
    if version is None:
        latest = select(findings.c.version).where(its).order_by(findings.c.version.desc()).limit(1)
        its = and_(its, findings.c.version == latest.scalar_subquery())
    else:
        its = and_(its, findings.c.version == version)
    rows = await unit.rows(select(findings).where(its).order_by(findings.c.number))
    return [of_row(dict(zip(findings.c.keys(), row, strict=True))) for row in rows]


async def _history(
    unit: ReadUnit, report: Submission | Row[Any], period: Period, items: Sequence[str]
) -> History:
    """What the agency has reported by the same form for former periods, as it counts now."""
    look_back = LOOK_BACK[period.type]
    ago = {
        str(one): look_back - place for place, one in enumerate(before(period.former, look_back))
    }
    o = observations.c
    its = and_(Submission.agency == o.agency, Submission.id == o.submission)
    rows = await unit.rows(
        select(o.item, o.period, o.status, o.number)
        .join(Submission, its)
        .where(
            Submission.agency == report.agency,
            Submission.form == report.form,
            Submission.period.in_(list(ago)),
            Submission.state.in_(COUNTED),
            o.agency == report.agency,
            o.item.in_(items),
            o.superseded_at.is_(None),
        )
    )
    found: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        status = Status[row.status.upper()]
        if status is Status.NOTHING_OCCURRED or row.number is not None:
            worth = Decimal(0) if row.number is None else row.number
            found.setdefault(row.item, {})[ago[row.period]] = worth
    return found
