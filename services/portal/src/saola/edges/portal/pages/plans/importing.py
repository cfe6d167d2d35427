"""A file of plans: taking it, and what became of it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from saola.apis.warehouse.v1.plan_files_pb2 import ImportPlansRequest, ImportPlansResponse
from saola.apis.warehouse.v1.plan_files_pb2_grpc import PlanFilesServiceStub
from saola.edges.portal import files, operations, peers, views
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.plans.routes import form, named
from saola.edges.portal.readers import OfSteward
from saola.edges.portal.typed import Typed, short
from saola.kit.errors import DomainError

router = APIRouter(prefix="/plans", route_class=Page)


@router.post("/import")
async def take(request: Request, reader: OfSteward, edge: OfEdge) -> Response:
    """Takes the file to the warehouse and begins to read it; the page of the operation follows."""
    async with request.form(max_files=1, max_fields=10) as sent:
        typed = Typed({key: one for key, one in sent.items() if isinstance(one, str)})
        file, agency = sent.get("file"), typed.of("agency")
        if not isinstance(file, UploadFile) or not file.filename:
            typed.errors["file"] = reader.words._("Choose a file.")
            return await form(request, reader, typed)
        try:
            asked = ImportPlansRequest(
                agency=agency,
                file=await files.give(edge, reader, "warehouse", agency, file),
                indicator=await named(reader, typed.of("indicator")),
                source=typed.of("source").strip(),
                dry_run=typed.of("do") == "try",
                request_id=typed.of("request_id"),
            )
            begun = await reader.call.peer(PlanFilesServiceStub).ImportPlans(asked)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
            return await form(request, reader, typed)
    own = f"?indicator={typed.of('indicator')}" if asked.indicator else ""
    return RedirectResponse(f"/plans/{begun.name}{own}", 303)


@router.get("/operations/{operation}")
async def operation(
    request: Request, reader: OfSteward, operation: UUID, indicator: str = ""
) -> Response:
    found = await peers.operation(reader.call, f"operations/{operation}")
    result = ImportPlansResponse()
    found.result.Unpack(result)
    own = f"?indicator={indicator}" if indicator else ""
    return views.answer(
        request,
        "plans/operation.html",
        "plans/progress.html",
        here="indicators",
        address=f"{request.url.path}{own}",
        again=f"/plans{own}",
        plans=f"/indicators/{indicator}/plans" if indicator else "/indicators",
        **operations.shown(found),
        result=result,
        short=short,
    )
