"""The page on which a steward exempts units from reports, with one reason."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1.exemptions_pb2 import CreateExemptionsRequest
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.forms import units
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError

router = APIRouter(prefix="/exemptions/new", route_class=Page)


@router.get("")
async def begin(
    request: Request, reader: OfSteward, form: UUID | None = None, agency: UUID | None = None
) -> Response:
    typed = {
        "form": f"forms/{form}" if form else "",
        "valid_from": formats.slashed(formats.today(reader.call.now)),
    }
    return await _form(request, reader, Typed(typed), [f"agencies/{agency}"] if agency else [])


@router.post("")
async def grant(request: Request, reader: OfSteward) -> Response:
    """Searches, ticks, or exempts those that are ticked: by the button that was pressed."""
    typed, names = await units.ticked(request)
    if typed.of("do") != "save":
        return await _form(request, reader, typed, names)
    first, end = typed.term(reader.words, must=True)
    form = typed.of("form")
    asked = CreateExemptionsRequest(
        agencies=names,
        forms=[form] if form else [],
        reason=typed.needed("reason", reader.words),
        valid_from=first,
        valid_to=end,
        request_id=typed.of("request_id"),
    )
    if not names:
        typed.errors["agency"] = reader.words._("Choose at least one unit.")
    wrong = units.NOTHING
    if not typed.wrong:
        try:
            done = await reader.call.peer(ExemptionsServiceStub).CreateExemptions(asked)
        except DomainError as refusal:
            wrong = await _refused(reader, typed, refusal, names)
        else:
            own = f"&form={form.removeprefix('forms/')}" if form else ""
            made = f"made={len(done.exemptions)}&kept={done.kept}"
            return RedirectResponse(f"/exemptions?done=granted&{made}{own}", 303)
    return await _form(request, reader, typed, names, wrong)


async def _refused(
    reader: Reader, typed: Typed, refusal: DomainError, names: Sequence[str]
) -> units.Notes:
    """Each unit that cannot be exempt is told beside its name; all else as everywhere."""
    wrong = await units.wrong(reader, refusal, names)
    if not wrong:
        typed.refused(refusal, reader.words)
        return wrong
    typed.errors["agency"] = reader.words.ngettext(
        "%(num)s unit cannot be exempt. Why is told beside its name.",
        "%(num)s units cannot be exempt. Why is told beside their names.",
        len(wrong),
    )
    if not (form := typed.of("form")):
        return wrong
    code = (await peers.form(reader.call, form)).code
    return {name: why.replace(form, code) for name, why in wrong.items()}


async def _form(
    request: Request,
    reader: Reader,
    typed: Typed,
    names: Sequence[str],
    wrong: units.Notes = units.NOTHING,
) -> Response:
    _, either = reader.words._, reader.words.either
    forms = await peers.published_forms(reader.call)
    return views.page(
        request,
        "exemptions/grant.html",
        status=typed.status,
        here="forms",
        typed=typed,
        **await units.choice(reader, typed, names, wrong=wrong),
        forms=[
            ("", _("every form")),
            *((one.name, f"{one.code} · {either(one.title_vi, one.title_en)}") for one in forms),
        ],
        request_id=str(uuid4()),
    )
