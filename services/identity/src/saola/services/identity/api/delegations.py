"""The RPCs of delegations."""

from typing import Any

from sqlalchemy import Row

from saola.apis.identity.v1 import delegations_pb2 as pb
from saola.directory.copies import today
from saola.kit.call import ReadUnit, Unit
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.identity.domain.agencies import day
from saola.services.identity.domain.delegations import Term
from saola.services.identity.models.delegations import Delegation
from saola.services.identity.queries import delegations as queries
from saola.services.identity.usecases import delegations as usecases
from saola.services.identity.usecases.delegations import Asked

delegations = Api(pb.DESCRIPTOR.services_by_name["DelegationsService"])


@delegations
async def ListDelegations(
    unit: ReadUnit, request: pb.ListDelegationsRequest
) -> pb.ListDelegationsResponse:
    rows, token = await queries.newest(
        unit, request.page_size, request.page_token, request.official, request.agency
    )
    told = (_told(unit, row) for row in rows)
    return pb.ListDelegationsResponse(delegations=told, next_page_token=token)


@delegations
async def CreateDelegation(unit: Unit, request: pb.CreateDelegationRequest) -> pb.Delegation:
    asked = request.delegation
    term = Term(
        day(asked.valid_from, "delegation.valid_from"), day(asked.valid_to, "delegation.valid_to")
    )
    wanted = Asked(
        asked.official,
        asked.deputy,
        asked.agency,
        asked.title,
        tuple(asked.roles),
        term,
        asked.reason,
    )
    return _told(unit, await usecases.create(unit, wanted))


@delegations
async def EndDelegation(unit: Unit, request: pb.EndDelegationRequest) -> pb.Delegation:
    return _told(unit, await usecases.end(unit, request.name, request.etag))


def _told(unit: ReadUnit, row: Delegation | Row[Any]) -> pb.Delegation:
    state = Term(row.valid_from, row.valid_to).state(today(unit))
    return pb.Delegation(
        name=name_of("delegations", row.id),
        official=name_of("officials", row.official),
        deputy=name_of("officials", row.deputy),
        agency=name_of("agencies", row.agency),
        title=row.title,
        roles=row.roles,
        valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat(),
        reason=row.reason,
        state=pb.Delegation.State.Value(f"STATE_{state.name}"),
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
    )
