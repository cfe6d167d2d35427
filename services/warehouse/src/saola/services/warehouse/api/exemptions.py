"""The gRPC face of exemptions: a message in, a use case or a query, a message out."""

from datetime import UTC
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import exemptions_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField, MissingField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.warehouse.domain.periods import read_day
from saola.services.warehouse.models.exemptions import Exemption
from saola.services.warehouse.queries import exemptions as queries
from saola.services.warehouse.usecases import exemptions as usecases
from saola.services.warehouse.usecases.exemptions import many

MOST_AT_ONCE = 5000
exemptions = Api(pb.DESCRIPTOR.services_by_name["ExemptionsService"])


@exemptions
async def GetExemption(unit: ReadUnit, request: pb.GetExemptionRequest) -> pb.Exemption:
    return to_pb(await queries.exemption(unit, request.name))


@exemptions
async def ListExemptions(
    unit: ReadUnit, request: pb.ListExemptionsRequest
) -> pb.ListExemptionsResponse:
    as_of = request.as_of.ToDatetime(UTC) if request.HasField("as_of") else None
    asked = queries.Asked(
        request.agency,
        request.form,
        request.show_revoked,
        as_of,
        request.show_general,
        request.query,
    )
    found = await queries.newest(unit, request.page_size, request.page_token, asked)
    called = await queries.called(unit, [row.id for row in found.rows])
    return pb.ListExemptionsResponse(
        exemptions=[listed_to_pb(row, called[row.id]) for row in found.rows],
        next_page_token=found.token,
        total_size=found.total,
    )


@exemptions
async def CreateExemption(unit: Unit, request: pb.CreateExemptionRequest) -> pb.Exemption:
    asked = request.exemption
    days = (
        read_day(asked.valid_from, "exemption.valid_from"),
        read_day(asked.valid_to, "exemption.valid_to"),
    )
    return to_pb(await usecases.exempt(unit, asked.agency, asked.form, days, asked.reason))


@exemptions
async def CreateExemptions(
    unit: Unit, request: pb.CreateExemptionsRequest
) -> pb.CreateExemptionsResponse:
    if not request.agencies:
        raise MissingField(field="agencies")
    if len(request.agencies) * max(1, len(request.forms)) > MOST_AT_ONCE:
        raise InvalidField(field="agencies")
    days = read_day(request.valid_from, "valid_from"), read_day(request.valid_to, "valid_to")
    exempted = await many.exempt(unit, request.agencies, request.forms, days, request.reason)
    made = map(to_pb, exempted.made)
    return pb.CreateExemptionsResponse(exemptions=made, kept=exempted.kept)


@exemptions
async def RevokeExemption(unit: Unit, request: pb.RevokeExemptionRequest) -> pb.Exemption:
    return to_pb(await usecases.revoke(unit, request.name, request.etag, request.reason))


def to_pb(row: Exemption | Row[Any]) -> pb.Exemption:
    return pb.Exemption(
        name=name_of("exemptions", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form) if row.form else "",
        valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat(),
        reason=row.reason,
        create_time=stamp(row.created_at),
        creator=name_of("officials", row.creator),
        revoke_time=stamp(row.revoked_at) if row.revoked_at else None,
        revoker=name_of("officials", row.revoker) if row.revoker else "",
        revoke_reason=row.revoke_reason,
        etag=etag_of(row.version),
    )


def listed_to_pb(row: Row[Any], called: Row[Any]) -> pb.Exemption:
    listed = to_pb(row)
    listed.agency_title = called.title or ""
    listed.form_code = called.code or ""
    listed.form_title_vi = called.title_vi or ""
    listed.form_title_en = called.title_en or ""
    return listed
