"""What is asked about observations: what was known when, and the figures that come of it."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
)

from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.errors import InvalidField, InvalidPageToken
from saola.kit.names import id_of
from saola.kit.paging import DEFAULT, MAXIMUM, page
from saola.periods.local import local_day
from saola.periods.periods import WRITTEN, Period, PeriodType
from saola.services.warehouse.domain.observations import SERIES, Sum
from saola.services.warehouse.domain.periods import read_period
from saola.services.warehouse.domain.series import FREQUENCIES, Key, Selection
from saola.services.warehouse.domain.submissions import COUNTED, Action
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.models.forms import Form
from saola.services.warehouse.models.indicators import Indicator
from saola.services.warehouse.models.observations import observations
from saola.services.warehouse.models.submissions import Submission, changes

# How many observations are read at once, and behind which the next are.
SOME: Final = 5000
Place = tuple[str, str, str, date, UUID, str]
# How many periods the latest figure may be behind, and still be shown with its series.
MOST_BEHIND: Final = {PeriodType.DAY: 7}
BEHIND: Final = 2
MEASURED: Final = text("""
    select distinct item ->> 'indicator' as indicator, f.period_type
    from forms f, jsonb_array_elements(f.items) item
    where f.state <> 'draft' and item ->> 'indicator' = any(:names)
""")
EXPECTED: Final = text("""
    select i.indicator, p.period, count(distinct o.agency) as agencies
    from unnest(cast(:indicators as uuid[]), cast(:periods as text[]), cast(:types as text[]),
        cast(:begins as date[])) as p(indicator, period, type, begins)
    join (
        select distinct f.id as form, f.period_type, f.retired_on,
            cast(substr(item ->> 'indicator', 12) as uuid) as indicator
        from forms f, jsonb_array_elements(f.items) item
        where f.state <> 'draft' and item ->> 'indicator' = any(:names)
    ) i on i.indicator = p.indicator
        and i.period_type = p.type
        and (i.retired_on is null or p.begins < i.retired_on)
    join obligations o on o.form = i.form and o.valid_from <= p.begins
        and (o.valid_to is null or o.valid_to > p.begins)
    group by i.indicator, p.period
""")


class Asked(NamedTuple):
    """Which observations: by names and periods as they are written, empty for any."""

    indicator: str = ""
    agency: str = ""
    period_from: str = ""
    period_to: str = ""
    # What was known then; now, if none.
    as_of: datetime | None = None


async def newest(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str]:
    """A page of what was submitted, the latest period first."""
    if size < 0:
        raise InvalidField(field="page_size")
    size = min(size or DEFAULT, MAXIMUM)
    o = observations.c
    key = (o.begins, o.agency, o.submission, o.item, o.version)
    query = submitted(asked).order_by(*(column.desc() for column in key)).limit(size + 1)
    if token:
        query = query.where(tuple_(*key) < tuple_(*_decode(token)))
    rows = await unit.rows(query)
    return rows[:size], _encode(rows[size - 1]) if len(rows) > size else ""


def submitted(asked: Asked) -> Select[Any]:
    """Observations of reports that were submitted, and not returned, at the time."""
    o = observations.c
    query = select(observations).where(o.status != Status.WITHDRAWN)
    if asked.indicator:
        query = query.where(o.indicator == id_of("indicators", asked.indicator))
    if asked.agency:
        query = query.where(o.agency == id_of("agencies", asked.agency))
    if asked.period_from:
        query = query.where(o.begins >= read_period(asked.period_from, "period_from").begin)
    if asked.period_to:
        query = query.where(o.begins <= read_period(asked.period_to, "period_to").last)
    if asked.as_of is None:
        its = and_(Submission.agency == o.agency, Submission.id == o.submission)
        counts = Submission.state.in_(COUNTED)
        return query.join(Submission, its).where(o.superseded_at.is_(None), counts)
    then = or_(o.superseded_at.is_(None), o.superseded_at > asked.as_of)
    return query.where(o.recorded_at <= asked.as_of, then, _was_submitted(asked.as_of))


async def selected(
    unit: ReadUnit, asked: Selection, as_of: datetime, after: Place | None, some: int = SOME
) -> tuple[Sequence[Row[Any]], Place | None]:
    """Some of what was known then, series by series, behind `after`; and where to go on."""
    o = observations.c
    reporter = agencies.c.code
    place = (Indicator.code, Form.code, reporter, o.begins, o.submission, o.item)
    query = (
        submitted(Asked(as_of=as_of))
        .join(Submission, and_(Submission.agency == o.agency, Submission.id == o.submission))
        .join(Indicator, Indicator.id == o.indicator)
        .join(Form, Form.id == Submission.form)
        .join(agencies, agencies.c.id == o.agency)
        .with_only_columns(
            Form.period_type,
            reporter.label("reporter"),
            Indicator.code.label("indicator"),
            Form.code.label("form"),
            Indicator.unit,
            *(o.period, o.value, o.status, o.note, o.recorded_at, o.begins, o.submission, o.item),
        )
        .where(or_(*(_matches(key) for key in asked.keys)), _matches(asked.within))
        .order_by(*place)
        .limit(some)
    )
    if asked.field:
        query = query.where(Indicator.field == asked.field)
    if asked.first:
        query = query.where(o.begins >= asked.first)
    if asked.last:
        query = query.where(o.begins <= asked.last)
    if asked.updated_after:
        query = query.where(o.recorded_at > asked.updated_after)
    if after:
        query = query.where(tuple_(*place) > tuple_(*after))
    rows = await unit.rows(query)
    if len(rows) < some:
        return rows, None
    last = rows[-1]
    left = (last.indicator, last.form, last.reporter, last.begins, last.submission, last.item)
    return rows, left


def _matches(key: Key) -> ColumnElement[bool]:
    columns = (Form.period_type, agencies.c.code, Indicator.code, Form.code)
    types = {one for one, written in FREQUENCIES.items() if written in key.frequency}
    parts = (types, *key[1:])
    named = zip(columns, parts, key, strict=True)
    return and_(true(), *(column.in_(part) for column, part, asked in named if asked))


def _was_submitted(at: datetime) -> ColumnElement[bool]:
    """What the last move of its report was, up to a moment: out of the writer's hands, or back."""
    moves = (Action.SUBMITTED, Action.RETURNED, Action.APPROVED, Action.LOCKED)
    last = (
        select(changes.c.action)
        .where(
            changes.c.agency == observations.c.agency,
            changes.c.submission == observations.c.submission,
            changes.c.at <= at,
            changes.c.action.in_(moves),
        )
        .order_by(changes.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return last.in_([move for move in moves if move is not Action.RETURNED])


async def indicators(
    unit: ReadUnit, size: int, token: str, field: str, name: str
) -> tuple[Sequence[Row[Any]], str]:
    """A page of the indicators of which a figure is asked, by code."""
    where: list[ColumnElement[bool]] = []
    if field:
        where.append(Indicator.field == field)
    if name:
        where.append(Indicator.id == id_of("indicators", name))
    return await page(unit, Indicator, size, token, *where, order=Indicator.code)


class Sums(NamedTuple):
    """What was reported about an indicator, by period, and when the last of it came."""

    by_period: dict[Period, Sum]
    submitted_at: datetime


async def sums(unit: ReadUnit, ids: Sequence[UUID]) -> Mapping[UUID, Sums]:
    """For each indicator its latest periods: a month of days, or two years of months."""
    names = {f"indicators/{id}": id for id in ids}
    measured = await (await unit.connection()).execute(MEASURED, {"names": list(names)})
    by_type: dict[PeriodType, list[UUID]] = {}
    for row in measured:
        by_type.setdefault(PeriodType(row.period_type), []).append(names[row.indicator])
    found = dict[UUID, dict[Period, Sum]]()
    times = dict[UUID, datetime]()
    for type, of in by_type.items():
        latest = Period.of(type, local_day(unit.now))
        since = latest.shifted(-SERIES - MOST_BEHIND.get(type, BEHIND)).begin
        for row in await unit.rows(_sums(of, type, since)):
            period = Period.read(row.period)
            found.setdefault(row.indicator, {})[period] = Sum(row.reporters, row.numbers, row.total)
            before = times.get(row.indicator, row.submitted_at)
            times[row.indicator] = max(row.submitted_at, before)
    return {id: Sums(of, times[id]) for id, of in found.items()}


def _sums(ids: Sequence[UUID], type: PeriodType, since: date) -> Select[Any]:
    """What was reported for each period of that type, by all agencies together."""
    o = observations.c
    counted = and_(
        Submission.agency == o.agency,
        Submission.id == o.submission,
        Submission.state.in_(COUNTED),
    )
    numbers = _numbers(o.number, o.status)
    return (
        select(
            o.indicator,
            o.period,
            func.count(o.agency.distinct()).label("reporters"),
            func.count(numbers).label("numbers"),
            func.sum(numbers).label("total"),
            func.max(Submission.submitted_at).label("submitted_at"),
        )
        .join(Submission, counted)
        .where(
            o.indicator.in_(ids),
            o.indicator.is_not(None),
            o.begins >= since,
            Submission.begins >= since,
            o.period.regexp_match(f"^{WRITTEN[type]}$"),
            o.superseded_at.is_(None),
            o.status != Status.WITHDRAWN,
        )
        .group_by(o.indicator, o.period)
    )


def _numbers(number: Column[Any], status: Column[Any]) -> ColumnElement[Any]:
    """Where nothing occurred, the figure is nought; what is missing is none."""

    return case((status == Status.NOTHING_OCCURRED, 0), else_=number)


async def expected(unit: ReadUnit, asked: Mapping[UUID, Period]) -> Mapping[UUID, int]:
    """How many agencies must report about each indicator for that period."""
    if not asked:
        return {}
    periods: list[date] = [period.begin for period in asked.values()]
    given = {
        "indicators": list(asked),
        "names": [f"indicators/{id}" for id in asked],
        "periods": list(map(str, asked.values())),
        "types": [period.type for period in asked.values()],
        "begins": periods,
    }
    found = await (await unit.connection()).execute(EXPECTED, given)
    return {row.indicator: row.agencies for row in found}


def _encode(row: Row[Any]) -> str:
    last = orjson.dumps(
        [row.begins, row.agency, row.submission, row.item, row.version], default=str
    )
    return base64.urlsafe_b64encode(last).decode()


def _decode(token: str) -> tuple[date, UUID, UUID, str, int]:
    try:
        begins, agency, submission, item, version = orjson.loads(base64.urlsafe_b64decode(token))
        return date.fromisoformat(begins), UUID(agency), UUID(submission), str(item), int(version)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidPageToken(field="page_token") from error
