"""Agencies from a file: judged whole, then kept whole, in one transaction or not at all.

So a run that is killed has kept nothing, a second one finds everything unchanged, and a dry run
is the same up to the last step.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import Row, insert, or_, select

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.directory import lineage
from saola.directory.copies import today
from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.errors import PermissionDenied
from saola.kit.operations import Operations, Run
from saola.kit.tables import lineage as above
from saola.options.v1 import operations_pb2
from saola.services.identity import formats
from saola.services.identity.domain import imports
from saola.services.identity.domain.agencies import Life, Said
from saola.services.identity.domain.imports import Facts, Known, Outcome, Verdict
from saola.services.identity.models.agencies import Agency, claims, codes, periods
from saola.services.identity.models.areas import Area
from saola.services.identity.usecases.agencies import tell

operations = Operations()
MOST_ROWS, CODE = 1000, 60  # in the report: rows, and letters of a code
BATCH = 1000


async def begin(unit: Unit, request: pb.ImportAgenciesRequest) -> operations_pb2.Operation:
    if not unit.caller.agencies:
        raise PermissionDenied
    return await unit.operate(import_agencies, request, agency=unit.caller.agencies[0])


@operations
async def import_agencies(
    call: Call, run: Run, request: pb.ImportAgenciesRequest
) -> pb.ImportAgenciesResponse:
    data = await call.files.get(request.file.sha256)
    lines = await call.work(formats.agencies, data)
    await run.progress(0, len(lines))
    new_id = partial(uuid5, uuid5(NAMESPACE_OID, run.name))
    if request.dry_run:
        async with call.read() as view:
            verdicts = imports.judge(lines, await _facts(view), new_id)
    else:
        async with call.unit() as unit:
            await lineage.lock(unit)
            verdicts = imports.judge(lines, await _facts(unit), new_id)
            await _keep(unit, verdicts)
            await run.progress(len(lines), len(lines), unit=unit)
    return report(verdicts, call.language, dry_run=request.dry_run)


async def _facts(unit: ReadUnit) -> Facts:
    day = today(unit)
    below = select(above.c.agency).where(above.c.ancestor.in_(unit.caller.agencies))
    mine = {row.agency for row in await unit.rows(below)}
    rows = await unit.rows(select(Agency.__table__))
    valid = or_(Area.valid_to.is_(None), Area.valid_to > day)
    places = await unit.rows(select(Area.__table__).where(valid))
    return Facts(
        agencies={
            row.code: _known(row, mine=row.id in mine)
            for row in rows
            if row.valid_to is None or row.valid_to > day
        },
        ended={row.code: row.valid_to for row in sorted(rows, key=_end) if row.valid_to},
        areas={row.code: row.id for row in places},
        today=day,
        root=None if rows else unit.caller.agencies[0],
    )


def _end(row: Row[Any]) -> date:
    return row.valid_to or date.max


def _known(row: Row[Any], *, mine: bool) -> Known:
    return Known(
        id=row.id,
        code=row.code,
        title=row.title,
        short=row.short,
        kind=row.kind,
        area=row.area,
        life=Life(row.valid_from, row.valid_to),
        parents=tuple(periods(row.parents)),
        mine=mine,
    )


async def _keep(unit: Unit, verdicts: Sequence[Verdict]) -> None:
    day = today(unit)
    wanted = {outcome: _by_id(verdicts, outcome) for outcome in Outcome}
    new = [
        Agency.found(_said(one), one.parents, unit.now, day, one.id)
        for one in wanted[Outcome.CREATED].values()
    ]
    unit.session.add_all(new)
    changed: list[Agency] = []
    ids = list(wanted[Outcome.CHANGED])
    for start in range(0, len(ids), BATCH):
        there = select(Agency).where(Agency.id.in_(ids[start : start + BATCH]))
        changed += await unit.session.scalars(there)
    for agency in changed:
        one = wanted[Outcome.CHANGED][agency.id]
        agency.describe(replace(_said(one), codes=agency.others))
        if tuple(agency.periods) != one.parents:
            agency.stand(one.parents, day)
    await unit.session.flush()
    if rows := [row for agency in new for row in claims(agency)]:
        await unit.session.execute(insert(codes), rows)
    for agency in (*new, *changed):
        tell(unit, agency)
    await lineage.renew(unit, "agencies", [agency.id for agency in (*new, *changed)], day)


def _by_id(verdicts: Sequence[Verdict], outcome: Outcome) -> Mapping[UUID, Known]:
    return {one.agency.id: one.agency for one in verdicts if one.agency and one.outcome is outcome}


def _said(one: Known) -> Said:
    return Said(
        title=one.title,
        kind=one.kind,
        since=one.life.since,
        code=one.code,
        short=one.short,
        area=one.area,
    )


def report(
    verdicts: Sequence[Verdict], language: str, *, dry_run: bool
) -> pb.ImportAgenciesResponse:
    """What became of each row: those that were refused first, then in the order of the file."""
    count = Counter(one.outcome for one in verdicts)
    shown = sorted(verdicts, key=lambda one: (one.refusal is None, one.line.number))
    return pb.ImportAgenciesResponse(
        created=count[Outcome.CREATED],
        changed=count[Outcome.CHANGED],
        unchanged=count[Outcome.UNCHANGED],
        refused=count[Outcome.REFUSED],
        rows=[_row(one, language) for one in shown[:MOST_ROWS]],
        dry_run=dry_run,
    )


def _row(one: Verdict, language: str) -> pb.ImportAgenciesResponse.Row:
    row = pb.ImportAgenciesResponse.Row(
        row=one.line.number, code=one.line.code[:CODE], outcome=one.outcome
    )
    if one.refusal:
        row.reason = one.refusal.reason
        row.field = str(one.refusal.facts.get("field", "code"))
        row.message = one.refusal.text(language)
    return row
