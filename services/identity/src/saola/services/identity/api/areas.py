"""The RPCs of areas."""

from decimal import Decimal

from saola.apis.identity.v1 import areas_pb2 as pb
from saola.directory.copies import today
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import MissingField
from saola.kit.rpc import Api
from saola.services.identity.domain.agencies import day
from saola.services.identity.queries import areas as queries
from saola.services.identity.usecases import areas as usecases
from saola.services.identity.usecases.areas import Said, told

areas = Api(pb.DESCRIPTOR.services_by_name["AreasService"])


@areas
async def GetArea(unit: ReadUnit, request: pb.GetAreaRequest) -> pb.Area:
    return told(await queries.area(unit, request.name))


@areas
async def ListAreas(unit: ReadUnit, request: pb.ListAreasRequest) -> pb.ListAreasResponse:
    rows, token = await queries.areas(
        unit, request.page_size, request.page_token, words=request.query, parent=request.parent
    )
    return pb.ListAreasResponse(areas=map(told, rows), next_page_token=token)


@areas
async def CreateArea(unit: Unit, request: pb.CreateAreaRequest) -> pb.Area:
    area = request.area
    return told(await usecases.create(unit, area.code, area.parent, _said(unit, area)))


@areas
async def UpdateArea(unit: Unit, request: pb.UpdateAreaRequest) -> pb.Area:
    area = request.area
    for field in ("name", "etag"):
        if not getattr(area, field):
            raise MissingField(field=f"area.{field}")
    return told(await usecases.update(unit, area.name, area.etag, _said(unit, area)))


def _said(unit: Unit, area: pb.Area) -> Said:
    return Said(
        title=area.display_name,
        since=day(area.valid_from, "area.valid_from", today(unit)),
        until=day(area.valid_to, "area.valid_to") if area.valid_to else None,
        latitude=Decimal(repr(area.latitude)),
        longitude=Decimal(repr(area.longitude)),
        square_kilometres=Decimal(repr(area.square_kilometres)),
    )
