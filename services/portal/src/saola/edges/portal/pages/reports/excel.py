"""The same report by Excel: the workbook to fill, taking it back, and what became of it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from saola.apis.warehouse.v1.forms_pb2 import RenderTemplateRequest
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import ImportWorkbookRequest, ImportWorkbookResponse
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.edges.portal import files, peers, views
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader
from saola.kit.errors import MissingField
from saola.options.v1.files_pb2 import File
from saola.options.v1.operations_pb2 import Operation

router = APIRouter(prefix="/reports", route_class=Page)
RUNNING = (Operation.STATE_WAITING, Operation.STATE_RUNNING)


@router.get("/operations/{operation}")
async def operation(request: Request, reader: OfReader, operation: UUID) -> Response:
    """How far the reading of a workbook is, and what came of it."""
    found = await peers.operation(reader.call, f"operations/{operation}")
    result = ImportWorkbookResponse()
    found.result.Unpack(result)
    return views.answer(
        request,
        "reports/operation.html",
        "reports/progress.html",
        here="reports",
        address=request.url.path,
        operation=found,
        running=found.state in RUNNING,
        failed=found.state not in (*RUNNING, Operation.STATE_SUCCEEDED),
        percent=round(100 * found.done / found.total) if found.total else 0,
        result=result,
    )


@router.get("/files/{sha256}")
async def file(
    reader: OfReader, edge: OfEdge, sha256: str, name: str = "workbook.xlsx"
) -> Response:
    digest = sha256 if len(sha256) == 64 and sha256.isalnum() else "-"
    return await files.fetch(edge, reader, "warehouse", File(sha256=digest, file_name=name))


@router.get("/{agency}/{form}/{period}/template")
async def template(
    reader: OfReader, edge: OfEdge, agency: UUID, form: UUID, period: str
) -> Response:
    asked = RenderTemplateRequest(
        form=f"forms/{form}",
        agency=f"agencies/{agency}",
        period=period,
        language=reader.words.language,
    )
    drawn = await reader.call.peer(FormsServiceStub).RenderTemplate(asked)
    return await files.fetch(edge, reader, "warehouse", drawn)


@router.post("/{agency}/{form}/{period}/workbook")
async def workbook(request: Request, reader: OfReader, edge: OfEdge, agency: UUID) -> Response:
    """Takes the file to the warehouse and begins to read it; the page of the operation follows."""
    async with request.form(max_files=1, max_fields=10) as sent:
        workbook = sent.get("workbook")
        if not isinstance(workbook, UploadFile):
            raise MissingField(field="workbook")
        given = await files.give(edge, reader, "warehouse", f"agencies/{agency}", workbook)
        asked = ImportWorkbookRequest(
            agency=f"agencies/{agency}",
            file=given,
            submit=bool(sent.get("submit")),
            request_id=str(sent.get("request", "")),
        )
    begun = await reader.call.peer(SubmissionsServiceStub).ImportWorkbook(asked)
    return RedirectResponse(f"/reports/{begun.name}", 303)
