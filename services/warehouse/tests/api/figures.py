"""A province of three agencies, with indicators that are reported, planned and asked about."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.warehouse.tests import make

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.identity.v1.areas_pb2 import Area
from saola.apis.warehouse.v1 import figures_pb2 as pb
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1 import plans_pb2 as plans
from saola.apis.warehouse.v1.figures_pb2_grpc import FiguresServiceStub
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.directory import areas, copies
from saola.testing.plugin import World

PROVINCE, WARD, COMMUNE = (UUID(int=number) for number in (101, 102, 103))
FIRST, SECOND, THIRD = (UUID(int=number) for number in (11, 12, 13))
CASES, PEOPLE = "CASES", "PEOPLE"
Kind = indicators.Indicator


async def places(world: World) -> None:
    """A province of a ward and a commune, with two agencies in the ward and one in the commune."""
    await make.warehouse(world)
    tree = [(PROVINCE, "14", ""), (WARD, "03646", "p"), (COMMUNE, "03664", "p")]
    told = [
        Area(
            name=f"areas/{id}",
            code=code,
            display_name=f"Địa bàn {code}",
            parent=f"areas/{PROVINCE}" if parent else "",
            valid_from="2025-07-01",
            etag='"1"',
        )
        for id, code, parent in tree
    ]
    below = {FIRST: WARD, SECOND: WARD, THIRD: COMMUNE}
    async with world.unit("warehouse") as unit:
        await areas.keep(unit, told)
        await copies.keep_agencies(unit, [unit_of(id, area) for id, area in below.items()])


def unit_of(id: UUID, area: UUID, revision: int = 1, **more: str) -> Agency:
    return Agency(
        name=make.agency(id),
        code=f"A{id.int}",
        display_name=f"Đơn vị {id.int}",
        kind=Agency.KIND_SERVICE_UNIT,
        area=f"areas/{area}",
        parents=[make.BELOW_ROOT],
        valid_from="2020-01-01",
        etag=f'"{revision}"',
        **more,
    )


async def define(world: World, code: str, aggregation: str = "SUM", **more: Any) -> str:
    asked = Kind(
        code=code,
        title_vi=code,
        field="health",
        aggregation=Kind.Aggregation.Value(f"AGGREGATION_{aggregation}"),
        **{"direction": Kind.DIRECTION_UP, "unit": "ca", **more},
    )
    stub = make.indicators_of(make.steward(world))
    return (await stub.CreateIndicator(indicators.CreateIndicatorRequest(indicator=asked))).name


async def monthly(world: World, **measured: str) -> str:
    """A form by month with an item for each indicator, owed by the three."""
    return await _owed(world, measured, monthly=True)


async def daily(world: World, **measured: str) -> str:
    """The same by day."""
    return await _owed(world, measured, monthly=False)


async def _owed(world: World, measured: Mapping[str, str], *, monthly: bool) -> str:
    items = [
        make.Item(
            code=code,
            label_vi=code,
            value_type=make.forms.Form.VALUE_TYPE_DECIMAL,
            decimals=2,
            indicator=name,
        )
        for code, name in measured.items()
    ]
    form = await make.form(world, *items, monthly=monthly)
    await make.oblige(world, form, FIRST, SECOND, THIRD, since="2024-01-01")
    return form


async def figure(world: World, of: UUID = make.ROOT, **asked: Any) -> observations.Figure:
    stub = make.leader(world, of).asks(ObservationsServiceStub)
    [only] = (await stub.ListFigures(observations.ListFiguresRequest(**asked))).figures
    return only


async def breakdown(world: World, by: str, **asked: Any) -> pb.ListBreakdownResponse:
    stub = make.leader(world).asks(FiguresServiceStub)
    wanted = pb.ListBreakdownRequest.By.Value(f"BY_{by}")
    return await stub.ListBreakdown(pb.ListBreakdownRequest(by=wanted, **asked))


async def plan(world: World, *said: tuple[str, UUID, str, str]) -> plans.SetPlansResponse:
    """By somebody who has just looked."""
    stub = make.steward(world).asks(PlansServiceStub)
    there = (await stub.ListPlans(plans.ListPlansRequest(page_size=1000))).plans
    seen = {(one.indicator, one.agency, one.period): one.etag for one in there}
    wanted = [
        plans.Plan(
            indicator=indicator,
            agency=make.agency(of),
            period=period,
            value=value,
            source="NQ 25/NQ-HĐND",
            etag=seen.get((indicator, make.agency(of), period), ""),
        )
        for indicator, of, period, value in said
    ]
    return await stub.SetPlans(plans.SetPlansRequest(plans=wanted))
