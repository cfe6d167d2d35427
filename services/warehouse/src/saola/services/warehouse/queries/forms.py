"""What is asked about forms."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
    text,
)

from saola.kit.call import ReadUnit
from saola.kit.errors import NotFound
from saola.kit.names import id_of
from saola.kit.paging import keyset, page
from saola.kit.words import fold
from saola.periods.periods import NotAPeriod, Period
from saola.services.warehouse.domain.editions import NotInForce
from saola.services.warehouse.domain.forms import State
from saola.services.warehouse.models.editions import editions
from saola.services.warehouse.models.forms import Form
from saola.services.warehouse.models.submissions import Submission

COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    column.key: column for column in Form.__table__.c
}

# By which forms indicators are reported.
MEASURING: Final = text("""
    select distinct f.id as form, f.period_type, f.retired_on,
        cast(substr(item ->> 'indicator', 12) as uuid) as indicator
    from editions e join forms f on f.id = e.form, jsonb_array_elements(e.items) item
    where e.published_at is not null and item ->> 'indicator' = any(:names)
""")
REQUIRED: Final = """(
    select count(*) from jsonb_array_elements(editions.items) item
    where (item ->> 'required')::boolean
)"""


async def form(unit: ReadUnit, name: str) -> Row[Any]:
    """The latest edition that was published, or the first while it is drafted."""
    return await unit.find(Form, name)


async def edition(unit: ReadUnit, name: str, number: int) -> Row[Any]:
    """One edition of a form, with the same columns; a draft of the first is the form itself."""
    found = await unit.one(_editions(id_of("forms", name)).where(editions.c.edition == number))
    if found is None and (first := await form(unit, name)).edition == number:
        return first
    if found is None:
        raise NotFound(name=f"{name} ({number})")
    return found


async def for_period(unit: ReadUnit, name: str, period: Period) -> Row[Any]:
    """The edition by which a period is reported; a form that is drafted is its own."""
    query = _editions(id_of("forms", name)).where(
        editions.c.published_at.is_not(None),
        or_(editions.c.begins.is_(None), editions.c.begins <= period.begin),
    )
    found = await unit.one(query.order_by(editions.c.edition.desc()).limit(1))
    if found is None and (first := await form(unit, name)).state is State.DRAFT:
        return first
    if found is None:
        raise NotInForce(form=name, period=period)
    return found


async def editions_for(
    unit: ReadUnit, name: str, agency: UUID, written: Sequence[str]
) -> Sequence[tuple[Row[Any], Sequence[int]]]:
    """By which edition each of these periods is reported, with its places among them. A report
    that is begun keeps its own; what is no period goes with the latest, which refuses it."""
    latest = await form(unit, name)
    if latest.edition == 1:
        return [(latest, range(len(written)))]
    begun = select(Submission.period, Submission.edition).where(
        Submission.agency == agency,
        Submission.form == latest.id,
        Submission.period.in_(set(written)),
    )
    chosen = {row.period: row.edition for row in await unit.rows(begun)}
    starts = [
        (row.begins or date.min, row.edition)
        for row in await unit.rows(
            select(editions.c.begins, editions.c.edition)
            .where(editions.c.form == latest.id, editions.c.published_at.is_not(None))
            .order_by(editions.c.edition)
        )
    ]
    places: dict[int, list[int]] = {}
    for place, period in enumerate(written):
        if period not in chosen:
            chosen[period] = _in_force(period, starts)
        places.setdefault(chosen[period], []).append(place)
    return [(await edition(unit, name, number), of) for number, of in places.items()]


def _in_force(text: str, starts: Sequence[tuple[date, int]]) -> int:
    """The latest edition that has begun with that period; the first, if none has."""
    try:
        begin = Period.read(text).begin
    except NotAPeriod:
        return starts[-1][1]
    return max((number for start, number in starts if start <= begin), default=starts[0][1])


async def editions_of(
    unit: ReadUnit, name: str, size: int, token: str
) -> tuple[Sequence[Row[Any]], str]:
    """The editions of a form, the latest first, and from which period on each holds no more."""
    first = await form(unit, name)
    if first.state is State.DRAFT:
        return [first], ""
    number = editions.c.edition
    until = func.lead(editions.c.in_force_from).over(order_by=number)
    every = _editions(first.id).add_columns(func.coalesce(until, "").label("until")).subquery()
    return await keyset(unit, select(every), token, every.c.edition, size=size, down=True)


async def published(unit: ReadUnit, form: UUID) -> Sequence[Row[Any]]:
    """What of a form was published, edition by edition: in force from when."""
    return await unit.rows(
        select(editions.c.edition, editions.c.in_force_from)
        .where(editions.c.form == form, editions.c.published_at.is_not(None))
        .order_by(editions.c.edition)
    )


def _editions(form: UUID) -> Select[Any]:
    """Rows as those of forms, with what an edition says in the place of what the latest does."""
    columns = [
        editions.c[key].label(key) if key in editions.c else column
        for key, column in COLUMNS.items()
    ]
    return select(*columns).join(editions, editions.c.form == Form.id).where(Form.id == form)


async def by_code(
    unit: ReadUnit, size: int, token: str, words: str, state: State | None
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [
        Form.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    if state:
        where.append(Form.state == state)
    return await page(unit, Form, size, token, *where, order=Form.code)


async def in_force(unit: ReadUnit, as_of: datetime | None) -> Sequence[Row[Any]]:
    """The editions by which something is to be reported: when it is due, how many items each
    requires, and from which day on which other edition holds."""
    e = editions.c
    known: ColumnElement[bool] = e.published_at.is_not(None)
    if as_of is not None:
        known = and_(known, or_(e.edition == 1, e.published_at <= as_of))
    following = func.lead(e.begins).over(partition_by=e.form, order_by=e.edition)
    query = (
        select(
            *(e.form, e.begins, e.due_days, e.due_on_working_days, e.due_time, e.window_first_day),
            *(Form.period_type, Form.retired_on),
            following.label("until"),
            literal_column(REQUIRED).label("required"),
        )
        .join(Form, Form.id == e.form)
        .where(known)
    )
    return await unit.rows(query)


async def is_published(unit: ReadUnit, id: UUID) -> bool:
    published = select(Form.id).where(Form.id == id, Form.state == State.PUBLISHED)
    return await unit.one(published) is not None


async def measuring(unit: ReadUnit, indicators: Collection[UUID]) -> Sequence[Row[Any]]:
    """By which forms, of which type of period and until when, these are or were reported."""
    names = [f"indicators/{id}" for id in indicators]
    return (await (await unit.connection()).execute(MEASURING, {"names": names})).all()
