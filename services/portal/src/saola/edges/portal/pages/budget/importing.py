"""A list of the treasury: taking the file."""

from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from saola.apis.budget.v1.entries_pb2 import ImportEntriesRequest
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.edges.portal import files, views
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.readers import OfReporter, Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError

router = APIRouter(prefix="/import", route_class=Page)


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
