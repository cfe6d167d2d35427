"""The RPCs of agencies."""

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.directory.copies import today
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField, MissingField
from saola.kit.names import id_of
from saola.kit.rpc import Api
from saola.options.v1 import operations_pb2
from saola.services.identity.domain import agencies as domain
from saola.services.identity.domain.agencies import LOCAL_SCHEME, Code, Kind, Said
from saola.services.identity.queries import agencies as queries
from saola.services.identity.usecases import agencies as usecases
from saola.services.identity.usecases import imports
from saola.services.identity.usecases.agencies import told

agencies = Api(pb.DESCRIPTOR.services_by_name["AgenciesService"])


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
    return await imports.begin(unit, request)


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
