"""What became of each row of a list of the treasury."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from saola.apis.budget.v1.entries_pb2 import ImportEntriesResponse
from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.pages.budget.typed import short
from saola.edges.portal.readers import OfReporter
from saola.options.v1.operations_pb2 import Operation

router = APIRouter(prefix="/import", route_class=Page)
RUNNING = (Operation.STATE_WAITING, Operation.STATE_RUNNING)


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
        operation=found,
        running=found.state in RUNNING,
        failed=found.state not in (*RUNNING, Operation.STATE_SUCCEEDED),
        percent=round(100 * found.done / found.total) if found.total else 0,
        result=result,
        outcomes=names.outcomes(reader.words),
        columns=names.columns(reader.words),
        short=short,
    )
