"""What is asked about observations: what was known when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    or_,
    select,
    true,
    tuple_,
)

from saola.directory import states
from saola.directory.areas import areas
from saola.directory.tables import agencies, agency_states
from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import keyset
from saola.services.warehouse.domain.periods import read_period
from saola.services.warehouse.domain.series import FREQUENCIES, Key, Selection, Span
from saola.services.warehouse.domain.submissions import COUNTED, COUNTS, SENDING, Action
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.models.forms import Form
from saola.services.warehouse.models.indicators import Indicator
from saola.services.warehouse.models.observations import observations
from saola.services.warehouse.models.submissions import Submission, changes

# How many observations are read at once, and behind which the next are.
SOME: Final = 5000
Place = tuple[str, str, str, str, date, UUID]


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
    o = observations.c
    key = (o.begins, o.agency, o.submission, o.item, o.version)
    return await keyset(unit, submitted(asked), token, *key, size=size, down=True)


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
    place = (Indicator.code, Form.code, reporter, o.item, o.begins, o.submission)
    known = (
        submitted(Asked(as_of=as_of))
        .join(Submission, and_(Submission.agency == o.agency, Submission.id == o.submission))
        .join(Indicator, Indicator.id == o.indicator)
        .join(Form, Form.id == Submission.form)
        .join(agencies, agencies.c.id == o.agency)
    )
    query = (
        _placed(known, None if as_of >= unit.now else as_of)
        .with_only_columns(
            Form.period_type,
            reporter.label("reporter"),
            areas.c.code.label("area"),
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
    if asked.times:
        query = query.where(or_(*map(_begins_in, asked.times)))
    if asked.updated_after:
        since = asked.updated_after
        query = query.where(or_(o.recorded_at > since, _counts_since(since, as_of)))
    if after:
        query = query.where(tuple_(*place) > tuple_(*after))
    rows = await unit.rows(query)
    if len(rows) < some:
        return rows, None
    last = rows[-1]
    left = (last.indicator, last.form, last.reporter, last.item, last.begins, last.submission)
    return rows, left


def _placed(known: Select[Any], as_of: datetime | None) -> Select[Any]:
    """With the area of each agency, or the one in which it was then."""
    if as_of is None:
        return known.outerjoin(areas, areas.c.id == agencies.c.area)
    then = states.as_of(agency_states, as_of)
    known = known.outerjoin(then, then.c.id == agencies.c.id)
    return known.outerjoin(areas, areas.c.id == then.c.area)


def _matches(key: Key) -> ColumnElement[bool]:
    columns = (
        *(Form.period_type, agencies.c.code, Indicator.code, Form.code),
        observations.c.item,
    )
    types = {one for one, written in FREQUENCIES.items() if written in key.frequency}
    parts = (types, *key[1:])
    named = zip(columns, parts, key, strict=True)
    return and_(true(), *(column.in_(part) for column, part, asked in named if asked))


def _begins_in(span: Span) -> ColumnElement[bool]:
    begins, (first, last) = observations.c.begins, span
    return and_(begins >= first if first else true(), begins <= last if last else true())


def _counts_since(since: datetime, at: datetime) -> ColumnElement[bool]:
    """Whether its report began to count, or did so again, after a moment: what was recorded before
    is news then."""
    return exists().where(
        changes.c.agency == observations.c.agency,
        changes.c.submission == observations.c.submission,
        changes.c.at > since,
        changes.c.at <= at,
        changes.c.action.in_(SENDING | {Action.RELOCKED}),
    )


def _was_submitted(at: datetime) -> ColumnElement[bool]:
    """What the last move of its report was, up to a moment: out of the writer's hands, or back."""
    last = (
        select(changes.c.action)
        .where(
            changes.c.agency == observations.c.agency,
            changes.c.submission == observations.c.submission,
            changes.c.at <= at,
            changes.c.action.in_(COUNTS),
        )
        .order_by(changes.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return last.in_([move for move, counts in COUNTS.items() if counts])
