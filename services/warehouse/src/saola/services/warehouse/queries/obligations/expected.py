"""What is asked about expected reports: what is due when, who has sent it, and who is exempt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnClause,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Subquery,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.types import TypeEngine

from saola.directory import queries as directory
from saola.directory.tables import agencies
from saola.directory.working import Calendar
from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import keyset
from saola.kit.tables import Instant
from saola.kit.words import fold
from saola.periods.local import local_day
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain.forms import DueRule, due_between
from saola.services.warehouse.domain.submissions import COUNTED
from saola.services.warehouse.models.exemptions import Exemption
from saola.services.warehouse.models.forms import Form, due_rule_of
from saola.services.warehouse.models.obligations import terms
from saola.services.warehouse.queries import forms
from saola.services.warehouse.queries.obligations import closings
from saola.services.warehouse.queries.obligations.standings import standings

Dues = Callable[[PeriodType, DueRule], Sequence[tuple[Period, datetime]]]
DUE: Final[Mapping[str, TypeEngine[Any]]] = {
    "form": Uuid(),
    "period": Text(),
    "begins": Date(),
    "due_at": Instant,
    "required": Integer(),
}


class Asked(NamedTuple):
    """Which reports: of the days on which they are due, or else of a period, whenever it is due."""

    first: date
    last: date
    period: Period | None = None
    # Only by this form, only for which this agency is responsible, only what is still to be sent.
    form: str = ""
    agency: str = ""
    open: bool = False
    # Only what has been sent, the latest due first; only with these words.
    submitted: bool = False
    words: str = ""
    # As it was known then; now, if none.
    as_of: datetime | None = None


async def expected(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str]:
    """A page of the reports that are asked for, by due time. What has been sent is of who owed it;
    what is open is of who took over."""
    heirs = await closings.successors(unit, local_day(asked.as_of or unit.now), asked.as_of)
    owed = await owing(unit, asked, heirs)
    o = owed.c
    responsible = case((o.counted, o.agency), else_=o.heir)
    query = shown(owed, responsible)
    if asked.agency:
        wanted = id_of("agencies", asked.agency)
        left = [agency for agency, heir in heirs.items() if heir == wanted]
        query = query.where(o.agency.in_([wanted, *left]), responsible == wanted)
    if asked.open:
        query = query.where(~o.counted, o.exemption.is_(None))
    if asked.submitted:
        query = query.where(o.counted)
    for word in fold(asked.words).split():
        said = (
            o.folded.contains(word, autoescape=True),
            agencies.c.folded.contains(word, autoescape=True),
        )
        query = query.where(or_(*said))
    key = (o.due_at, o.agency, o.form, o.period)
    return await keyset(unit, query, token, *key, size=size, down=asked.submitted)


async def board(unit: ReadUnit, day: date, as_of: datetime | None) -> Sequence[Row[Any]]:
    """All that is due on a day, by the order of the agencies that were responsible on it."""
    heirs = await closings.successors(unit, day, as_of)
    owed = await owing(unit, Asked(day, day, as_of=as_of), heirs)
    query = shown(owed, owed.c.heir)
    selected = query.selected_columns
    return await unit.rows(query.order_by(selected.sort_key, selected.responsible, owed.c.due_at))


def shown(owed: Subquery, responsible: ColumnElement[UUID]) -> Select[Any]:
    """With what people call whoever owes and whoever is responsible."""
    heirs = agencies.alias("heirs")
    return (
        select(
            owed,
            agencies.c.title.label("agency_title"),
            responsible.label("responsible"),
            heirs.c.title.label("responsible_title"),
            heirs.c.sort_key.label("sort_key"),
        )
        .outerjoin(agencies, agencies.c.id == owed.c.agency)
        .outerjoin(heirs, heirs.c.id == responsible)
    )


async def owing(unit: ReadUnit, asked: Asked, heirs: Mapping[UUID, UUID]) -> Subquery:
    """One row for each report that an obligation asks for, begun or not, exempt or not."""
    due = await _due(unit, asked)
    standing, exempt = standings(due, asked.as_of), _exemptions(due, asked.as_of)
    taken = _unnest("taken", {"agency": Uuid(), "heir": Uuid()}, list(heirs.items()))
    owes = and_(
        terms.c.form == due.c.form,
        terms.c.valid_from <= due.c.begins,
        or_(terms.c.valid_to.is_(None), terms.c.valid_to > due.c.begins),
        *believed(terms.c.recorded_at, terms.c.superseded_at, asked.as_of),
    )
    same = and_(
        standing.c.agency == terms.c.agency,
        standing.c.form == due.c.form,
        standing.c.period == due.c.period,
    )
    excused = and_(
        exempt.c.agency == terms.c.agency,
        exempt.c.form == due.c.form,
        exempt.c.period == due.c.period,
    )
    counted = func.coalesce(standing.c.state.in_(COUNTED), False)
    return (
        select(
            terms.c.obligation,
            terms.c.agency,
            due.c.form,
            Form.code.label("form_code"),
            Form.field,
            Form.title_vi,
            Form.title_en,
            Form.folded,
            due.c.period,
            due.c.begins,
            due.c.due_at,
            standing.c.submission,
            standing.c.state,
            standing.c.submitted_at,
            counted.label("counted"),
            and_(counted, func.coalesce(standing.c.on_time, False)).label("on_time"),
            case(
                (counted, func.coalesce(standing.c.required, due.c.required)), else_=due.c.required
            ).label("required"),
            case((counted, func.coalesce(standing.c.filled, 0)), else_=0).label("filled"),
            exempt.c.id.label("exemption"),
            exempt.c.reason.label("exemption_reason"),
            func.coalesce(taken.c.heir, terms.c.agency).label("heir"),
        )
        .select_from(due)
        .join(terms, owes)
        .join(Form, Form.id == due.c.form)
        .outerjoin(standing, same)
        .outerjoin(exempt, excused)
        .outerjoin(taken, taken.c.agency == terms.c.agency)
        .subquery("owed")
    )


def believed(
    recorded: ColumnElement[datetime], superseded: ColumnElement[Any], as_of: datetime | None
) -> Sequence[ColumnElement[bool]]:
    """Whether that was what was known at a moment, or is known now."""
    if as_of is None:
        return [superseded.is_(None)]
    return [recorded <= as_of, or_(superseded.is_(None), superseded > as_of)]


def _exemptions(due: TableValuedAlias, as_of: datetime | None) -> Subquery:
    """From which reports whom: the first exemption, where there are several."""
    e, key = Exemption, (Exemption.agency, due.c.form, due.c.period)
    covers = and_(
        or_(e.form.is_(None), e.form == due.c.form),
        e.valid_from <= due.c.begins,
        e.valid_to > due.c.begins,
        *believed(e.__table__.c.created_at, e.__table__.c.revoked_at, as_of),
    )
    return (
        select(*key, e.id, e.reason)
        .select_from(due)
        .join(e, covers)
        .ext(distinct_on(*key))
        .order_by(*key, e.created_at, e.id)
        .subquery("exempt")
    )


async def _due(unit: ReadUnit, asked: Asked) -> TableValuedAlias:
    """Each form's periods that are asked for, and when each is due by its edition: a table."""
    due = _dues(await directory.calendar(unit, asked.as_of), asked)
    wanted = id_of("forms", asked.form) if asked.form else None
    rows = [
        (by.form, str(period), period.begin, due_at, by.required)
        for by in await forms.in_force(unit, asked.as_of)
        if wanted in {None, by.form}
        for period, due_at in due(by.period_type, due_rule_of(by))
        if _holds(by, period)
    ]
    return _unnest("due", DUE, rows)


def _holds(edition: Row[Any], period: Period) -> bool:
    """Whether a period is reported by that edition, and at all."""
    begun = edition.begins is None or edition.begins <= period.begin
    ends = [day for day in (edition.until, edition.retired_on) if day is not None]
    return begun and all(period.begin < day for day in ends)


def _dues(calendar: Calendar, asked: Asked) -> Dues:
    """Which periods are asked for, and when each is due. Many forms have the same rule."""

    @cache
    def due(type: PeriodType, rule: DueRule) -> Sequence[tuple[Period, datetime]]:
        if asked.period is None:
            periods = due_between(type, rule, calendar, asked.first, asked.last)
        else:
            periods = [asked.period] if asked.period.type is type else []
        return [(period, rule.due(period, calendar)) for period in periods]

    return due


def _unnest(
    name: str, columns: Mapping[str, TypeEngine[Any]], rows: Sequence[tuple[Any, ...]]
) -> TableValuedAlias:
    """Rows as a table of the statement."""
    values = zip(*rows, strict=True) if rows else ((),) * len(columns)
    arrays: list[ColumnElement[Any]] = [
        bindparam(None, list(one), type_=ARRAY(kind), unique=True)
        for one, kind in zip(values, columns.values(), strict=True)
    ]
    named: list[ColumnClause[Any]] = [column(key, kind) for key, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*named, name=name).render_derived()
