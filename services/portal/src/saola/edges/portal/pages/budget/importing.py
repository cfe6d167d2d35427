"""A list of the treasury: taking the file, and what became of each of its rows."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from saola.apis.budget.v1.entries_pb2 import ImportEntriesRequest, ImportEntriesResponse
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.edges.portal import files, peers, views
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.pages.budget.typed import Typed, short
from saola.edges.portal.readers import OfReporter, Reader
from saola.kit.errors import DomainError
from saola.options.v1.operations_pb2 import Operation

router = APIRouter(prefix="/import", route_class=Page)
RUNNING = (Operation.STATE_WAITING, Operation.STATE_RUNNING)


@router.get("")
async def begin(request: Request, reader: OfReporter) -> Response:
    return await _form(request, reader, Typed())


@router.post("")
async def take(request: Request, reader: OfReporter, edge: OfEdge) -> Response:
    """Takes the file to the budget and begins to read it; the page of the operation follows."""
    async with request.form(max_files=1, max_fields=10) as sent:
        typed = Typed({key: one for key, one in sent.items() if isinstance(one, str)})
        file, agency = sent.get("file"), typed.of("agency")
        if not isinstance(file, UploadFile) or not file.filename:
            typed.errors["file"] = reader.words._("Choose a file.")
            return await _form(request, reader, typed)
        try:
            given = await files.give(edge, reader, "budget", agency, file)
            asked = ImportEntriesRequest(
                agency=agency,
                file=given,
                dry_run=typed.of("do") == "try",
                request_id=typed.of("request_id"),
            )
            begun = await reader.call.peer(EntriesServiceStub).ImportEntries(asked)
        except DomainError as refusal:
            typed.trouble = refusal.text(reader.words.language)
            return await _form(request, reader, typed)
    return RedirectResponse(f"/budget/import/{begun.name}", 303)


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


async def _form(request: Request, reader: Reader, typed: Typed) -> Response:
    return views.page(
        request,
        "budget/import.html",
        status=typed.status,
        here="budget",
        typed=typed,
        mine=await finding.mine(reader),
        columns=names.columns(reader.words),
        request_id=str(uuid4()),
    )
