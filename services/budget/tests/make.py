"""What the tests of the budget are made of."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from saola.apis.budget.v1 import allocations_pb2 as allocations
from saola.apis.budget.v1 import entries_pb2 as pb
from saola.apis.budget.v1 import projects_pb2 as projects
from saola.apis.budget.v1.allocations_pb2_grpc import AllocationsServiceStub
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.apis.budget.v1.execution_pb2_grpc import ExecutionServiceStub
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.directory import copies
from saola.services.budget.app import app
from saola.testing.plugin import Person, World

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.budget.v1.allocations_pb2_grpc import AllocationsServiceAsyncStub
    from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceAsyncStub
    from saola.apis.budget.v1.execution_pb2_grpc import ExecutionServiceAsyncStub
    from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceAsyncStub

ROOT, FINANCE, ROADS = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {ROOT: "UBND tỉnh", FINANCE: "Sở Tài chính", ROADS: "Ban QLDA giao thông"}
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)  # a Friday, 12:00 in Vietnam
TODAY = "2026-11-20"


async def budget(world: World) -> None:
    """The service, in a province with two departments, at noon."""
    world.now = NOON
    await world.run(app)
    await know(world, "budget")


async def know(world: World, service: str) -> None:
    """The service knows the agencies."""
    below = Agency.Parent(agency=agency(ROOT), valid_from="2020-01-01")
    told = [
        Agency(
            name=agency(id),
            code=f"A{id.int}",
            display_name=title,
            kind=Agency.KIND_DEPARTMENT,
            parents=[] if id == ROOT else [below],
            valid_from="2020-01-01",
            etag='"1"',
        )
        for id, title in NAMES.items()
    ]
    async with world.unit(service) as unit:
        await copies.keep_agencies(unit, told)


def agency(id: UUID) -> str:
    return f"agencies/{id}"


def reporter(world: World, of: UUID = FINANCE) -> Person:
    return world.person(f"reporter-{of.int}", "reporter", of=of)


def entries(world: World, of: UUID = FINANCE) -> "EntriesServiceAsyncStub":
    return reporter(world, of).asks(EntriesServiceStub)


def execution(world: World, of: UUID = FINANCE) -> "ExecutionServiceAsyncStub":
    return reporter(world, of).asks(ExecutionServiceStub)


def plan(world: World, of: UUID = FINANCE) -> "AllocationsServiceAsyncStub":
    return reporter(world, of).asks(AllocationsServiceStub)


def works(world: World, of: UUID = ROADS) -> "ProjectsServiceAsyncStub":
    return reporter(world, of).asks(ProjectsServiceStub)


def revenue(document: str = "CT-1", amount: int = 1_500_000, **more: str) -> pb.Entry:
    said = {"agency": agency(FINANCE), "day": TODAY, "chapter": "018", "item": "1701"} | more
    return pb.Entry(
        **said,
        flow=pb.FLOW_REVENUE,
        level=pb.BUDGET_LEVEL_PROVINCE,
        document=document,
        amount=amount,
    )


def spending(document: str = "CT-9", amount: int = 700_000, **more: str) -> pb.Entry:
    said = {"agency": agency(FINANCE), "day": TODAY, "chapter": "018", "item": "6001"} | more
    return pb.Entry(
        **said,
        flow=pb.FLOW_EXPENDITURE,
        sector="341",
        level=pb.BUDGET_LEVEL_PROVINCE,
        document=document,
        amount=amount,
    )


async def record(world: World, *lines: pb.Entry, once: str = "") -> list[pb.Entry]:
    asked = pb.RecordEntriesRequest(entries=lines, request_id=once)
    return list((await entries(world).RecordEntries(asked)).entries)


def decided(amount: int, day: str = "2026-01-05", **more: str) -> allocations.Allocation:
    said = {"group": "domestic", "document": "QD-01", "chapter": "018"} | more
    return allocations.Allocation(
        **said,
        agency=agency(FINANCE),
        year=2026,
        flow=pb.FLOW_REVENUE,
        level=pb.BUDGET_LEVEL_PROVINCE,
        day=day,
        amount=amount,
    )


def road(code: str = "DA-01", last_day: str = "2027-06-30", **more: str) -> projects.Project:
    return projects.Project(
        agency=agency(ROADS),
        code=code,
        title="Nâng cấp đường tỉnh 110",
        total=95_000_000_000,
        first_day="2025-01-01",
        last_day=last_day,
        **more,
    )
