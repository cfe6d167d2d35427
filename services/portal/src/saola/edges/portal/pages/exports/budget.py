"""The tables of the budget as files: whole đồng, every line."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.exceptions import HTTPException

from saola.apis.budget.v1.allocations_pb2 import ListAllocationsRequest
from saola.apis.budget.v1.allocations_pb2_grpc import AllocationsServiceStub
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.edges.portal import formats
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import entries, finding, projects
from saola.edges.portal.pages.budget import routes as budget
from saola.edges.portal.pages.exports import budget_rows
from saola.edges.portal.pages.exports.giving import everything, given
from saola.edges.portal.readers import OfBudget

router = APIRouter(prefix="/exports/budget", route_class=Page)


@router.get("/entries.{kind}")
async def of_entries(reader: OfBudget, kind: str, wanted: entries.OfQuery) -> Response:
    stub = reader.call.peer(EntriesServiceStub)
    found = await everything(
        lambda token: stub.ListEntries(entries.asked_for(wanted, 1000, token)),
        lambda answer: answer.entries,
    )
    titles = await finding.titles(reader, (one.agency for one in found))
    return await given(reader, budget_rows.of_entries(found, titles, reader.words), kind)


@router.get("/plan.{kind}")
async def of_plan(
    reader: OfBudget, kind: str, year: Annotated[int, Query()], agency: str = ""
) -> Response:
    stub = reader.call.peer(AllocationsServiceStub)
    asked = partial(ListAllocationsRequest, page_size=1000, year=year, agency=agency)
    found = await everything(
        lambda token: stub.ListAllocations(asked(page_token=token)),
        lambda answer: answer.allocations,
    )
    titles = await finding.titles(reader, (one.agency for one in found))
    return await given(reader, budget_rows.of_plan(found, titles, reader.words), kind)


@router.get("/projects.{kind}")
async def of_projects(reader: OfBudget, kind: str, wanted: projects.OfQuery) -> Response:
    stub = reader.call.peer(ProjectsServiceStub)
    found = await everything(
        lambda token: stub.ListProjects(projects.asked_for(wanted, 1000, token)),
        lambda answer: answer.projects,
    )
    titles = await finding.titles(reader, (one.agency for one in found))
    return await given(reader, budget_rows.of_projects(found, titles, reader.words), kind)


@router.get("/{which}.{kind}")
async def execution(reader: OfBudget, which: str, kind: str, asked: budget.OfQuery) -> Response:
    found = await budget.asked_for(reader, asked)
    part = next((one for one in found["parts"] if one.key == which), None)
    if part is None:
        raise HTTPException(404)
    until = formats.day(found["until"], reader.words.language)
    table = budget_rows.of_execution(part, until, reader.words, by_area=found["by"] == "area")
    return await given(reader, table, kind)
