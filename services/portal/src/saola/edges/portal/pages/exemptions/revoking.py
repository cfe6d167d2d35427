"""The page on which a steward takes an exemption back, with the reason."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1.exemptions_pb2 import GetExemptionRequest, RevokeExemptionRequest
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError

router = APIRouter(prefix="/exemptions/{exemption}/revoke", route_class=Page)


@router.get("")
async def ask(request: Request, reader: OfSteward, exemption: UUID) -> Response:
    return await _form(request, reader, exemption, Typed())


@router.post("")
async def revoke(request: Request, reader: OfSteward, exemption: UUID) -> Response:
    typed = await sent(request)
    asked = RevokeExemptionRequest(
        name=f"exemptions/{exemption}",
        reason=typed.needed("reason", reader.words),
        etag=typed.of("etag"),
        request_id=typed.of("request_id"),
    )
    if not typed.wrong:
        try:
            await reader.call.peer(ExemptionsServiceStub).RevokeExemption(asked)
            return RedirectResponse("/exemptions?done=revoked", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return await _form(request, reader, exemption, typed)


async def _form(request: Request, reader: Reader, exemption: UUID, typed: Typed) -> Response:
    asked = GetExemptionRequest(name=f"exemptions/{exemption}")
    of = await reader.call.peer(ExemptionsServiceStub).GetExemption(asked)
    return views.page(
        request,
        "exemptions/revoke.html",
        status=typed.status,
        here="forms",
        of=of,
        unit=await peers.agency_title(reader.call, of.agency) or "–",
        form=await peers.form(reader.call, of.form) if of.form else None,
        typed=typed,
        request_id=str(uuid4()),
    )
