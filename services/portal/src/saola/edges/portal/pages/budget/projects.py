"""Public-investment projects: listed with what was disbursed, changed, and paid for."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from saola.apis.budget.v1.projects_pb2 import (
    CorrectPaymentRequest,
    CreateProjectRequest,
    GetProjectRequest,
    ListPaymentsRequest,
    ListProjectsRequest,
    Payment,
    Project,
    RecordPaymentsRequest,
    UpdateProjectRequest,
)
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.edges.portal import formats, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding, view
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.pages.budget.typed import Typed, sent
from saola.edges.portal.readers import OfBudget, OfReporter, Reader
from saola.kit.errors import DomainError

router = APIRouter(prefix="/projects", route_class=Page)
ORDERS = {
    "code": ListProjectsRequest.ORDER_UNSPECIFIED,
    "-total": ListProjectsRequest.ORDER_TOTAL,
    "last_day": ListProjectsRequest.ORDER_LAST_DAY,
}
TEXTS = ("agency", "code", "title", "area", "first_day", "last_day", "finish_day", "obstacle")


class Wanted(BaseModel):
    """Which projects, and of which year money is told."""

    q: str = ""
    year: int = 0
    agency: str = ""
    late: str = ""
    sort: str = "code"


OfQuery = Annotated[Wanted, Query()]


def asked_for(wanted: Wanted, size: int, page: str) -> ListProjectsRequest:
    return ListProjectsRequest(
        page_size=size,
        page_token=page,
        query=wanted.q.strip(),
        year=wanted.year,
        agency=wanted.agency,
        late=bool(wanted.late),
        order=ORDERS.get(wanted.sort, ListProjectsRequest.ORDER_UNSPECIFIED),
    )


@router.get("")
async def projects(
    request: Request,
    reader: OfBudget,
    wanted: OfQuery,
    page: Annotated[str, Query()] = "",
) -> Response:
    wanted.year = wanted.year or formats.local(reader.call.now).year
    which, sort = wanted.model_dump(exclude={"sort"}), wanted.sort
    asked = asked_for(wanted, 50, page)
    answer = await reader.call.peer(ProjectsServiceStub).ListProjects(asked)
    return views.page(
        request,
        "budget/projects.html",
        here="budget",
        tab="projects",
        **which,
        sort=sort if sort in ORDERS else "code",
        lines=[(one, _paid(one.planned, one.disbursed)) for one in answer.projects],
        total=_paid(answer.planned, answer.disbursed),
        next=answer.next_page_token,
        query=urlencode({key: value for key, value in which.items() if value}),
        years=[(one, one) for one in finding.years(reader)],
        agencies=await finding.agencies(reader),
        titles=await finding.titles(reader, (one.agency for one in answer.projects)),
        **_words(reader),
    )


@router.get("/new")
async def begin(request: Request, reader: OfReporter) -> Response:
    first = formats.slashed(formats.local(reader.call.now).date().isoformat())
    return await _form(request, reader, Typed({"first_day": first}), "")


@router.post("/new")
async def create(request: Request, reader: OfReporter) -> Response:
    typed = await sent(request)
    project = _asked(typed, reader)
    if not typed.wrong:
        asked = CreateProjectRequest(project=project, request_id=typed.of("request_id"))
        try:
            made = await reader.call.peer(ProjectsServiceStub).CreateProject(asked)
            return RedirectResponse(f"/budget/{made.name}", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return await _form(request, reader, typed, "")


@router.get("/{project}")
async def show(
    request: Request, reader: OfBudget, project: UUID, year: Annotated[int, Query()] = 0
) -> Response:
    return await _shown(request, reader, project, Typed(), year)


@router.post("/{project}")
async def pay(request: Request, reader: OfReporter, project: UUID) -> Response:
    """Records capital that was planned, or disbursed."""
    typed, words = await sent(request), reader.words
    amount, year = typed.amount("amount", words), typed.number("year", words)
    if not typed.wrong:
        line = Payment(
            project=f"projects/{project}",
            kind=Payment.Kind.ValueType(typed.number("kind", words)),
            year=year,
            **typed.texts("day", "document"),
            amount=amount,
        )
        asked = RecordPaymentsRequest(payments=[line], request_id=typed.of("request_id"))
        try:
            await reader.call.peer(ProjectsServiceStub).RecordPayments(asked)
            return RedirectResponse(f"/budget/projects/{project}?year={year}", 303)
        except DomainError as refusal:
            typed.refused(refusal, words)
    return await _shown(request, reader, project, typed, year)


@router.post("/{project}/payments/{payment}")
async def correct(request: Request, reader: OfReporter, project: UUID, payment: UUID) -> Response:
    typed = await sent(request)
    amount, back = typed.amount("amount", reader.words), f"/budget/projects/{project}"
    if not typed.wrong:
        asked = CorrectPaymentRequest(
            name=f"payments/{payment}",
            etag=typed.of("etag"),
            amount=amount,
            reason=typed.of("reason").strip(),
            request_id=typed.of("request_id"),
        )
        try:
            made = await reader.call.peer(ProjectsServiceStub).CorrectPayment(asked)
            return RedirectResponse(f"{back}?year={made.year}", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return views.page(
        request,
        "budget/correct.html",
        status=typed.status,
        here="budget",
        typed=typed,
        back=back,
        address=request.url.path,
        request_id=str(uuid4()),
    )


@router.get("/{project}/edit")
async def edit(request: Request, reader: OfReporter, project: UUID) -> Response:
    stub = reader.call.peer(ProjectsServiceStub)
    of = await stub.GetProject(GetProjectRequest(name=f"projects/{project}"))
    said = {key: str(getattr(of, key)) for key in (*TEXTS, "progress", "etag")}
    said |= {key: formats.slashed(said[key]) for key in said if key.endswith("_day")}
    said["total"] = formats.typed(str(of.total), reader.words.language)
    return await _form(request, reader, Typed(said), of.name)


@router.post("/{project}/edit")
async def change(request: Request, reader: OfReporter, project: UUID) -> Response:
    typed, name = await sent(request), f"projects/{project}"
    asked = _asked(typed, reader)
    asked.name, asked.etag = name, typed.of("etag")
    if not typed.wrong:
        update = UpdateProjectRequest(project=asked, request_id=typed.of("request_id"))
        try:
            await reader.call.peer(ProjectsServiceStub).UpdateProject(update)
            return RedirectResponse(f"/budget/{name}", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return await _form(request, reader, typed, name)


def _asked(typed: Typed, reader: Reader) -> Project:
    return Project(
        **typed.texts(*TEXTS),
        total=typed.amount("total", reader.words),
        progress=typed.number("progress", reader.words),
    )


async def _form(request: Request, reader: Reader, typed: Typed, name: str) -> Response:
    return views.page(
        request,
        "budget/project_form.html",
        status=typed.status,
        here="budget",
        typed=typed,
        name=name,
        mine=await finding.mine(reader),
        request_id=str(uuid4()),
    )


async def _shown(
    request: Request, reader: Reader, project: UUID, typed: Typed, year: int
) -> Response:
    stub, name = reader.call.peer(ProjectsServiceStub), f"projects/{project}"
    today = formats.local(reader.call.now).date()
    year = year if year in finding.years(reader) else today.year
    of = await stub.GetProject(GetProjectRequest(name=name, year=year))
    paid = await stub.ListPayments(ListPaymentsRequest(project=name, page_size=200))
    titles = await finding.titles(reader, [of.agency])
    return views.page(
        request,
        "budget/project.html",
        status=typed.status,
        here="budget",
        of=of,
        year=year,
        total=_paid(of.planned, of.disbursed),
        payments=paid.payments,
        more=bool(paid.next_page_token),
        typed=typed if typed.said else _today(today, year),
        agency=titles[of.agency],
        areas=await finding.areas(reader) if of.area else {},
        kinds=names.kinds(reader.words),
        years=[(one, one) for one in finding.years(reader)],
        over=view.elapsed(year, today),
        request_id=str(uuid4()),
        **_words(reader),
    )


def _today(today: date, year: int) -> Typed:
    return Typed({"day": formats.slashed(today.isoformat()), "year": str(year)})


def _paid(planned: int, disbursed: int) -> view.Line:
    return view.Line("", "", "", planned, planned, disbursed)


def _words(reader: Reader) -> dict[str, Any]:
    words = reader.words
    return {
        "slashed": formats.slashed,
        "writing": "reporter" in reader.roles,
        "millions": lambda amount: view.millions(amount, words),
        "percent": lambda share: view.percent(share, words),
    }
