"""The tables of the budget as files: whole đồng, every line."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from fastapi.exceptions import HTTPException

from saola.apis.budget.v1.allocations_pb2 import Allocation, ListAllocationsRequest
from saola.apis.budget.v1.allocations_pb2_grpc import AllocationsServiceStub
from saola.apis.budget.v1.entries_pb2 import Entry
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.apis.budget.v1.projects_pb2 import Project
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.edges.portal import formats
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import entries, finding, projects
from saola.edges.portal.pages.budget import routes as budget
from saola.edges.portal.pages.exports import budget_rows
from saola.edges.portal.pages.exports.giving import given
from saola.edges.portal.readers import OfBudget

router = APIRouter(prefix="/exports/budget", route_class=Page)
MOST: Final = 100_000  # rows in one file


@router.get("/entries.{kind}")
async def of_entries(reader: OfBudget, kind: str, wanted: entries.OfQuery) -> Response:
    """All that the list has, page by page."""
    stub, found, token = reader.call.peer(EntriesServiceStub), list[Entry](), ""
    while len(found) < MOST:
        answer = await stub.ListEntries(entries.asked_for(wanted, 1000, token))
        found += answer.entries
        token = answer.next_page_token
        if not token:
            break
    titles = await finding.titles(reader, (one.agency for one in found))
    return await given(reader, budget_rows.of_entries(found, titles, reader.words), kind)


@router.get("/plan.{kind}")
async def of_plan(
    reader: OfBudget, kind: str, year: Annotated[int, Query()], agency: str = ""
) -> Response:
    stub, found, token = reader.call.peer(AllocationsServiceStub), list[Allocation](), ""
    while len(found) < MOST:
        asked = ListAllocationsRequest(page_size=1000, page_token=token, year=year, agency=agency)
        answer = await stub.ListAllocations(asked)
        found += answer.allocations
        token = answer.next_page_token
        if not token:
            break
    titles = await finding.titles(reader, (one.agency for one in found))
    return await given(reader, budget_rows.of_plan(found, titles, reader.words), kind)


@router.get("/projects.{kind}")
async def of_projects(reader: OfBudget, kind: str, wanted: projects.OfQuery) -> Response:
    stub, found, token = reader.call.peer(ProjectsServiceStub), list[Project](), ""
    while len(found) < MOST:
        answer = await stub.ListProjects(projects.asked_for(wanted, 1000, token))
        found += answer.projects
        token = answer.next_page_token
        if not token:
            break
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
