"""The gRPC face of plans: a message in, a use case or a query, a message out."""

from datetime import UTC
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import plans_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.names import name_of
from saola.kit.numbers import plain
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.services.warehouse.domain.plans import Held, Plan, Written, read
from saola.services.warehouse.queries import plans as queries
from saola.services.warehouse.queries.plans import Asked
from saola.services.warehouse.usecases import plans as usecases

plans = Api(pb.DESCRIPTOR.services_by_name["PlansService"])


@plans
async def ListPlans(unit: ReadUnit, request: pb.ListPlansRequest) -> pb.ListPlansResponse:
    asked = Asked(
        request.indicator,
        request.agency,
        request.period,
        request.as_of.ToDatetime(UTC) if request.HasField("as_of") else None,
        request.show_former,
    )
    rows, token = await queries.latest(unit, request.page_size, request.page_token, asked)
    return pb.ListPlansResponse(plans=map(to_pb, rows), next_page_token=token)


@plans
async def SetPlans(unit: Unit, request: pb.SetPlansRequest) -> pb.SetPlansResponse:
    kept = await usecases.plan(
        unit, [_said(plan, f"plans[{row}]") for row, plan in enumerate(request.plans)]
    )
    return pb.SetPlansResponse(stored=kept.stored, unchanged=kept.unchanged)


def _said(plan: pb.Plan, field: str) -> Plan:
    written = Written(plan.indicator, plan.agency, plan.period, plan.value, plan.source, plan.etag)
    return read(written, field)


def to_pb(row: Row[Any]) -> pb.Plan:
    return pb.Plan(
        name=name_of("plans", row.id),
        indicator=name_of("indicators", row.indicator),
        agency=name_of("agencies", row.agency),
        period=row.period,
        value="" if row.value is None else plain(row.value),
        source=row.source,
        record_time=stamp(row.recorded_at),
        supersede_time=stamp(row.superseded_at) if row.superseded_at else None,
        recorder=name_of("officials", row.recorder),
        agency_title=row.title or "",
        etag="" if row.superseded_at else Held(row.id, row.value, row.source).etag,
    )
