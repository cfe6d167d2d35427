"""The same report by a file, Excel or CSV: what to fill, taking it back, and what became of it."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from saola.apis.warehouse.v1.forms_pb2 import RenderTemplateRequest
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import ImportWorkbookRequest, ImportWorkbookResponse
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.apis.warehouse.v1.tables_pb2 import ImportTableRequest, RenderTableRequest
from saola.apis.warehouse.v1.tables_pb2_grpc import TablesServiceStub
from saola.edges.portal import files, operations, peers, views
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader
from saola.kit.errors import MissingField
from saola.options.v1.files_pb2 import File

router = APIRouter(prefix="/reports", route_class=Page)


@dataclass(frozen=True)
class Report:
    """Whose report by which form for which period, as the address says."""

    agency: UUID
    form: UUID
    period: str

    def named(self) -> dict[str, str]:
        return {
            "agency": f"agencies/{self.agency}",
            "form": f"forms/{self.form}",
            "period": self.period,
        }


OfReport = Annotated[Report, Depends()]


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
        **operations.shown(found),
        result=result,
    )


@router.get("/files/{sha256}")
async def file(
    reader: OfReader, edge: OfEdge, sha256: str, name: str = "workbook.xlsx"
) -> Response:
    digest = sha256 if len(sha256) == 64 and sha256.isalnum() else "-"
    return await files.fetch(edge, reader, "warehouse", File(sha256=digest, file_name=name))


@router.get("/{agency}/{form}/{period}/template")
async def template(reader: OfReader, edge: OfEdge, report: OfReport) -> Response:
    asked = RenderTemplateRequest(**report.named(), language=reader.words.language)
    drawn = await reader.call.peer(FormsServiceStub).RenderTemplate(asked)
    return await files.fetch(edge, reader, "warehouse", drawn)


@router.get("/{agency}/{form}/{period}/table")
async def table(reader: OfReader, edge: OfEdge, report: OfReport) -> Response:
    asked = RenderTableRequest(**report.named(), language=reader.words.language)
    drawn = await reader.call.peer(TablesServiceStub).RenderTable(asked)
    return await files.fetch(edge, reader, "warehouse", drawn)


@router.post("/{agency}/{form}/{period}/workbook")
async def workbook(request: Request, reader: OfReader, edge: OfEdge, report: OfReport) -> Response:
    """Takes the file to the warehouse and begins to read it; the page of the operation follows."""
    named = report.named()
    async with request.form(max_files=1, max_fields=10) as sent:
        file = sent.get("workbook")
        if not isinstance(file, UploadFile):
            raise MissingField(field="workbook")
        plain = files.is_plain(file)
        given = await files.give(edge, reader, "warehouse", named["agency"], file)
        submit, again = bool(sent.get("submit")), str(sent.get("request", ""))
    if plain:
        table = ImportTableRequest(**named, file=given, submit=submit, request_id=again)
        begun = await reader.call.peer(TablesServiceStub).ImportTable(table)
    else:  # it says itself of which form and period it is
        book = ImportWorkbookRequest(
            agency=named["agency"], file=given, submit=submit, request_id=again
        )
        begun = await reader.call.peer(SubmissionsServiceStub).ImportWorkbook(book)
    return RedirectResponse(f"/reports/{begun.name}", 303)
