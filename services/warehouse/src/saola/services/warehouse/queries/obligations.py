"""What is asked about obligations: who owes what, what is due when, and who has sent it."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnClause,
    ColumnElement,
    Date,
    Row,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from saola.directory import queries as directory
from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.errors import InvalidField, InvalidPageToken
from saola.kit.names import id_of
from saola.kit.paging import DEFAULT, MAXIMUM, page
from saola.kit.tables import Instant
from saola.services.warehouse.domain.forms import due_between
from saola.services.warehouse.domain.obligations import Term
from saola.services.warehouse.domain.submissions import OPEN
from saola.services.warehouse.models.forms import Form, due_rule_of
from saola.services.warehouse.models.obligations import Obligation
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import forms

DUE: Final[Mapping[str, TypeEngine[Any]]] = {
    "form": Uuid(),
    "period": Text(),
    "begins": Date(),
    "due_at": Instant,
}


class Asked(NamedTuple):
    """What is due on the days from the first to the last: of an agency, or not submitted, only."""

    first: date
    last: date
    agency: str = ""
    open: bool = False


async def obligation(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Obligation, name)


async def newest(
    unit: ReadUnit, size: int, token: str, agency: str, form: str
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = []
    if agency:
        where.append(Obligation.agency == id_of("agencies", agency))
    if form:
        where.append(Obligation.form == id_of("forms", form))
    return await page(unit, Obligation, size, token, *where)


async def terms(unit: ReadUnit, agency: UUID, form: UUID) -> Sequence[tuple[str, Term]]:
    """The names and terms of what an agency owes by a form."""
    rows = await unit.rows(
        select(Obligation.__table__)
        .where(Obligation.agency == agency, Obligation.form == form)
        .order_by(Obligation.valid_from)
    )
    return [(f"obligations/{row.id}", Term(row.valid_from, row.valid_to)) for row in rows]


async def expected(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str]:
    """A page of the reports that are asked for, by due time."""
    if size < 0:
        raise InvalidField(field="page_size")
    size = min(size or DEFAULT, MAXIMUM)
    due = await _due(unit, asked.first, asked.last)
    order = (due.c.due_at, Obligation.agency, due.c.form, due.c.period)
    query = _owed(due).order_by(*order).limit(size + 1)
    if asked.agency:
        query = query.where(Obligation.agency == id_of("agencies", asked.agency))
    if asked.open:
        query = query.where(or_(Submission.state.is_(None), Submission.state.in_(OPEN)))
    if token:
        query = query.where(tuple_(*order) > tuple_(*_decode(token)))
    rows = await unit.rows(query)
    return rows[:size], _encode(rows[size - 1]) if len(rows) > size else ""


async def board(unit: ReadUnit, day: date) -> Sequence[Row[Any]]:
    """All that is due on a day, by the order of agencies."""
    due = await _due(unit, day, day)
    order = (agencies.c.sort_key, Obligation.agency, due.c.due_at)
    return await unit.rows(_owed(due).order_by(*order))


async def _due(unit: ReadUnit, first: date, last: date) -> TableValuedAlias:
    """Each form's periods that are due on these days: a table to join with."""
    calendar = await directory.calendar(unit)
    found = list[tuple[Any, ...]]()
    for form in await forms.in_force(unit):
        rule = due_rule_of(form)
        found += [
            (form.id, str(period), period.begin, rule.due(period, calendar))
            for period in due_between(form.period_type, rule, calendar, first, last)
            if form.retired_on is None or period.begin < form.retired_on
        ]
    columns = zip(*found, strict=True) if found else ((),) * len(DUE)
    arrays: list[ColumnElement[Any]] = [
        bindparam(None, list(values), type_=ARRAY(kind), unique=True)
        for values, kind in zip(columns, DUE.values(), strict=True)
    ]
    named: list[ColumnClause[Any]] = [column(name, kind) for name, kind in DUE.items()]
    return func.unnest(*arrays).table_valued(*named, name="due").render_derived()


def _owed(due: TableValuedAlias) -> Select[Any]:
    """One row for each report that an obligation asks for, begun or not."""
    owes = and_(
        Obligation.form == due.c.form,
        Obligation.valid_from <= due.c.begins,
        or_(Obligation.valid_to.is_(None), Obligation.valid_to > due.c.begins),
    )
    same = and_(
        Submission.agency == Obligation.agency,
        Submission.form == due.c.form,
        Submission.period == due.c.period,
    )
    return (
        select(
            Obligation.id.label("obligation"),
            Obligation.agency,
            agencies.c.title.label("agency_title"),
            due.c.form,
            Form.code.label("form_code"),
            Form.title_vi,
            Form.title_en,
            due.c.period,
            due.c.due_at,
            Submission.id.label("submission"),
            Submission.state,
            Submission.submitted_at,
            Submission.on_time,
        )
        .select_from(due)
        .join(Obligation, owes)
        .join(Form, Form.id == due.c.form)
        .outerjoin(Submission, same)
        .outerjoin(agencies, agencies.c.id == Obligation.agency)
    )


class Owed(NamedTuple):
    """Reports by a form for the periods that begin on these days."""

    slot: int
    form: UUID
    begins: date


OWING: Final = """
    select {columns}
    from unnest(cast(:slots as int[]), cast(:forms as uuid[]), cast(:begins as date[]))
        as w(slot, form, begins)
    join obligations o on o.form = w.form and o.valid_from <= w.begins
        and (o.valid_to is null or o.valid_to > w.begins)
    where true {within}
    group by {keys}
"""


async def owing(
    unit: ReadUnit, owed: Sequence[Owed], within: Sequence[UUID] | None = None
) -> Mapping[int, int]:
    """For each slot how many agencies owe at least one of its reports."""
    found = await _owing(unit, owed, within, "w.slot, count(distinct o.agency) as owing", "w.slot")
    return {row.slot: row.owing for row in found}


async def who_owe(
    unit: ReadUnit, owed: Sequence[Owed], within: Sequence[UUID] | None = None
) -> set[UUID]:
    """The agencies that owe at least one of these reports."""
    return {row.agency for row in await _owing(unit, owed, within, "o.agency", "o.agency")}


async def _owing(
    unit: ReadUnit, owed: Sequence[Owed], within: Sequence[UUID] | None, columns: str, keys: str
) -> Sequence[Row[Any]]:
    if not owed:
        return []
    given: dict[str, Any] = {
        "slots": [one.slot for one in owed],
        "forms": [one.form for one in owed],
        "begins": [one.begins for one in owed],
    }
    if within is not None:
        given["within"] = list(within)
    few = "and o.agency = any(cast(:within as uuid[]))" if within is not None else ""
    statement = text(OWING.format(columns=columns, keys=keys, within=few))
    return (await (await unit.connection()).execute(statement, given)).all()


def _encode(row: Row[Any]) -> str:
    last = orjson.dumps([row.due_at, row.agency, row.form, row.period], default=str)
    return base64.urlsafe_b64encode(last).decode()


def _decode(token: str) -> tuple[datetime, UUID, UUID, str]:
    try:
        due_at, agency, form, period = orjson.loads(base64.urlsafe_b64decode(token))
        return datetime.fromisoformat(due_at), UUID(agency), UUID(form), str(period)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidPageToken(field="page_token") from error
