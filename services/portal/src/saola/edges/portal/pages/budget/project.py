"""One project: begun, changed, and shown with its capital and what was disbursed."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.budget.v1.projects_pb2 import (
    CreateProjectRequest,
    GetProjectRequest,
    ListPaymentsRequest,
    Project,
    UpdateProjectRequest,
)
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.edges.portal import formats, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding, spelling, view
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.readers import OfBudget, OfReporter, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError

router = APIRouter(prefix="/projects", route_class=Page)
TEXTS = ("agency", "code", "title", "area", "first_day", "last_day", "finish_day", "obstacle")


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
    return await shown(request, reader, project, Typed(), year)


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


async def shown(
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
        total=view.paid(of.planned, of.disbursed),
        payments=paid.payments,
        more=bool(paid.next_page_token),
        typed=typed if typed.said else _today(today, year),
        agency=titles[of.agency],
        areas=await finding.areas(reader) if of.area else {},
        kinds=names.kinds(reader.words),
        years=[(one, one) for one in finding.years(reader)],
        over=view.elapsed(year, today),
        request_id=str(uuid4()),
        **spelling.of_projects(reader),
    )


def _today(today: date, year: int) -> Typed:
    return Typed({"day": formats.slashed(today.isoformat()), "year": str(year)})
