"""What is paid for a project: capital that was planned or disbursed, and its corrections."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.budget.v1.projects_pb2 import (
    CorrectPaymentRequest,
    Payment,
    RecordPaymentsRequest,
)
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.edges.portal import views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget.project import shown
from saola.edges.portal.readers import OfReporter
from saola.edges.portal.typed import sent
from saola.kit.errors import DomainError

router = APIRouter(prefix="/projects", route_class=Page)


@router.post("/{project}")
async def pay(request: Request, reader: OfReporter, project: UUID) -> Response:
    """Records capital that was planned, or disbursed."""
    typed, words = await sent(request), reader.words
    amount, year = typed.amount("amount", words), typed.number("year", words)
    if not typed.wrong:
        line = Payment(
            project=f"projects/{project}",
            kind=Payment.Kind.ValueType(typed.number("kind", words)),
            year=year,
            **typed.texts("day", "document"),
            amount=amount,
        )
        asked = RecordPaymentsRequest(payments=[line], request_id=typed.of("request_id"))
        try:
            await reader.call.peer(ProjectsServiceStub).RecordPayments(asked)
            return RedirectResponse(f"/budget/projects/{project}?year={year}", 303)
        except DomainError as refusal:
            typed.refused(refusal, words)
    return await shown(request, reader, project, typed, year)


@router.post("/{project}/payments/{payment}")
async def correct(request: Request, reader: OfReporter, project: UUID, payment: UUID) -> Response:
    typed = await sent(request)
    amount, back = typed.amount("amount", reader.words), f"/budget/projects/{project}"
    if not typed.wrong:
        asked = CorrectPaymentRequest(
            name=f"payments/{payment}",
            etag=typed.of("etag"),
            amount=amount,
            reason=typed.of("reason").strip(),
            request_id=typed.of("request_id"),
        )
        try:
            made = await reader.call.peer(ProjectsServiceStub).CorrectPayment(asked)
            return RedirectResponse(f"{back}?year={made.year}", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return views.page(
        request,
        "budget/correct.html",
        status=typed.status,
        here="budget",
        typed=typed,
        back=back,
        address=request.url.path,
        request_id=str(uuid4()),
    )
