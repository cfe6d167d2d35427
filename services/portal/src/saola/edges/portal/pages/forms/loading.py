"""The page on which a steward loads what a unit had reported in an earlier system, by a table."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from saola.apis.warehouse.v1.loads_pb2 import LoadTableRequest
from saola.apis.warehouse.v1.loads_pb2_grpc import LoadsServiceStub
from saola.edges.portal import files, peers, views
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError

router = APIRouter(prefix="/forms/{form}/load/{agency}", route_class=Page)


@router.get("")
async def ask(request: Request, reader: OfSteward, form: UUID, agency: UUID) -> Response:
    return await _loading(request, reader, form, agency, Typed())


@router.post("")
async def load(
    request: Request, reader: OfSteward, edge: OfEdge, form: UUID, agency: UUID
) -> Response:
    """Takes the file to the warehouse and begins to read it; the page of the operation follows."""
    async with request.form(max_files=1, max_fields=10) as sent:
        typed = Typed({key: said for key, said in sent.items() if isinstance(said, str)})
        file, owner = sent.get("table"), f"agencies/{agency}"
        if not isinstance(file, UploadFile) or not file.filename:
            typed.errors["table"] = reader.words._("Choose the file.")
        elif not typed.of("reason").strip():
            typed.errors["reason"] = reader.words._("Say from where, and by what it is known.")
        else:
            asked = LoadTableRequest(
                agency=owner,
                form=f"forms/{form}",
                reason=typed.of("reason"),
                request_id=typed.of("request_id"),
            )
            try:
                asked.file.CopyFrom(await files.give(edge, reader, "warehouse", owner, file))
                begun = await reader.call.peer(LoadsServiceStub).LoadTable(asked)
                return RedirectResponse(f"/reports/{begun.name}", 303)
            except DomainError as refusal:
                typed.trouble = refusal.text(reader.words.language)
    return await _loading(request, reader, form, agency, typed)


async def _loading(
    request: Request, reader: Reader, form: UUID, agency: UUID, typed: Typed
) -> Response:
    return views.page(
        request,
        "forms/load.html",
        status=typed.status,
        here="forms",
        form=await peers.form(reader.call, f"forms/{form}"),
        unit=await peers.agency_title(reader.call, f"agencies/{agency}") or "–",
        address=request.url.path,
        typed=typed,
        request_id=str(uuid4()),
    )
