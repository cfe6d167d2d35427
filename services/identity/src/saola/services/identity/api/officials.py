"""The RPCs of officials."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from saola.apis.identity.v1 import officials_pb2 as pb
from saola.directory.copies import today
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import MissingField
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.identity.domain.agencies import day
from saola.services.identity.domain.officials import Held, Said
from saola.services.identity.models.officials import Official, state
from saola.services.identity.queries import officials as queries
from saola.services.identity.usecases import officials as usecases
from saola.services.identity.usecases.officials import Seen

officials = Api(pb.DESCRIPTOR.services_by_name["OfficialsService"])


@officials
async def GetOfficial(unit: ReadUnit, request: pb.GetOfficialRequest) -> pb.Official:
    return told(*await queries.official(unit, request.name))


@officials
async def GetMe(unit: ReadUnit, request: pb.GetMeRequest) -> pb.Official:
    found = await queries.me(unit)
    if found:
        return told(*found)
    caller = unit.caller  # who stands in Keycloak only is what the token says
    return pb.Official(
        name=f"officials/{caller.id}",
        positions=[
            pb.Official.Position(agency=name_of("agencies", one)) for one in caller.agencies
        ],
        roles=sorted(caller.roles),
        state=pb.Official.STATE_ACTIVE,
    )


@officials
async def ListOfficials(
    unit: ReadUnit, request: pb.ListOfficialsRequest
) -> pb.ListOfficialsResponse:
    found, token = await queries.officials(
        unit, request.page_size, request.page_token, words=request.query, agency=request.agency
    )
    return pb.ListOfficialsResponse(officials=[told(*one) for one in found], next_page_token=token)


@officials
async def CreateOfficial(unit: Unit, request: pb.CreateOfficialRequest) -> pb.Official:
    official = request.official
    return _seen(
        await usecases.create(
            unit, official.user_name, _said(unit, official), request.initial_password
        )
    )


@officials
async def UpdateOfficial(unit: Unit, request: pb.UpdateOfficialRequest) -> pb.Official:
    official = request.official
    for field in ("name", "etag"):
        if not getattr(official, field):
            raise MissingField(field=f"official.{field}")
    return _seen(await usecases.change(unit, official.name, official.etag, _said(unit, official)))


@officials
async def DisableOfficial(unit: Unit, request: pb.DisableOfficialRequest) -> pb.Official:
    return _seen(await usecases.disable(unit, request.name, request.etag))


def _said(unit: Unit, official: pb.Official) -> Said:
    positions = [
        _held(unit, one, f"official.positions[{n}]") for n, one in enumerate(official.positions)
    ]
    roles, phone = tuple(official.roles), official.phone
    return Said(official.full_name, official.email, roles, tuple(positions), phone)


def _held(unit: Unit, position: pb.Official.Position, field: str) -> Held:
    if not position.agency:
        raise MissingField(field=f"{field}.agency")
    return Held(
        agency=id_of("agencies", position.agency),
        title=position.title,
        since=day(position.valid_from, f"{field}.valid_from", today(unit)),
        until=day(position.valid_to, f"{field}.valid_to") if position.valid_to else None,
        signs=position.signs,
    )


def _seen(seen: Seen) -> pb.Official:
    return told(seen.official, seen.positions)


def told(official: Official | Row[Any], positions: Sequence[Held]) -> pb.Official:
    return pb.Official(
        name=name_of("officials", official.id),
        user_name=official.user_name,
        full_name=official.full_name,
        email=official.email,
        phone=official.phone,
        positions=[
            pb.Official.Position(
                agency=name_of("agencies", one.agency),
                title=one.title,
                valid_from=one.since.isoformat(),
                valid_to=one.until.isoformat() if one.until else "",
                signs=one.signs,
            )
            for one in positions
        ],
        roles=official.roles,
        state=pb.Official.State.Value(f"STATE_{state(official).name}"),
        create_time=stamp(official.created_at),
        etag=etag_of(official.version),
    )
