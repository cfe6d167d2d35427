"""The RPCs of agencies, and the operation that reads a file of them."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from uuid import NAMESPACE_OID, uuid5

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.directory import lineage
from saola.directory.copies import today
from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.errors import InvalidField, MissingField, PermissionDenied
from saola.kit.names import id_of
from saola.kit.operations import Operations, Run
from saola.kit.rpc import Api
from saola.options.v1 import operations_pb2
from saola.services.identity import formats
from saola.services.identity.domain import agencies as domain
from saola.services.identity.domain import imports
from saola.services.identity.domain.agencies import LOCAL_SCHEME, Code, Kind, Said
from saola.services.identity.domain.imports import Outcome, Verdict
from saola.services.identity.queries import agencies as queries
from saola.services.identity.usecases import agencies as usecases
from saola.services.identity.usecases.agencies import told

agencies = Api(pb.DESCRIPTOR.services_by_name["AgenciesService"])
operations = Operations()
MOST_ROWS, CODE = 1000, 60  # in a report: rows, and letters of a code


@agencies
async def GetAgency(unit: ReadUnit, request: pb.GetAgencyRequest) -> pb.Agency:
    return told(await queries.agency(unit, request.name))


@agencies
async def ListAgencies(unit: ReadUnit, request: pb.ListAgenciesRequest) -> pb.ListAgenciesResponse:
    wanted = queries.Wanted(
        words=request.query,
        parent=request.parent,
        code=request.code,
        on=None if request.show_closed else domain.day(request.on, "on", today(unit)),
    )
    rows, token = await queries.agencies(unit, request.page_size, request.page_token, wanted)
    return pb.ListAgenciesResponse(agencies=map(told, rows), next_page_token=token)


@agencies
async def CreateAgency(unit: Unit, request: pb.CreateAgencyRequest) -> pb.Agency:
    return told(await usecases.create(unit, _said(unit, request.agency), request.agency.parent))


@agencies
async def UpdateAgency(unit: Unit, request: pb.UpdateAgencyRequest) -> pb.Agency:
    agency = request.agency
    etag = _sent(agency.etag, "agency.etag")
    name = _sent(agency.name, "agency.name")
    return told(await usecases.update(unit, name, etag, _said(unit, agency)))


@agencies
async def MoveAgency(unit: Unit, request: pb.MoveAgencyRequest) -> pb.Agency:
    since = domain.day(request.valid_from, "valid_from", today(unit))
    return told(await usecases.move(unit, request.name, request.etag, request.parent, since))


@agencies
async def CloseAgency(unit: Unit, request: pb.CloseAgencyRequest) -> pb.Agency:
    end = domain.day(request.valid_to, "valid_to", today(unit))
    return told(await usecases.close(unit, request.name, request.etag, end, request.successor))


@agencies
async def ImportAgencies(unit: Unit, request: pb.ImportAgenciesRequest) -> operations_pb2.Operation:
    if not unit.caller.agencies:
        raise PermissionDenied
    return await unit.operate(import_agencies, request, agency=unit.caller.agencies[0])


@operations
async def import_agencies(
    call: Call, run: Run, request: pb.ImportAgenciesRequest
) -> pb.ImportAgenciesResponse:
    """A file is judged whole and kept whole, in one transaction or not at all.

    So a run that is killed has kept nothing, a second one finds everything unchanged, and a dry
    run is the same up to the last step.
    """
    data = await call.files.get(request.file.sha256)
    lines = await call.work(formats.agencies, data)
    await run.progress(0, len(lines))
    new_id = partial(uuid5, uuid5(NAMESPACE_OID, run.name))
    if request.dry_run:
        async with call.read() as view:
            facts = await queries.facts(view)
        verdicts = await call.work(imports.judge, lines, facts, new_id)
    else:
        async with call.unit() as unit:
            await lineage.lock(unit)
            facts = await queries.facts(unit)  # and nobody changes them until this unit ends
            verdicts = await call.work(imports.judge, lines, facts, new_id)
            await usecases.take_over(unit, verdicts)
            await run.progress(len(lines), len(lines), unit=unit)
    return report(verdicts, call.language, dry_run=request.dry_run)


def _said(unit: Unit, agency: pb.Agency) -> Said:
    since = domain.day(agency.valid_from, "agency.valid_from", today(unit))
    if agency.kind not in pb.Agency.Kind.values() or not agency.kind:
        raise InvalidField(field="agency.kind")
    return Said(
        title=agency.display_name,
        kind=Kind[pb.Agency.Kind.Name(agency.kind).removeprefix("KIND_")],
        since=since,
        code=agency.code,
        short=agency.short_name,
        area=id_of("areas", agency.area) if agency.area else None,
        codes=[
            Code(
                one.scheme,
                one.code,
                domain.day(one.valid_from, f"agency.codes[{n}].valid_from", since),
                domain.day(one.valid_to, f"agency.codes[{n}].valid_to") if one.valid_to else None,
            )
            for n, one in enumerate(agency.codes)
            if one.scheme != LOCAL_SCHEME  # that one follows from `code`
        ],
    )


def _sent(value: str, field: str) -> str:
    if not value:
        raise MissingField(field=field)
    return value


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
