"""What is asked about rates: how complete and how timely reports are, out of what was asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, select

from saola.directory import branches
from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.errors import InvalidPageToken
from saola.kit.names import id_of
from saola.kit.paging import read_token, size_of, token_of
from saola.services.warehouse.domain.completeness import Group, Rate
from saola.services.warehouse.models.forms import Form
from saola.services.warehouse.queries.obligations import expected

COUNTS: Final = tuple(Rate._fields)


class Asked(NamedTuple):
    """Of which reports, and what each rate is of."""

    reports: expected.Asked
    group: Group | None = None
    field: str = ""
    # Only of this one and all below it.
    above: str = ""


async def rates(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str, Rate]:
    """A page of the groups, and all of them together."""
    size, start = size_of(size), _start(token)
    owed = await expected.owing(unit, asked.reports, {})
    which = await _which(unit, owed, asked)
    rows = await unit.rows(_grouped(owed, asked.group, asked.reports.as_of or unit.now, which))
    total = Rate(*(sum(getattr(row, count) for row in rows) for count in COUNTS))
    more = len(rows) > start + size
    return rows[start : start + size], token_of(start + size) if more else "", total


async def _which(unit: ReadUnit, owed: Subquery, asked: Asked) -> Sequence[ColumnElement[bool]]:
    where, then = list[ColumnElement[bool]](), asked.reports.as_of
    if asked.field:
        where.append(owed.c.field == asked.field)
    if asked.above:
        top = id_of("agencies", asked.above)
        below = await branches.below(unit, top, then) if then else branches.today(top)
        where.append(owed.c.agency.in_(below))
    return where


def _grouped(
    owed: Subquery, group: Group | None, moment: datetime, which: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    """Counted first, and named then: what is sorted are the groups, not the reports."""
    o = owed.c
    keys: Mapping[Group | None, Sequence[ColumnElement[Any]]] = {
        None: (),
        Group.FORM: (o.form,),
        Group.FIELD: (o.field,),
        Group.AGENCY: (o.agency,),
        Group.PERIOD: (o.begins, o.period),
    }
    by = keys[group]
    query = select(*by, *_counts(owed, moment)).select_from(owed).where(*which)
    return _named(query.group_by(*by), group) if by else query


def _named(counted: Select[Any], group: Group | None) -> Select[Any]:
    """In the order in which it is shown."""
    found = counted.subquery("counted")
    c = found.c
    match group:
        case Group.FORM:
            named = select(*c, Form.code.label("form_code"), Form.title_vi, Form.title_en)
            return named.join(Form, Form.id == c.form).order_by(Form.code, c.form)
        case Group.AGENCY:
            named = select(*c, agencies.c.title).outerjoin(agencies, agencies.c.id == c.agency)
            return named.order_by(agencies.c.sort_key, c.agency)
        case Group.PERIOD:
            return select(*c).order_by(c.begins.desc(), c.period.desc())
        case _:
            return select(*c).order_by(c.field)


def _counts(owed: Subquery, moment: datetime) -> Sequence[ColumnElement[Any]]:
    o = owed.c
    asked = o.exemption.is_(None)
    sent = and_(asked, o.counted)
    late = and_(asked, ~o.counted, o.due_at <= moment)
    counts: Mapping[str, ColumnElement[Any]] = {
        "expected": func.count().filter(asked),
        "submitted": func.count().filter(sent),
        "on_time": func.count().filter(and_(sent, o.on_time)),
        "overdue": func.count().filter(late),
        "exempt": func.count().filter(~asked),
        "required": func.coalesce(func.sum(o.required).filter(asked), 0),
        "filled": func.coalesce(func.sum(o.filled).filter(sent), 0),
    }
    return [counts[name].label(name) for name in COUNTS]


def _start(token: str) -> int:
    [start] = read_token(token, int) if token else (0,)
    if start < 0:
        raise InvalidPageToken(field="page_token")
    return int(start)
