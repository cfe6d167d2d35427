"""What is asked about plans: which there are, and what they make together for a figure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select, tuple_

from saola.directory import branches
from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.errors import InvalidField
from saola.kit.names import id_of
from saola.kit.paging import keyset
from saola.periods.periods import Period
from saola.services.warehouse.domain.comparisons import topmost
from saola.services.warehouse.domain.glances import Plan, one_plan
from saola.services.warehouse.domain.measures import WHOLE, Groups, Measure
from saola.services.warehouse.domain.periods import read_period
from saola.services.warehouse.domain.plans import Held, Key
from saola.services.warehouse.models.plans import plans


class Asked(NamedTuple):
    """Which plans: by names and period as they are written, empty for any."""

    indicator: str = ""
    agency: str = ""
    period: str = ""
    as_of: datetime | None = None
    # What was superseded too, and taken back.
    former: bool = False


class Whose(NamedTuple):
    """The plans of some agencies, or of all that the caller sees, now or then, by parts if any."""

    within: Sequence[UUID] | None = None
    as_of: datetime | None = None
    by: Groups | None = None


async def latest(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str]:
    """A page of plans, the latest period first."""
    if asked.as_of and asked.former:
        raise InvalidField(field="show_former")
    query = select(plans, agencies.c.title).outerjoin(agencies, agencies.c.id == plans.c.agency)
    if not asked.former:
        query = query.where(*_holding(asked.as_of))
    if asked.indicator:
        query = query.where(plans.c.indicator == id_of("indicators", asked.indicator))
    if asked.agency:
        query = query.where(plans.c.agency == id_of("agencies", asked.agency))
    if asked.period:
        query = query.where(plans.c.period == str(read_period(asked.period)))
    return await keyset(unit, query, token, plans.c.begins, plans.c.id, size=size, down=True)


async def held(unit: ReadUnit, keys: Collection[Key]) -> Mapping[Key, Held]:
    """What is said now for these; maybe for others of their indicators and periods, too."""
    rows = await unit.rows(
        select(plans).where(
            plans.c.indicator.in_({indicator for indicator, _, _ in keys}),
            plans.c.agency.in_({agency for _, agency, _ in keys}),
            plans.c.period.in_({period for _, _, period in keys}),
            plans.c.superseded_at.is_(None),
        )
    )
    return {
        (row.indicator, row.agency, row.period): Held(row.id, row.value, row.source) for row in rows
    }


async def for_figures(
    unit: ReadUnit,
    wanted: Mapping[UUID, Collection[Period]],
    measures: Mapping[UUID, Measure],
    whose: Whose,
) -> Mapping[tuple[UUID, str], Sequence[Plan]]:
    """What is planned for each indicator and key: the plans of all whom no other plan covers."""
    rows, by = await _planned(unit, wanted, whose), whose.by
    planners = {row.agency for row in rows}
    above = await branches.above(unit, planners, whose.as_of) if rows else {}
    sorted_ = dict[tuple[UUID, str, str], dict[UUID, Row[Any]]]()
    for row in rows:
        key = by.key(row.agency) if by else WHOLE
        sorted_.setdefault((row.indicator, key, row.period), {})[row.agency] = row
    found = dict[tuple[UUID, str], list[Plan]]()
    for (indicator, key, period), of in sorted_.items():
        values = topmost({agency: row.value for agency, row in of.items()}, above)
        sources = {of[agency].source for agency in values}
        if plan := one_plan(measures[indicator], Period.read(period), values, sources):
            found.setdefault((indicator, key), []).append(plan)
    return found


async def _planned(
    unit: ReadUnit, wanted: Mapping[UUID, Collection[Period]], whose: Whose
) -> Sequence[Row[Any]]:
    pairs = [(indicator, str(one)) for indicator, periods in wanted.items() for one in periods]
    if not pairs:
        return []
    query = select(plans).where(
        tuple_(plans.c.indicator, plans.c.period).in_(pairs),
        *_holding(whose.as_of),
    )
    if whose.within is not None:
        query = query.where(plans.c.agency.in_(whose.within))
    return await unit.rows(query)


def _holding(as_of: datetime | None) -> Sequence[ColumnElement[bool]]:
    """What holds now, or held then. What was taken back does not."""
    if as_of is None:
        return [plans.c.superseded_at.is_(None), plans.c.value.is_not(None)]
    then = or_(plans.c.superseded_at.is_(None), plans.c.superseded_at > as_of)
    return [plans.c.recorded_at <= as_of, then, plans.c.value.is_not(None)]
