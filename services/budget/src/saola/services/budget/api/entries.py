"""The gRPC face of entries: a message in, a use case or a query, a message out."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from saola.apis.budget.v1 import entries_pb2 as pb
from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import id_of, name_of
from saola.kit.operations import Operations, Run
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.options.v1 import operations_pb2
from saola.periods.local import local_day
from saola.services.budget.domain import imports
from saola.services.budget.domain.entries import Key, Said
from saola.services.budget.domain.imports import Line, Outcome, Verdict
from saola.services.budget.domain.money import Flow, Level, read_day
from saola.services.budget.formats import entries as formats
from saola.services.budget.models.entries import Entry
from saola.services.budget.queries import entries as queries
from saola.services.budget.usecases import entries as usecases

MOST_ROWS = 1000
operations = Operations()
entries = Api(pb.DESCRIPTOR.services_by_name["EntriesService"])


@entries
async def GetEntry(unit: ReadUnit, request: pb.GetEntryRequest) -> pb.Entry:
    return to_pb(await queries.entry(unit, request.name))


@entries
async def ListEntries(unit: ReadUnit, request: pb.ListEntriesRequest) -> pb.ListEntriesResponse:
    asked = queries.Asked(
        agency=request.agency,
        flow=flow(request.flow, "flow") if request.flow else None,
        chapter=request.chapter,
        words=request.query,
        first=_day(request.first_day, "first_day"),
        end=_day(request.end_day, "end_day"),
        ascending=request.ascending,
        by_amount=request.by_amount,
    )
    rows, token = await queries.listed(unit, request.page_size, request.page_token, asked)
    return pb.ListEntriesResponse(entries=map(to_pb, rows), next_page_token=token)


@entries
async def RecordEntries(unit: Unit, request: pb.RecordEntriesRequest) -> pb.RecordEntriesResponse:
    asked = [
        usecases.Asked(id_of("agencies", one.agency), said(one, f"entries[{row}]."))
        for row, one in enumerate(request.entries)
    ]
    made = await usecases.record(unit, asked)
    return pb.RecordEntriesResponse(entries=map(to_pb, made))


@entries
async def CorrectEntry(unit: Unit, request: pb.CorrectEntryRequest) -> pb.Entry:
    entry = await usecases.correct(unit, request.name, request.etag, request.amount, request.reason)
    return to_pb(entry)


@entries
async def ImportEntries(unit: Unit, request: pb.ImportEntriesRequest) -> operations_pb2.Operation:
    await unit.files.find(request.file.sha256)
    return await unit.operate(import_entries, request, agency=id_of("agencies", request.agency))


@operations
async def import_entries(
    call: Call, run: Run, request: pb.ImportEntriesRequest
) -> pb.ImportEntriesResponse:
    """A file is judged whole and kept whole, in one transaction or not at all.

    So a run that is killed has kept nothing, a second one finds everything unchanged, and a dry
    run is the same up to the last step.
    """
    agency = id_of("agencies", request.agency)
    data = await call.files.get(request.file.sha256)
    lines = await call.work(formats.read, data)
    await run.progress(0, len(lines))
    today = local_day(call.now)
    if request.dry_run:
        async with call.read() as view:
            known = await _known(view, request.agency, lines)
        verdicts = await call.work(imports.judge, lines, known, today)
    else:
        async with call.unit() as unit:
            await queries.lock(unit, agency)  # nobody records for it until this unit ends
            known = await _known(unit, request.agency, lines)
            verdicts = await call.work(imports.judge, lines, known, today)
            await usecases.take_over(unit, agency, verdicts, request.file.file_name or "import")
            await run.progress(len(lines), len(lines), unit=unit)
    return report(verdicts, call.language, dry_run=request.dry_run)


async def _known(unit: ReadUnit, agency: str, lines: Sequence[Line]) -> dict[Key, imports.Known]:
    first, last = imports.span(lines)
    return dict(await queries.between(unit, id_of("agencies", agency), first, last))


def report(
    verdicts: Sequence[Verdict], language: str, *, dry_run: bool
) -> pb.ImportEntriesResponse:
    """What became of each row: those that were refused first, then in the order of the file."""
    count = Counter(one.outcome for one in verdicts)
    shown = sorted(verdicts, key=lambda one: (one.refusal is None, one.line))
    return pb.ImportEntriesResponse(
        recorded=count[Outcome.RECORDED],
        corrected=count[Outcome.CORRECTED],
        unchanged=count[Outcome.UNCHANGED],
        refused=count[Outcome.REFUSED],
        rows=[_row(one, language) for one in shown[:MOST_ROWS]],
        dry_run=dry_run,
    )


def said(entry: pb.Entry, field: str) -> Said:
    """What is asked for, in the words of the domain."""
    key = Key(
        read_day(entry.day, f"{field}day"),
        flow(entry.flow, f"{field}flow"),
        entry.chapter,
        entry.sector,
        entry.item,
        level(entry.level, f"{field}level"),
        entry.area,
        entry.document,
    )
    return Said(key, entry.amount)


def to_pb(row: Entry | Row[Any]) -> pb.Entry:
    return pb.Entry(
        name=name_of("entries", row.id),
        agency=name_of("agencies", row.agency),
        day=row.day.isoformat(),
        flow=flow_pb(row.flow),
        chapter=row.chapter,
        sector=row.sector,
        item=row.item,
        level=level_pb(row.level),
        area=row.area,
        document=row.document,
        amount=row.amount,
        create_time=stamp(row.created_at),
        supersedes=name_of("entries", row.supersedes) if row.supersedes else "",
        supersede_time=stamp(row.superseded_at) if row.superseded_at else None,
        reason=row.reason,
        etag=etag_of(row.version),
    )


def _row(one: Verdict, language: str) -> pb.ImportEntriesResponse.Row:
    row = pb.ImportEntriesResponse.Row(row=one.line, outcome=one.outcome)
    if one.refusal:
        row.reason = one.refusal.reason
        row.field = str(one.refusal.facts.get("field", ""))
        row.message = one.refusal.text(language)
    return row


def _day(text: str, field: str) -> date | None:
    return read_day(text, field) if text else None


def flow(said: pb.Flow.ValueType, field: str) -> Flow:
    try:
        return Flow[pb.Flow.Name(said).removeprefix("FLOW_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field=field) from error


def flow_pb(said: Flow) -> pb.Flow.ValueType:
    return pb.Flow.Value(f"FLOW_{said.name}")


def level(said: pb.BudgetLevel.ValueType, field: str) -> Level:
    try:
        return Level[pb.BudgetLevel.Name(said).removeprefix("BUDGET_LEVEL_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field=field) from error


def level_pb(said: Level) -> pb.BudgetLevel.ValueType:
    return pb.BudgetLevel.Value(f"BUDGET_LEVEL_{said.name}")
