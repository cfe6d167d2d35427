"""The page on which a steward ends an obligation, once the day is confirmed."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.edges.portal import formats, peers, titled, views
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError, NotFound

router = APIRouter(prefix="/forms/{form}/obligations/{obligation}/end", route_class=Page)


@router.get("")
async def ask(request: Request, reader: OfSteward, form: UUID, obligation: UUID) -> Response:
    return await _ending(request, reader, form, obligation, Typed())


@router.post("")
async def end(request: Request, reader: OfSteward, form: UUID, obligation: UUID) -> Response:
    typed = await sent(request)
    asked = pb.EndObligationRequest(
        name=f"obligations/{obligation}",
        valid_to=typed.day("valid_to", reader.words),
        etag=typed.of("etag"),
        request_id=typed.of("request_id"),
    )
    if not typed.wrong:
        try:
            await reader.call.peer(ObligationsServiceStub).EndObligation(asked)
            return RedirectResponse(f"/forms/{form}/obligations?ended=1", 303)
        except DomainError as refusal:
            await titled.refused(reader, typed, refusal)
    return await _ending(request, reader, form, obligation, typed)


async def _ending(
    request: Request, reader: Reader, form: UUID, obligation: UUID, typed: Typed
) -> Response:
    name = f"obligations/{obligation}"
    of = await reader.call.peer(ObligationsServiceStub).GetObligation(
        pb.GetObligationRequest(name=name)
    )
    if of.form != f"forms/{form}":
        raise NotFound(name=name)
    second = date.fromisoformat(of.valid_from) + timedelta(days=1)
    day = formats.slashed(max(formats.today(reader.call.now), second.isoformat()))
    return views.page(
        request,
        "forms/end.html",
        status=typed.status,
        here="forms",
        form=await peers.form(reader.call, of.form),
        of=of,
        unit=await peers.agency_title(reader.call, of.agency) or "–",
        typed=typed if typed.said else Typed({"valid_to": day}),
        request_id=str(uuid4()),
    )
