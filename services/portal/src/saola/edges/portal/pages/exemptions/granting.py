"""The page on which a steward exempts a unit from reports, with the reason."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1.exemptions_pb2 import CreateExemptionRequest, Exemption
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError

router = APIRouter(prefix="/exemptions/new", route_class=Page)


@router.get("")
async def begin(
    request: Request, reader: OfSteward, form: UUID | None = None, agency: UUID | None = None
) -> Response:
    typed = {
        "form": f"forms/{form}" if form else "",
        "agency": f"agencies/{agency}" if agency else "",
        "valid_from": formats.slashed(formats.today(reader.call.now)),
    }
    return await _form(request, reader, Typed(typed))


@router.post("")
async def grant(request: Request, reader: OfSteward) -> Response:
    typed = await sent(request)
    first, end = typed.term(reader.words, must=True)
    asked = Exemption(
        agency=typed.needed("agency", reader.words),
        form=typed.of("form"),
        reason=typed.needed("reason", reader.words),
        valid_from=first,
        valid_to=end,
    )
    if not typed.wrong:
        create = CreateExemptionRequest(exemption=asked, request_id=typed.of("request_id"))
        try:
            await reader.call.peer(ExemptionsServiceStub).CreateExemption(create)
            own = f"&form={asked.form.removeprefix('forms/')}" if asked.form else ""
            return RedirectResponse(f"/exemptions?done=granted{own}", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return await _form(request, reader, typed)


async def _form(request: Request, reader: Reader, typed: Typed) -> Response:
    _, either = reader.words._, reader.words.either
    forms = await peers.published_forms(reader.call)
    agencies = await peers.find_agencies(reader.call, "", 1000)
    return views.page(
        request,
        "exemptions/grant.html",
        status=typed.status,
        here="forms",
        typed=typed,
        agencies=[("", _("choose")), *((one.name, one.display_name) for one in agencies)],
        forms=[
            ("", _("every form")),
            *((one.name, f"{one.code} · {either(one.title_vi, one.title_en)}") for one in forms),
        ],
        request_id=str(uuid4()),
    )
