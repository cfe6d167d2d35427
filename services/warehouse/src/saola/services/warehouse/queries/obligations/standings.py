"""Where each report stands, now or at a moment: its state, and the verdict on what was sent."""

from datetime import datetime

from sqlalchemy import Subquery, and_, case, func, or_, select, true, type_coerce

from saola.services.warehouse.models.rates import verdicts
from saola.services.warehouse.models.submissions import Submission, changes
from saola.services.warehouse.queries.approvals import BECAME


def standings(as_of: datetime | None) -> Subquery:
    """One row a report that was begun. What was sent last stands there after a return too."""
    reports, v = Submission.__table__, verdicts.c
    its = and_(v.agency == reports.c.agency, v.submission == reports.c.id)
    known = (reports.c.agency, reports.c.form, reports.c.period, reports.c.id.label("submission"))
    if as_of is None:
        now = (reports.c.state, reports.c.submitted_at, reports.c.on_time)
        return select(*known, *now, reports.c.required, reports.c.filled).subquery("standing")
    usual = case(BECAME, value=changes.c.action)
    became = case((changes.c.state != "", changes.c.state), else_=usual)
    last = (
        select(type_coerce(became, reports.c.state.type).label("state"))
        .where(
            changes.c.agency == reports.c.agency,
            changes.c.submission == reports.c.id,
            changes.c.at <= as_of,
            changes.c.action.in_(BECAME),
        )
        .order_by(changes.c.version.desc())
        .limit(1)
        .lateral("last")
    )
    then = and_(its, v.at <= as_of, or_(v.superseded_at.is_(None), v.superseded_at > as_of))
    came = func.coalesce(v.submitted_at, v.at).label("submitted_at")
    return (
        select(*known, last.c.state, came, v.on_time, v.required, v.filled)
        .select_from(reports)
        .join(last, true())
        .outerjoin(verdicts, then)
        .subquery("standing")
    )
