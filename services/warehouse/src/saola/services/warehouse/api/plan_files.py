"""The gRPC face of files of plans: a message in, a use case or a query, a message out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from saola.apis.warehouse.v1 import plan_files_pb2 as pb
from saola.kit.call import Call, Unit
from saola.kit.errors import DomainError, InvalidField
from saola.kit.names import id_of
from saola.kit.operations import Run
from saola.kit.rpc import Api
from saola.options.v1 import files_pb2, operations_pb2
from saola.services.warehouse.api.submissions import WORKBOOK, operations
from saola.services.warehouse.api.tables import PLACE, TABLE
from saola.services.warehouse.domain.plan_templates import Wanted
from saola.services.warehouse.domain.plans import Outcome
from saola.services.warehouse.formats import plan_files as formats
from saola.services.warehouse.formats import plan_heads
from saola.services.warehouse.formats import plan_templates as templates
from saola.services.warehouse.formats.plan_files import Reading
from saola.services.warehouse.queries import plan_files as queries
from saola.services.warehouse.queries.plan_files import codes
from saola.services.warehouse.usecases.plans import settling as usecases

MOST_REFUSALS = 1000
Flaws = Mapping[int, DomainError]
plan_files = Api(pb.DESCRIPTOR.services_by_name["PlanFilesService"])


@plan_files
async def RenderPlans(unit: Unit, request: pb.RenderPlansRequest) -> files_pb2.File:
    call, language = unit.call, request.language or unit.language
    if language not in plan_heads.HEADS:
        raise InvalidField(field="language")
    wanted = Wanted.read(
        request.agency, request.year, request.period_type, request.indicator, request.field
    )
    async with call.read() as reading:
        lines = await queries.lines(reading, wanted)
    plain = request.kind == pb.RenderPlansRequest.KIND_TABLE
    data = await call.work(templates.drawn, lines, language, plain=plain)
    return await call.files.put(
        data,
        agency=wanted.agency,
        media_type=TABLE.media_type if plain else WORKBOOK,
        file_name=f"ke-hoach_{wanted.year}.{'csv' if plain else 'xlsx'}",
    )


@plan_files
async def ImportPlans(unit: Unit, request: pb.ImportPlansRequest) -> operations_pb2.Operation:
    await unit.files.find(request.file.sha256)
    return await unit.operate(import_plans, request, agency=id_of("agencies", request.agency))


@operations
async def import_plans(
    call: Call, run: Run, request: pb.ImportPlansRequest
) -> pb.ImportPlansResponse:
    """What can be kept is kept in one transaction, with what became of it: a second go after that
    says what the first would have said."""
    data = await call.files.get(request.file.sha256)
    async with call.read() as unit:
        known = await codes.known(unit, request.indicator, request.source)
    reading = await call.work(formats.read, data, known)
    said, total = reading.verdict.plans, reading.verdict.received
    await run.progress(0, total)
    if request.dry_run:
        async with call.read() as unit:
            outcomes = await usecases.foresee(unit, [*said.values()])
        run.state |= _kept(said, outcomes)
    elif "stored" not in run.state:
        async with call.unit() as unit:
            outcomes = await usecases.settle(unit, [*said.values()])
            run.state |= _kept(said, outcomes)
            await run.progress(total, total, unit=unit)
    meanwhile = {row: reading.meanwhile(row) for row in run.state["stale"]}
    return await _report(call, run, request, reading, reading.verdict.flaws | meanwhile)


def _kept(said: Iterable[int], outcomes: Sequence[Outcome]) -> Mapping[str, Any]:
    """How many were stored, and which lines were stale."""
    became = zip(said, outcomes, strict=True)
    stale = [row for row, outcome in became if outcome is Outcome.STALE]
    return {"stored": outcomes.count(Outcome.STORED), "stale": stale}


async def _report(
    call: Call, run: Run, request: pb.ImportPlansRequest, reading: Reading, flaws: Flaws
) -> pb.ImportPlansResponse:
    received, stored, language = reading.verdict.received, run.state["stored"], call.language
    response = pb.ImportPlansResponse(
        received=received,
        stored=stored,
        unchanged=received - stored - len(flaws),
        refused=len(flaws),
        dry_run=request.dry_run,
    )
    for row, flaw in sorted(flaws.items())[:MOST_REFUSALS]:
        place = PLACE.fullmatch(str(flaw.facts.get("field", "")))
        column = reading.heads.get(place[1], "") if place else ""
        response.refusals.add(
            row=row, column=column, reason=flaw.reason, message=flaw.text(language)
        )
    if flaws:
        response.marked.CopyFrom(await _marked(call, request, flaws))
    return response


async def _marked(call: Call, request: pb.ImportPlansRequest, flaws: Flaws) -> files_pb2.File:
    """The lines that were not taken."""
    file, language = await call.files.get(request.file.sha256), call.language
    why = {row: flaw.text(language) for row, flaw in flaws.items()}
    return await call.files.put(
        await call.work(formats.wrong_rows, file, why, language),
        agency=id_of("agencies", request.agency),
        media_type=WORKBOOK if formats.is_workbook(file) else TABLE.media_type,
        file_name=request.file.file_name or "ke-hoach",
    )
