"""The page on which a steward chooses units and obliges them to report by a form."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.edges.portal import formats, peers, titled, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.forms import units
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError

router = APIRouter(prefix="/forms/{form}/oblige", route_class=Page)


@router.get("")
async def begin(request: Request, reader: OfSteward, form: UUID) -> Response:
    typed = Typed({"valid_from": formats.slashed(formats.today(reader.call.now))})
    return await _chooser(request, reader, form, typed, [])


@router.post("")
async def oblige(request: Request, reader: OfSteward, form: UUID) -> Response:
    """Searches, ticks, or obliges those that are ticked: by the button that was pressed."""
    typed, names = await units.ticked(request)
    if typed.of("do") != "save":
        return await _chooser(request, reader, form, typed, names)
    first, end = typed.term(reader.words)
    asked = pb.CreateObligationsRequest(
        agencies=names,
        forms=[f"forms/{form}"],
        request_id=typed.of("request_id"),
        valid_from=first,
        valid_to=end,
    )
    if not names:
        typed.errors["agency"] = reader.words._("Choose at least one unit.")
    if not typed.wrong:
        stub = reader.call.peer(ObligationsServiceStub)
        try:
            done = await stub.CreateObligations(asked)
        except DomainError as refusal:
            await titled.refused(reader, typed, refusal)
        else:
            made = f"made={len(done.obligations)}&kept={done.kept}"
            return RedirectResponse(f"/forms/{form}/obligations?{made}", 303)
    return await _chooser(request, reader, form, typed, names)


async def _chooser(
    request: Request, reader: Reader, form: UUID, typed: Typed, chosen: Sequence[str]
) -> Response:
    by, owed = await asyncio.gather(
        peers.form(reader.call, f"forms/{form}"), units.owed(reader, form)
    )
    return views.page(
        request,
        "forms/oblige.html",
        status=typed.status,
        here="forms",
        form=by,
        typed=typed,
        **await units.choice(reader, typed, chosen, notes=owed),
        request_id=str(uuid4()),
    )
