"""Public-investment projects: searched, sorted, page by page, with what was disbursed."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from saola.apis.budget.v1.projects_pb2 import ListProjectsRequest
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.edges.portal import formats, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding, spelling, view
from saola.edges.portal.readers import OfBudget

router = APIRouter(prefix="/projects", route_class=Page)
ORDERS = {
    "code": ListProjectsRequest.ORDER_UNSPECIFIED,
    "-total": ListProjectsRequest.ORDER_TOTAL,
    "last_day": ListProjectsRequest.ORDER_LAST_DAY,
}


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
        lines=[(one, view.paid(one.planned, one.disbursed)) for one in answer.projects],
        total=view.paid(answer.planned, answer.disbursed),
        next=answer.next_page_token,
        query=urlencode({key: value for key, value in which.items() if value}),
        years=[(one, one) for one in finding.years(reader)],
        agencies=await finding.agencies(reader),
        titles=await finding.titles(reader, (one.agency for one in answer.projects)),
        **spelling.of_projects(reader),
    )
