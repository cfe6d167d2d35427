"""The gRPC face of projects: a message in, a use case or a query, a message out."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from saola.apis.budget.v1 import projects_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.periods.local import local_day
from saola.services.budget.domain.money import check_year, read_day
from saola.services.budget.domain.projects import Kind, Said, is_late
from saola.services.budget.models.projects import Payment, Project
from saola.services.budget.queries import projects as queries
from saola.services.budget.usecases import projects as usecases

ORDERS = {
    pb.ListProjectsRequest.ORDER_TOTAL: "total",
    pb.ListProjectsRequest.ORDER_LAST_DAY: "last_day",
}
projects = Api(pb.DESCRIPTOR.services_by_name["ProjectsService"])


@projects
async def GetProject(unit: ReadUnit, request: pb.GetProjectRequest) -> pb.Project:
    return await _whole(unit, await queries.project(unit, request.name), request.year)


@projects
async def ListProjects(unit: ReadUnit, request: pb.ListProjectsRequest) -> pb.ListProjectsResponse:
    order = ORDERS.get(request.order, "")
    asked = queries.Asked(request.agency, request.query, request.late, order)
    rows, token = await queries.listed(unit, request.page_size, request.page_token, asked)
    today = local_day(unit.now)
    year = _year(request.year, today)
    paid = await queries.paid(unit, [row.id for row in rows], year)
    total = await queries.total(unit, asked, year)
    return pb.ListProjectsResponse(
        projects=[to_pb(row, paid.get(row.id, queries.NOTHING), today) for row in rows],
        next_page_token=token,
        planned=total.planned,
        disbursed=total.disbursed,
    )


@projects
async def CreateProject(unit: Unit, request: pb.CreateProjectRequest) -> pb.Project:
    asked = request.project
    owner = id_of("agencies", asked.agency)
    return await _whole(unit, await usecases.create(unit, owner, asked.code, said(asked)))


@projects
async def UpdateProject(unit: Unit, request: pb.UpdateProjectRequest) -> pb.Project:
    asked = request.project
    return await _whole(unit, await usecases.change(unit, asked.name, asked.etag, said(asked)))


@projects
async def ListPayments(unit: ReadUnit, request: pb.ListPaymentsRequest) -> pb.ListPaymentsResponse:
    rows, token = await queries.payments(
        unit, request.page_size, request.page_token, request.project
    )
    return pb.ListPaymentsResponse(payments=map(payment_to_pb, rows), next_page_token=token)


@projects
async def RecordPayments(
    unit: Unit, request: pb.RecordPaymentsRequest
) -> pb.RecordPaymentsResponse:
    asked = [_payment(one, f"payments[{row}].") for row, one in enumerate(request.payments)]
    made = await usecases.pay(unit, asked)
    return pb.RecordPaymentsResponse(payments=map(payment_to_pb, made))


@projects
async def CorrectPayment(unit: Unit, request: pb.CorrectPaymentRequest) -> pb.Payment:
    made = await usecases.correct(unit, request.name, request.etag, request.amount, request.reason)
    return payment_to_pb(made)


def said(asked: pb.Project) -> Said:
    """What is asked for, in the words of the domain."""
    finished = asked.finish_day
    return Said(
        title=" ".join(asked.title.split()),
        area=asked.area.strip(),
        total=asked.total,
        first=read_day(asked.first_day, "project.first_day"),
        last=read_day(asked.last_day, "project.last_day"),
        finished=read_day(finished, "project.finish_day") if finished else None,
        progress=asked.progress,
        obstacle=asked.obstacle.strip(),
    )


def _payment(said: pb.Payment, field: str) -> usecases.Asked:
    try:
        kind = Kind[pb.Payment.Kind.Name(said.kind).removeprefix("KIND_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field=f"{field}kind") from error
    return usecases.Asked(
        said.project, kind, said.year, read_day(said.day, f"{field}day"), said.document, said.amount
    )


async def _whole(unit: ReadUnit, row: Project | Row[Any], year: int = 0) -> pb.Project:
    today = local_day(unit.now)
    paid = await queries.paid(unit, [row.id], _year(year, today))
    return to_pb(row, paid.get(row.id, queries.NOTHING), today)


def _year(asked: int, today: date) -> int:
    return check_year(asked, "year", today) if asked else today.year


def to_pb(row: Project | Row[Any], paid: queries.Paid, today: date) -> pb.Project:
    return pb.Project(
        name=name_of("projects", row.id),
        agency=name_of("agencies", row.agency),
        code=row.code,
        title=row.title,
        area=row.area,
        total=row.total,
        first_day=row.first_day.isoformat(),
        last_day=row.last_day.isoformat(),
        finish_day=row.finish_day.isoformat() if row.finish_day else "",
        progress=row.progress,
        obstacle=row.obstacle,
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
        planned=paid.planned,
        disbursed=paid.disbursed,
        late=is_late(row.last_day, row.finish_day, today),
    )


def payment_to_pb(row: Payment | Row[Any]) -> pb.Payment:
    return pb.Payment(
        name=name_of("payments", row.id),
        project=name_of("projects", row.project),
        kind=pb.Payment.Kind.Value(f"KIND_{row.kind.name}"),
        year=row.year,
        day=row.day.isoformat(),
        document=row.document,
        amount=row.amount,
        create_time=stamp(row.created_at),
        supersedes=name_of("payments", row.supersedes) if row.supersedes else "",
        reason=row.reason,
        etag=etag_of(row.version),
    )
