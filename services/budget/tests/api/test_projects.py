"""Projects, their capital and what was disbursed, as they are asked for over gRPC."""

from datetime import timedelta

from services.budget.tests import make

from saola.apis.budget.v1 import projects_pb2 as pb
from saola.testing.plugin import World, refused

PLAN, PAID = pb.Payment.KIND_PLAN, pb.Payment.KIND_DISBURSEMENT


def payment(project: str, kind: pb.Payment.Kind.ValueType, amount: int, doc: str) -> pb.Payment:
    return pb.Payment(
        project=project, kind=kind, year=2026, day=make.TODAY, document=doc, amount=amount
    )


async def create(world: World, code: str = "DA-01", last_day: str = "2027-06-30") -> pb.Project:
    asked = pb.CreateProjectRequest(project=make.road(code, last_day))
    return await make.works(world).CreateProject(asked)


async def test_a_project_tells_its_capital_and_what_of_it_is_disbursed(world: World) -> None:
    await make.budget(world)
    made = await create(world)
    lines = [payment(made.name, PLAN, 100, "KH-1"), payment(made.name, PAID, 30, "GN-1")]
    paid = await make.works(world).RecordPayments(pb.RecordPaymentsRequest(payments=lines))
    await make.works(world).CorrectPayment(
        pb.CorrectPaymentRequest(
            name=paid.payments[1].name, etag=paid.payments[1].etag, amount=25, reason="Trả lại"
        )
    )
    found = await make.works(world).GetProject(pb.GetProjectRequest(name=made.name))
    assert (found.planned, found.disbursed, found.late) == (100, 25, False)
    listed = await make.works(world).ListPayments(pb.ListPaymentsRequest(project=made.name))
    assert sorted(one.amount for one in listed.payments) == [25, 100]
    with refused("ALREADY_EXISTS"):
        await make.works(world).RecordPayments(pb.RecordPaymentsRequest(payments=lines[:1]))
    former = await make.works(world).GetProject(pb.GetProjectRequest(name=made.name, year=2025))
    assert (former.planned, former.disbursed) == (0, 0)


async def test_more_than_two_months_behind_it_is_late_until_it_is_finished(world: World) -> None:
    await make.budget(world)
    made = await create(world, last_day="2026-09-20")
    other = await create(world, "DA-02")
    late = pb.ListProjectsRequest(late=True)
    assert not (await make.works(world).ListProjects(late)).projects
    world.now += timedelta(days=1)
    assert [one.name for one in (await make.works(world).ListProjects(late)).projects] == [
        made.name
    ]
    made.finish_day = "2026-11-21"
    kept = await make.works(world).UpdateProject(pb.UpdateProjectRequest(project=made))
    assert not kept.late
    with refused("STALE_WRITE"):
        await make.works(world).UpdateProject(pb.UpdateProjectRequest(project=made))
    found = await make.works(world).ListProjects(pb.ListProjectsRequest(query="nang cap da-02"))
    assert [one.name for one in found.projects] == [other.name]


async def test_a_project_of_others_is_neither_seen_nor_paid(world: World) -> None:
    await make.budget(world)
    made = await create(world)
    lines = pb.RecordPaymentsRequest(payments=[payment(made.name, PAID, 1, "GN-1")])
    with refused("NOT_FOUND"):
        await make.works(world, make.FINANCE).RecordPayments(lines)
    with refused("ENDS_BEFORE_IT_BEGINS", field="project.last_day"):
        await create(world, "DA-03", last_day="2024-12-31")
    with refused("ALREADY_EXISTS"):
        await create(world)


async def test_projects_are_listed_by_their_size_and_added_up_whatever_the_page(
    world: World,
) -> None:
    await make.budget(world)
    works, totals = make.works(world), {"DA-01": 5, "DA-02": 9, "DA-03": 7}
    for code, total in totals.items():
        project = make.road(code)
        project.total = total
        made = await works.CreateProject(pb.CreateProjectRequest(project=project))
        lines = [payment(made.name, PLAN, 100, "KH-1"), payment(made.name, PAID, 30, "GN-1")]
        await works.RecordPayments(pb.RecordPaymentsRequest(payments=lines))
    asked = pb.ListProjectsRequest(order=pb.ListProjectsRequest.ORDER_TOTAL, page_size=2)
    first = await works.ListProjects(asked)
    asked.page_token = first.next_page_token
    last = await works.ListProjects(asked)
    assert [one.code for one in (*first.projects, *last.projects)] == ["DA-02", "DA-03", "DA-01"]
    assert [(one.planned, one.disbursed) for one in (first, last)] == [(300, 90), (300, 90)]
    other = await make.works(world, make.FINANCE).ListProjects(pb.ListProjectsRequest())
    assert (len(other.projects), other.planned) == (0, 0)
