"""The plans of an indicator: which figure who shall reach when, by which document."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from saola.apis.warehouse.v1.plans_pb2 import ListPlansRequest
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.indicators import finding
from saola.edges.portal.readers import OfReader

router = APIRouter(prefix="/indicators/{code}/plans", route_class=Page)
AT_ONCE: Final = 50


class Asked(BaseModel):
    """`former`: what was superseded or taken back too."""

    agency: UUID | Literal[""] = ""
    former: bool = False
    page: str = ""


@router.get("")
async def plans(
    request: Request, reader: OfReader, code: str, of: Annotated[Asked, Query()]
) -> Response:
    measured = await finding.indicator(reader, code)
    asked = ListPlansRequest(
        indicator=measured.name,
        agency=f"agencies/{of.agency}" if of.agency else "",
        show_former=of.former,
        page_size=AT_ONCE,
        page_token=of.page,
    )
    answer = await reader.call.peer(PlansServiceStub).ListPlans(asked)
    agencies = await peers.find_agencies(reader.call, "", 1000)
    return views.page(
        request,
        "indicators/plans.html",
        here="indicators",
        measured=measured,
        of=of,
        plans=answer.plans,
        next=answer.next_page_token,
        agencies=[(one.name.removeprefix("agencies/"), one.display_name) for one in agencies],
        people=await peers.titles_of(reader.call, [one.recorder for one in answer.plans]),
        owner="steward" in reader.roles,
    )
