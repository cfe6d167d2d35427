"""What is asked about obligations: who owes what, from when to when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select, text

from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import Counted, count, keyset, page
from saola.kit.words import fold
from saola.periods.local import local_day
from saola.services.warehouse.domain.obligations import Term
from saola.services.warehouse.models.obligations import Obligation


async def obligation(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Obligation, name)


class Asked(NamedTuple):
    """Of an agency and by a form, empty for any; with these words of the agency; not ended."""

    agency: str = ""
    form: str = ""
    words: str = ""
    open: bool = False
    by_agency: bool = False


async def listed(unit: ReadUnit, size: int, token: str, asked: Asked) -> Counted:
    """By the agency, or else the newest first."""
    where = _asked(unit, asked)
    total = await count(unit, Obligation, *where)
    if not asked.by_agency:
        return Counted(*await page(unit, Obligation, size, token, *where), total)
    title = func.coalesce(agencies.c.sort_key, "").label("title")
    query = (
        select(Obligation.__table__, title)
        .outerjoin(agencies, agencies.c.id == Obligation.agency)
        .where(*where)
    )
    key = (title, Obligation.valid_from, Obligation.id)
    return Counted(*await keyset(unit, query, token, *key, size=size), total)


def _asked(unit: ReadUnit, asked: Asked) -> Sequence[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if asked.agency:
        where.append(Obligation.agency == id_of("agencies", asked.agency))
    if asked.form:
        where.append(Obligation.form == id_of("forms", asked.form))
    if words := fold(asked.words).split():
        said = [agencies.c.folded.contains(word, autoescape=True) for word in words]
        where.append(Obligation.agency.in_(select(agencies.c.id).where(*said)))
    if asked.open:
        end = Obligation.valid_to
        lasts = (end > local_day(unit.now)) & (end > Obligation.valid_from)
        where.append(or_(end.is_(None), lasts))
    return where


async def kin(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, Row[Any]]:
    """What the agencies of these are called, and with whom they go on where one was closed."""
    o, before, after = (Obligation.__table__.alias(name) for name in ("o", "before", "after"))
    whose, its, theirs = (agencies.alias(name) for name in ("whose", "its", "theirs"))
    rows = await unit.rows(
        select(
            o.c.id,
            whose.c.title,
            its.c.title.label("predecessor_title"),
            after.c.id.label("successor"),
            theirs.c.title.label("successor_title"),
        )
        .select_from(o)
        .outerjoin(whose, whose.c.id == o.c.agency)
        .outerjoin(before, before.c.id == o.c.predecessor)
        .outerjoin(its, its.c.id == before.c.agency)
        .outerjoin(after, after.c.predecessor == o.c.id)
        .outerjoin(theirs, theirs.c.id == after.c.agency)
        .where(o.c.id.in_(ids))
        .order_by(after.c.valid_from)
    )
    return {row.id: row for row in rows}


async def terms(unit: ReadUnit, agency: UUID, form: UUID) -> Sequence[tuple[str, Term]]:
    """The names and terms of what an agency owes by a form."""
    rows = await unit.rows(
        select(Obligation.__table__)
        .where(Obligation.agency == agency, Obligation.form == form)
        .order_by(Obligation.valid_from)
    )
    return [(f"obligations/{row.id}", Term(row.valid_from, row.valid_to)) for row in rows]


async def owed(
    unit: ReadUnit, agencies: Collection[UUID], forms: Collection[UUID]
) -> Mapping[tuple[UUID, UUID], Sequence[Term]]:
    """The terms of what each of these agencies owes by each of these forms."""
    rows = await unit.rows(
        select(Obligation.__table__).where(
            Obligation.agency.in_(agencies), Obligation.form.in_(forms)
        )
    )
    found: dict[tuple[UUID, UUID], list[Term]] = {}
    for row in rows:
        found.setdefault((row.agency, row.form), []).append(Term(row.valid_from, row.valid_to))
    return found


class Owed(NamedTuple):
    """Reports by a form for the periods that begin on these days."""

    slot: int
    form: UUID
    begins: date


# What one is exempt from one does not owe.
OWING: Final = """
    select {columns}
    from unnest(cast(:slots as int[]), cast(:forms as uuid[]), cast(:begins as date[]))
        as w(slot, form, begins)
    join {source} o on o.form = w.form and o.valid_from <= w.begins
        and (o.valid_to is null or o.valid_to > w.begins) {held}
    where not exists (
        select from exemptions e
        where e.agency = o.agency and (e.form is null or e.form = o.form)
            and e.valid_from <= w.begins and e.valid_to > w.begins and {exempt}
    ) {within}
    group by {keys}
"""
NOW: Final = {"source": "obligations", "held": "", "exempt": "e.revoked_at is null"}
THEN: Final = {
    "source": "terms",
    "held": """and o.recorded_at <= :as_of
        and (o.superseded_at is null or o.superseded_at > :as_of)""",
    "exempt": """e.created_at <= :as_of and (e.revoked_at is null or e.revoked_at > :as_of)""",
}


class Whom(NamedTuple):
    """Some agencies, or all that the caller sees; now, or as was known then."""

    within: Sequence[UUID] | None = None
    as_of: datetime | None = None


async def owing(unit: ReadUnit, owed: Sequence[Owed], whom: Whom) -> Mapping[int, int]:
    """For each slot how many agencies owe at least one of its reports."""
    found = await _owing(unit, owed, whom, "w.slot, count(distinct o.agency) as owing", "w.slot")
    return {row.slot: row.owing for row in found}


async def who_owe(unit: ReadUnit, owed: Sequence[Owed], whom: Whom) -> set[UUID]:
    """The agencies that owe at least one of these reports."""
    return {row.agency for row in await _owing(unit, owed, whom, "o.agency", "o.agency")}


async def _owing(
    unit: ReadUnit, owed: Sequence[Owed], whom: Whom, columns: str, keys: str
) -> Sequence[Row[Any]]:
    if not owed:
        return []
    given: dict[str, Any] = {
        "slots": [one.slot for one in owed],
        "forms": [one.form for one in owed],
        "begins": [one.begins for one in owed],
    }
    few, moment = "", NOW
    if whom.within is not None:
        few, given["within"] = "and o.agency = any(cast(:within as uuid[]))", list(whom.within)
    if whom.as_of is not None:
        moment, given["as_of"] = THEN, whom.as_of
    statement = text(OWING.format(columns=columns, keys=keys, within=few, **moment))
    return (await (await unit.connection()).execute(statement, given)).all()
