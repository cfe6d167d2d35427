"""The editor of a connector, with a preview of what its mapping gives; it works without script."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.connectors.v1 import connectors_pb2 as pb
from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.edges.portal import peers as everybody
from saola.edges.portal import views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.connectors import choices, draft, peers
from saola.edges.portal.pages.connectors.draft import Draft
from saola.edges.portal.readers import OfSteward, Reader
from saola.kit.errors import DomainError

router = APIRouter(route_class=Page)


@dataclass(frozen=True)
class Sent:
    """What a browser has sent: what was typed, what is to be done, and the secret."""

    draft: Draft
    do: str
    secret: str

    @property
    def once(self) -> str:
        return self.draft.head["request_id"]


@router.get("/new")
async def begin(request: Request, reader: OfSteward) -> Response:
    return await _editor(request, reader, draft.EMPTY.changed("add", None))


@router.post("/new")
async def create(request: Request, reader: OfSteward) -> Response:
    sent = await _sent(request)
    if sent.do != "save":
        return await _redrawn(request, reader, sent)
    asked = pb.CreateConnectorRequest(
        connector=draft.asked(sent.draft), secret=sent.secret, request_id=sent.once
    )
    try:
        made = await peers.create(reader.call, asked)
    except DomainError as refusal:
        return await _editor(request, reader, sent.draft, outcome=refusal)
    return RedirectResponse(f"/{made.name}", 303)


@router.get("/{id}/edit")
async def edit(request: Request, reader: OfSteward, id: UUID) -> Response:
    found = await peers.connector(reader.call, id)
    return await _editor(request, reader, draft.spelt(found), found)


@router.post("/{id}/edit")
async def change(request: Request, reader: OfSteward, id: UUID) -> Response:
    sent = await _sent(request)
    kept = await peers.connector(reader.call, id)
    if sent.do != "save":
        return await _redrawn(request, reader, sent, kept)
    asked = draft.asked(sent.draft)
    asked.name, asked.etag = kept.name, sent.draft.head["etag"]
    update = pb.UpdateConnectorRequest(connector=asked, secret=sent.secret, request_id=sent.once)
    try:
        await peers.update(reader.call, update)
    except DomainError as refusal:
        return await _editor(request, reader, sent.draft, kept, refusal)
    return RedirectResponse(f"/{kept.name}", 303)


async def _sent(request: Request) -> Sent:
    form = await request.form(max_fields=5000)
    sent = {key: value for key, value in form.items() if isinstance(value, str)}
    return Sent(draft.read(sent), sent.get("do", "save"), sent.get("secret", ""))


async def _redrawn(
    request: Request, reader: Reader, sent: Sent, kept: pb.Connector | None = None
) -> Response:
    """With other lines, or with a preview."""
    typed = sent.draft
    if sent.do != "test":
        chosen = typed.head["form"]
        form = await everybody.form(reader.call, chosen) if chosen else None
        return await _editor(request, reader, typed.changed(sent.do, form), kept)
    asked = pb.TestConnectorRequest(
        connector=draft.asked(typed), secret=sent.secret, period=typed.head["period"]
    )
    asked.connector.name = kept.name if kept else ""
    try:
        shown = await peers.test(reader.call, asked)
    except DomainError as refusal:
        return await _editor(request, reader, typed, kept, refusal)
    return await _editor(request, reader, typed, kept, shown)


async def _editor(
    request: Request,
    reader: Reader,
    typed: Draft,
    kept: pb.Connector | None = None,
    outcome: DomainError | pb.TestConnectorResponse | None = None,
) -> Response:
    """What was typed stays, but for the secret; what was refused is said at its field."""
    words = reader.words
    refusal = outcome if isinstance(outcome, DomainError) else None
    return views.page(
        request,
        "connectors/edit.html",
        status=422 if refusal else 200,
        here="connectors",
        name=kept.name if kept else "",
        has_secret=bool(kept and kept.has_secret),
        draft=typed,
        at=draft.at(refusal) if refusal else "",
        trouble=refusal.text(words.language) if refusal else "",
        shown=None if refusal else outcome,
        request_id=str(uuid4()),
        address=request.url.path,
        **await _known(reader, typed, kept),
        methods=choices.methods(words),
        formats=choices.formats(words),
        numbers=choices.numbers(words),
        delimiters=choices.delimiters(words),
        encodings=choices.encodings(words),
        lags=choices.lags(words),
    )


async def _known(reader: Reader, sent: Draft, kept: pb.Connector | None) -> dict[str, Any]:
    """What there is to choose from. Whose report it is and by which form is chosen once."""
    words, either = reader.words, reader.words.either
    forms = await everybody.published_forms(reader.call)
    agencies = [] if kept else await everybody.find_agencies(reader.call, "", 1000)
    chosen = next((one for one in forms if one.name == sent.head["form"]), None) or Form()
    items = [
        (one.code, f"{one.code} · {either(one.label_vi, one.label_en)}") for one in chosen.items
    ]
    there = {code for code, _ in items}
    known = [cells.get("item", "") for cells in sent.fields]
    items += [(code, code) for code in dict.fromkeys(known) if code and code not in there]
    nothing = ("", words._("choose"))
    return {
        "forms": [
            nothing,
            *((one.name, f"{one.code} · {either(one.title_vi, one.title_en)}") for one in forms),
        ],
        "agencies": [nothing, *((one.name, one.display_name) for one in agencies)],
        "items": [nothing, *items],
        "agency": await everybody.agency_title(reader.call, kept.agency) if kept else "",
        "form_title": either(chosen.title_vi, chosen.title_en),
        "labels": dict(items),
    }
