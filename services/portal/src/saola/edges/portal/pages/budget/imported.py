"""What became of each row of a list of the treasury."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from saola.apis.budget.v1.entries_pb2 import ImportEntriesResponse
from saola.edges.portal import operations, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.readers import OfReporter
from saola.edges.portal.typed import short

router = APIRouter(prefix="/import", route_class=Page)


@router.get("/operations/{operation}")
async def operation(request: Request, reader: OfReporter, operation: UUID) -> Response:
    found = await peers.operation(reader.call, f"operations/{operation}", of="budget")
    result = ImportEntriesResponse()
    found.result.Unpack(result)
    return views.answer(
        request,
        "budget/operation.html",
        "budget/progress.html",
        here="budget",
        address=request.url.path,
        **operations.shown(found),
        result=result,
        outcomes=names.outcomes(reader.words),
        columns=names.columns(reader.words),
        short=short,
    )
