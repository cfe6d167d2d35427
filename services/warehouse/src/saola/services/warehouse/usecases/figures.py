"""How the parts of figures are kept true: recomputed where a report begins or ceases to count."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, text

from saola.kit.call import Unit
from saola.kit.database import Compiled
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain.rollups import PARTS, touched
from saola.services.warehouse.domain.submissions import COUNTED, COUNTS, Action
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.models.figures import cells

# By what a report begins or ceases to count. What is approved or locked has counted before.
TURNING: Final = COUNTS.keys() - {Action.APPROVED, Action.LOCKED}
# Who recomputes for an agency goes alone, so that two who see only their own report do not each
# write a month without the other. It is taken late, and in order where there are several.
# What follows for a few cells is planned once for a connection: a plan costs more than its rows.
LOCK: Final = Compiled(
    text("""
    select pg_advisory_xact_lock(hashtextextended('cells ' || agency, 0)),
        set_config('plan_cache_mode', :plans, true)
    from (select unnest(cast(:agencies as uuid[])) as agency order by 1) as those
""")
)
FEW: Final = 1000
MEASURED: Final = Compiled(
    text("""
    select distinct o.agency, o.indicator, o.period
    from unnest(cast(:agencies as uuid[]), cast(:reports as uuid[])) as r(agency, report)
    join observations o on o.agency = r.agency and o.submission = r.report
    where o.indicator is not null
""")
)
SAID: Final = text("""
    select distinct o.agency, o.indicator, o.period from observations o
    join submissions s on s.agency = o.agency and s.id = o.submission and s.state = any(:counted)
    where o.agency = :agency and o.superseded_at is null and o.indicator is not null
""")
FIELDS: Final = (
    "reports",
    "numbers",
    "total",
    "last",
    "occurred",
    "nothing",
    "estimated",
    "preliminary",
    "revised",
    "direct",
    "fresh_at",
)
# The two rules of `domain.rollups`, `direct` and `rolled`, as PostgreSQL computes them: that both
# say the same is tested with random histories. What is looked up in what was just computed goes by
# `not in`: a hash, where `not exists` is a loop in a loop.
DIRECT: Final = """
    select t.agency, t.indicator, t.begins,
        count(distinct o.submission) as reports, count(n.number) as numbers,
        sum(n.number) as total, sum(n.number) as last,
        coalesce(bool_or(n.number <> 0), false) as occurred,
        coalesce(bool_and(o.status = :nothing_occurred) filter (where n.number is not null), false)
            as nothing,
        bool_or(o.status = :estimated) as estimated,
        bool_or(o.status = :preliminary) as preliminary,
        bool_or(o.status = :revised) as revised,
        true as direct, max(s.submitted_at) as fresh_at
    from touched t
    join observations o on o.agency = t.agency and o.indicator = t.indicator
        and o.begins = t.begins and o.period = t.period
        and o.superseded_at is null and o.status <> :withdrawn
    join submissions s on s.agency = o.agency and s.id = o.submission and s.state = any(:counted)
    cross join lateral (select case when o.status = :nothing_occurred then 0 else coalesce(
        o.number, case o.value when 'true' then 1 when 'false' then 0 end) end as number) as n
    group by t.agency, t.indicator, t.begins
"""
ROLLED: Final = """
    select t.agency, t.indicator, t.begins, r.*
    from touched t
    cross join lateral (
        select sum(c.reports) as reports, sum(c.numbers) as numbers, sum(c.total) as total,
            (array_agg(c.last order by c.begins desc) filter (where c.last is not null))[1] as last,
            bool_or(c.occurred) as occurred,
            coalesce(bool_and(c.nothing) filter (where c.total is not null), false) as nothing,
            bool_or(c.estimated) as estimated, bool_or(c.preliminary) as preliminary,
            bool_or(c.revised) as revised, false as direct, max(c.fresh_at) as fresh_at
        from unnest(cast(:wholes as date[]), cast(:parts as date[])) as p(whole, part)
        join cells c on c.indicator = t.indicator and c.period_type = :part_type
            and c.begins = p.part and c.agency = t.agency
        where p.whole = t.begins
        having count(*) > 0
    ) as r
    where (t.agency, t.indicator, t.begins) not in (
        select agency, indicator, begins from reported)
"""
REFRESH: Final = """
    with touched as materialized (
        select distinct k.agency, k.indicator, p.begins, p.period
        from unnest(cast(:agencies as uuid[]), cast(:indicators as uuid[]), cast(:whiches as int[]))
            as k(agency, indicator, which)
        join unnest(cast(:begins as date[]), cast(:periods as text[])) with ordinality
            as p(begins, period, which) using (which)
    ),
    reported as ({direct}),
    added as ({rolled}),
    now as (select * from reported union all select * from added),
    gone as (
        delete from cells c using touched t
        where c.indicator = t.indicator and c.period_type = :type and c.begins = t.begins
            and c.agency = t.agency and (t.agency, t.indicator, t.begins) not in (
                select agency, indicator, begins from now)
    )
    insert into cells (indicator, period_type, begins, agency, {fields})
    select indicator, :type, begins, agency, {fields} from now
    on conflict (indicator, period_type, begins, agency) do update set {renewed}
"""
NONE_ADDED: Final = "select * from reported where false"
STATEMENTS: Final = {
    type: Compiled(
        text(
            REFRESH.format(
                direct=DIRECT,
                rolled=ROLLED if type in PARTS else NONE_ADDED,
                fields=", ".join(FIELDS),
                renewed=", ".join(f"{name} = excluded.{name}" for name in FIELDS),
            )
        )
    )
    for type in PeriodType
}
WORDS: Final[Mapping[str, Any]] = {
    "counted": [str(state) for state in COUNTED],
    "nothing_occurred": Status.NOTHING_OCCURRED.value,
    "estimated": Status.ESTIMATED.value,
    "preliminary": Status.PRELIMINARY.value,
    "revised": Status.REVISED.value,
    "withdrawn": Status.WITHDRAWN.value,
}


OF_PARTS: Final = {"part_type", "wholes", "parts"}


# For each period the agencies and indicators of which something is said, or said no more.
Touched = Mapping[str, Collection[tuple[UUID, UUID]]]


async def recount(unit: Unit, reports: Sequence[tuple[UUID, UUID]]) -> None:
    """Recomputes what these reports, each by its agency and id, have a part in."""
    agencies, ids = zip(*reports, strict=True)
    measured = await unit.fetch(MEASURED, agencies=list(agencies), reports=list(ids))
    await refresh(unit, _by_period(measured))


async def recount_agency(unit: Unit, agency: UUID) -> None:
    """All of an agency from scratch, in one transaction, while reports of others go on."""
    await _lock(unit, [agency], few=False)
    connection = await unit.connection()
    await connection.execute(delete(cells).where(cells.c.agency == agency))
    said = await connection.execute(SAID, {"agency": agency, "counted": WORDS["counted"]})
    await refresh(unit, _by_period(said.all()))


async def refresh(unit: Unit, changed: Touched) -> None:
    """Recomputes the cells of these periods, and of those of which they are parts."""
    if not changed:
        return
    agencies = {agency for keys in changed.values() for agency, _ in keys}
    few = sum(map(len, changed.values())) <= FEW
    await _lock(unit, list(agencies), few=few)
    known = {Period.read(written): keys for written, keys in changed.items()}
    for type, periods in touched(known).items():
        given = {**WORDS, **_keys(known, type, periods)}
        if type not in PARTS:
            given = {name: value for name, value in given.items() if name not in OF_PARTS}
        await unit.fetch(STATEMENTS[type], **given)


async def _lock(unit: Unit, agencies: Sequence[UUID], *, few: bool) -> None:
    plans = "force_generic_plan" if few else "force_custom_plan"
    await unit.fetch(LOCK, agencies=agencies, plans=plans)


def _by_period(rows: Iterable[Iterable[Any]]) -> Touched:
    found = dict[str, list[tuple[UUID, UUID]]]()
    for agency, indicator, period in rows:
        found.setdefault(period, []).append((agency, indicator))
    return found


def _keys(
    changed: Mapping[Period, Collection[tuple[UUID, UUID]]],
    type: PeriodType,
    periods: Sequence[Period],
) -> dict[str, Any]:
    """Which cells of a type change, and of which parts each is made."""
    keys = {period: set[tuple[UUID, UUID]]() for period in periods}
    for period, of in changed.items():
        if within := _within(period, type):
            keys[within].update(of)
    rows = [(*key, place) for place, of in enumerate(keys.values(), 1) for key in of]
    agencies, indicators, whiches = zip(*rows, strict=True)
    parts = list(_parts(type, periods))
    return {
        "type": type.value,
        "agencies": list(agencies),
        "indicators": list(indicators),
        "whiches": list(whiches),
        "begins": [period.begin for period in periods],
        "periods": list(map(str, periods)),
        "part_type": PARTS[type].value if type in PARTS else "",
        "wholes": [whole for whole, _ in parts],
        "parts": [part for _, part in parts],
    }


def _within(period: Period, type: PeriodType) -> Period | None:
    return period if period.type is type else period.enclosing(type)


def _parts(type: PeriodType, periods: Iterable[Period]) -> Iterable[tuple[date, date]]:
    if type in PARTS:
        for whole in periods:
            for part in whole.parts(PARTS[type]):
                yield whole.begin, part.begin
