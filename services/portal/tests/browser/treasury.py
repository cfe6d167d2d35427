"""A province whose finance department keeps the budget in the browser."""

from dataclasses import dataclass
from uuid import UUID

from services.budget.tests import make
from services.identity.tests import make as identity
from services.portal.tests import realm

from saola.apis.budget.v1 import allocations_pb2 as allocations
from saola.apis.budget.v1 import entries_pb2 as entries
from saola.apis.budget.v1 import projects_pb2 as projects
from saola.apis.budget.v1.allocations_pb2_grpc import AllocationsServiceStub
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.apis.identity.v1.agencies_pb2 import CreateAgencyRequest
from saola.apis.identity.v1.areas_pb2 import Area, CreateAreaRequest
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.testing.plugin import Person, World

BILLION = 10**9
AREA = "03646"


@dataclass(frozen=True)
class Treasury:
    """`hoa` records for the finance department, `chair` reads all."""

    world: World
    address: str
    top: UUID
    finance: UUID

    @property
    def hoa(self) -> Person:
        return self.world.person("hoa", "reporter", of=self.finance)


async def treasury(world: World) -> Treasury:
    world.now = make.NOON
    await world.run(identity.app, make.app)
    agencies = identity.directory(world)
    top = await agencies.CreateAgency(
        CreateAgencyRequest(agency=identity.agency("T", title="UBND tỉnh"))
    )
    finance = await agencies.CreateAgency(
        CreateAgencyRequest(agency=identity.agency("STC", top.name, "Sở Tài chính"))
    )
    areas = world.person("mai", "administrator", of=identity.id_in(top.name)).asks(AreasServiceStub)
    commune = Area(code=AREA, display_name="Phường Chiềng An", valid_from="2020-01-01")
    await areas.CreateArea(CreateAreaRequest(area=commune))
    await world.settle()
    ids = identity.id_in(top.name), identity.id_in(finance.name)
    people = world.site.issuer.realm.people
    people["hoa"] = {
        "name": "Quàng Thị Hoa",
        "roles": ["reporter"],
        "positions": [f"{ids[1]}|official"],
    }
    people["chair"] = {
        "name": "Nguyễn Thị Chung",
        "roles": ["leader"],
        "positions": [f"{ids[0]}|chairman"],
    }
    people["root"] = people["chair"] | {"roles": ["administrator"]}
    return Treasury(world, await realm.portal(world), *ids)


async def busy(site: Treasury, count: int = 60) -> None:
    """A year of a budget: a plan that was adjusted, entries of some pages, three projects."""
    owner = make.agency(site.finance)
    plan = [
        make.decided(1_200 * BILLION),
        make.decided(-80 * BILLION, "2026-06-15", document="QĐ-118/UBND"),
        make.decided(60 * BILLION, group="customs"),
    ]
    spent = make.decided(900 * BILLION, group="recurrent")
    spent.flow = entries.FLOW_EXPENDITURE
    for one in (*plan, spent):
        one.agency = owner
    asked = allocations.RecordAllocationsRequest(allocations=[*plan, spent])
    await site.hoa.asks(AllocationsServiceStub).RecordAllocations(asked)
    lines = [
        make.revenue(f"CT-{at:03}", (at % 7 + 1) * 4 * BILLION, area=AREA if at % 2 else "")
        for at in range(count)
    ]
    lines += [make.revenue("XK-1", 21 * BILLION, item="1702", chapter="019")]
    lines += [make.spending(f"CH-{at}", 90 * BILLION + at) for at in range(5)]
    for line in lines:
        line.agency = owner
    await site.hoa.asks(EntriesServiceStub).RecordEntries(
        entries.RecordEntriesRequest(entries=lines)
    )
    await _projects(site, owner)
    await site.world.settle()


async def _projects(site: Treasury, owner: str) -> None:
    stub = site.hoa.asks(ProjectsServiceStub)
    for at, (title, last) in enumerate(
        (
            ("Nâng cấp đường tỉnh 110, đoạn Mai Sơn – Yên Châu", "2027-06-30"),
            ("Trường THPT dân tộc nội trú huyện Mộc Châu", "2026-05-31"),
            ("Kè chống sạt lở bờ suối Nậm La", "2026-12-31"),
        )
    ):
        project = make.road(f"DA-{at + 1:02}", last)
        project.agency, project.title, project.total = owner, title, (95 - at * 30) * BILLION
        project.progress, project.area = 80 - at * 25, AREA
        project.obstacle = "Chậm bàn giao mặt bằng" if at == 1 else ""
        made = await stub.CreateProject(projects.CreateProjectRequest(project=project))
        paid = [
            (projects.Payment.KIND_PLAN, 30, "KH-2026"),
            (projects.Payment.KIND_DISBURSEMENT, 22 - at * 8, "GN-01"),
        ]
        payments = [
            projects.Payment(
                project=made.name, kind=kind, year=2026, day=make.TODAY, document=document,
                amount=amount * BILLION,
            )
            for kind, amount, document in paid
        ]  # fmt: skip
        await stub.RecordPayments(projects.RecordPaymentsRequest(payments=payments))
