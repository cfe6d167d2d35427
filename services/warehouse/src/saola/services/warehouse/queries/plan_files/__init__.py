"""What is asked for files of plans: the lines to fill in, and what codes stand for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.tables import lineage
from saola.periods.periods import Period
from saola.services.warehouse.domain.bulk import MOST_ROWS, TooManyRows
from saola.services.warehouse.domain.plan_templates import Line, Measured, Owner, Wanted
from saola.services.warehouse.domain.plans import Held
from saola.services.warehouse.models.indicators import Indicator
from saola.services.warehouse.models.plans import plans


async def lines(unit: ReadUnit, wanted: Wanted) -> Sequence[Line]:
    """One for each indicator, agency and period; and for what is planned for other periods."""
    measures, owners = await _indicators(unit, wanted), await _agencies(unit, wanted)
    if len(measures) * len(owners) * len(wanted.periods) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    rows = await unit.rows(
        select(plans).where(
            plans.c.indicator.in_([one.id for one in measures]),
            plans.c.agency.in_([one.id for one in owners]),
            plans.c.begins.between(wanted.year.begin, wanted.year.last),
            plans.c.superseded_at.is_(None),
            plans.c.value.is_not(None),
        )
    )
    held = dict[tuple[UUID, UUID], dict[Period, Held]]()
    for row in rows:
        its = held.setdefault((row.indicator, row.agency), {})
        its[Period.read(row.period)] = Held(row.id, row.value, row.source)
    return [
        Line(measure, owner, period, its.get(period))
        for measure in measures
        for owner in owners
        for its in [held.get((measure.id, owner.id), {})]
        for period in [*wanted.periods, *sorted(its.keys() - {*wanted.periods})]
    ]


async def _indicators(unit: ReadUnit, wanted: Wanted) -> Sequence[Measured]:
    i = Indicator
    query = select(i.id, i.code, i.title_vi, i.title_en, i.unit).order_by(i.code)
    if wanted.indicator:
        query = query.where(i.id == id_of("indicators", wanted.indicator))
    elif wanted.field:
        query = query.where(i.field == wanted.field)
    rows = await unit.rows(query)
    return [Measured(row.id, row.code, row.title_vi, row.title_en, row.unit) for row in rows]


async def _agencies(unit: ReadUnit, wanted: Wanted) -> Sequence[Owner]:
    """Those that there are on any day of the year, in the order of the Vietnamese alphabet."""
    a = agencies.c
    query = (
        select(a.id, a.code, a.title)
        .join(lineage, lineage.c.agency == a.id)
        .where(
            lineage.c.ancestor == wanted.agency,
            a.valid_from <= wanted.year.last,
            or_(a.valid_to.is_(None), a.valid_to > wanted.year.begin),
        )
        .order_by(a.sort_key, a.id)
    )
    return [Owner(row.id, row.code, row.title) for row in await unit.rows(query)]
