"""Where each report stands, now or at a moment: its state, and the verdict on what was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Subquery,
    TableValuedAlias,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.sql.selectable import LateralFromClause

from saola.services.warehouse.models.rates import verdicts
from saola.services.warehouse.models.submissions import Submission, changes
from saola.services.warehouse.queries.approvals import BECAME

SENT = ("submitted_at", "on_time", "required", "filled")


def standings(due: TableValuedAlias, as_of: datetime | None) -> CTE:
    """One row a report that was begun, of the forms and periods in `due`. What was sent last stands
    there after a return too.

    By what PostgreSQL knows of whom a caller sees, it would look for each report among those of all
    agencies. So it reads them first, and then knows no other way than to put them side by side.
    """
    reports = _begun(due, as_of)
    r, known = reports.c, due.join(reports, true())
    stands: list[ColumnElement[Any]] = [r.state, *(r[one] for one in SENT)]
    if as_of is not None:
        moved = _moved(as_of)
        same = and_(moved.c.agency == r.agency, moved.c.submission == r.id)
        still = moved.c.agency.is_(None)
        last, verdict = _last(reports, moved, as_of), _verdict(reports, moved, as_of)
        known = known.outerjoin(moved, same).outerjoin(last, true()).outerjoin(verdict, true())
        then = [last.c.state, *(verdict.c[one] for one in SENT)]
        stands = [
            case((still, one), else_=other).label(one.name)
            for one, other in zip(stands, then, strict=True)
        ]
    found = select(r.agency, r.form, r.period, r.id.label("submission"), *stands)
    return found.select_from(known).cte("standing").prefix_with("materialized")


def _begun(due: TableValuedAlias, as_of: datetime | None) -> LateralFromClause:
    """The reports of each form and period: one step down the index."""
    s = Submission.__table__.c
    its = [s.form == due.c.form, s.begins == due.c.begins, s.period == due.c.period]
    if as_of is not None:
        its.append(s.created_at <= as_of)
    return select(Submission.__table__).where(*its).offset(literal_column("0")).lateral("begun")


def _moved(as_of: datetime) -> Subquery:
    """What has been moved since. All others stand as they stood."""
    its = (changes.c.agency, changes.c.submission)
    return select(*its).where(changes.c.at > as_of).distinct().subquery("moved")


def _last(reports: FromClause, moved: FromClause, as_of: datetime) -> LateralFromClause:
    """What the last move before made of a report."""
    c, r = changes.c, reports.c
    became = case((c.state != "", c.state), else_=case(BECAME, value=c.action))
    return (
        select(type_coerce(became, r.state.type).label("state"))
        .where(
            moved.c.agency.is_not(None),
            c.agency == r.agency,
            c.submission == r.id,
            c.at <= as_of,
            c.action.in_(BECAME),
        )
        .order_by(c.version.desc())
        .limit(1)
        .lateral("last")
    )


def _verdict(reports: FromClause, moved: FromClause, as_of: datetime) -> LateralFromClause:
    """What was found of it when it was sent last."""
    v, r = verdicts.c, reports.c
    came = func.coalesce(v.submitted_at, v.at).label("submitted_at")
    return (
        select(came, v.on_time, v.required, v.filled)
        .where(
            moved.c.agency.is_not(None),
            v.agency == r.agency,
            v.submission == r.id,
            v.at <= as_of,
            or_(v.superseded_at.is_(None), v.superseded_at > as_of),
        )
        .offset(literal_column("0"))
        .lateral("verdict")
    )
