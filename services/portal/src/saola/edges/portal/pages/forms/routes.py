"""The forms: the list, one with its editions and a preview, and the editor of a draft."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1.editions_pb2 import ListEditionsRequest, ReviseFormRequest
from saola.apis.warehouse.v1.editions_pb2_grpc import EditionsServiceStub
from saola.apis.warehouse.v1.forms_pb2 import (
    CreateFormRequest,
    Form,
    GetFormRequest,
    ListFormsRequest,
    PublishFormRequest,
    RetireFormRequest,
    UpdateFormRequest,
)
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.edges.portal import fields, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.forms import choices, draft
from saola.edges.portal.pages.forms.draft import Draft
from saola.edges.portal.pages.reports import grid
from saola.edges.portal.readers import OfSteward, Reader
from saola.kit.errors import DomainError

router = APIRouter(prefix="/forms", route_class=Page)
EMPTY = Form(period_type=Form.PERIOD_TYPE_MONTH)


@router.get("")
async def forms(
    request: Request,
    reader: OfSteward,
    q: Annotated[str, Query()] = "",
    page: Annotated[str, Query()] = "",
) -> Response:
    asked = ListFormsRequest(query=q.strip()[:100], page_size=50, page_token=page)
    answer = await reader.call.peer(FormsServiceStub).ListForms(asked)
    return views.page(
        request,
        "forms/page.html",
        here="forms",
        q=q,
        forms=answer.forms,
        next=answer.next_page_token,
        states=choices.states(reader.words),
        period_types=dict(choices.period_types(reader.words)),
    )


@router.get("/new")
async def begin(request: Request, reader: OfSteward) -> Response:
    return await _editor(request, reader, draft.spelt(EMPTY).changed("add.items"))


@router.post("/new")
async def create(request: Request, reader: OfSteward) -> Response:
    sent, do = await _sent(request)
    if do != "save":
        return await _editor(request, reader, sent.changed(do), showing=do == "preview")
    asked = CreateFormRequest(form=draft.asked(sent), request_id=sent.head["request_id"])
    try:
        made = await reader.call.peer(FormsServiceStub).CreateForm(asked)
    except DomainError as refusal:
        return await _editor(request, reader, sent, refusal)
    return RedirectResponse(f"/{made.name}", 303)


@router.get("/{form}")
async def show(
    request: Request, reader: OfSteward, form: UUID, edition: Annotated[int, Query(ge=0)] = 0
) -> Response:
    return await _shown(request, reader, form, edition)


@router.post("/{form}")
async def move(request: Request, reader: OfSteward, form: UUID) -> Response:
    """Revises, publishes or retires it."""
    sent = {key: str(value) for key, value in (await request.form()).items()}
    which = {key: sent.get(key, "") for key in ("etag", "request_id")} | {"name": f"forms/{form}"}
    stub, do = reader.call.peer(FormsServiceStub), sent.get("do")
    try:
        if do == "revise":
            editions = reader.call.peer(EditionsServiceStub)
            await editions.ReviseForm(ReviseFormRequest(**which))
            return RedirectResponse(f"/forms/{form}/edit", 303)
        if do == "publish":
            await stub.PublishForm(PublishFormRequest(**which))
        elif do == "retire":
            await stub.RetireForm(RetireFormRequest(**which))
    except DomainError as refusal:
        return await _shown(request, reader, form, 0, refusal)
    return RedirectResponse(f"/forms/{form}", 303)


@router.get("/{form}/edit")
async def edit(request: Request, reader: OfSteward, form: UUID) -> Response:
    found = await _drafted(reader, form)
    return await _editor(request, reader, draft.spelt(found))


@router.post("/{form}/edit")
async def change(request: Request, reader: OfSteward, form: UUID) -> Response:
    (sent, do), name = await _sent(request), f"forms/{form}"
    if do != "save":
        return await _editor(request, reader, sent.changed(do), showing=do == "preview")
    asked = draft.asked(sent)
    asked.name, asked.etag = name, sent.head["etag"]
    request_id = sent.head["request_id"]
    try:
        stub = reader.call.peer(FormsServiceStub)
        await stub.UpdateForm(UpdateFormRequest(form=asked, request_id=request_id))
    except DomainError as refusal:
        return await _editor(request, reader, sent, refusal)
    return RedirectResponse(f"/{name}", 303)


async def _sent(request: Request) -> tuple[Draft, str]:
    form = await request.form(max_fields=20_000)
    sent = {key: value for key, value in form.items() if isinstance(value, str)}
    return draft.read(sent), sent.get("do", "save")


async def _drafted(reader: Reader, form: UUID) -> Form:
    """The edition that is being drafted, else the form itself."""
    found = await peers.form(reader.call, f"forms/{form}")
    if not found.draft_edition:
        return found
    asked = GetFormRequest(name=found.name, edition=found.draft_edition)
    return await reader.call.peer(FormsServiceStub).GetForm(asked)


async def _shown(
    request: Request, reader: Reader, form: UUID, edition: int, refusal: DomainError | None = None
) -> Response:
    asked = GetFormRequest(name=f"forms/{form}", edition=edition)
    found = await reader.call.peer(FormsServiceStub).GetForm(asked)
    editions = await reader.call.peer(EditionsServiceStub).ListEditions(
        ListEditionsRequest(form=found.name, page_size=200)
    )
    drafted = await _drafted(reader, form)
    return views.page(
        request,
        "forms/form.html",
        status=422 if refusal else 200,
        here="forms",
        form=found,
        etag=drafted.etag,
        editions=editions.editions,
        trouble=refusal.text(reader.words.language) if refusal else "",
        request_id=str(uuid4()),
        **_words(reader),
        **_preview(found, reader),
    )


async def _editor(
    request: Request,
    reader: Reader,
    sent: Draft,
    refusal: DomainError | None = None,
    *,
    showing: bool = False,
) -> Response:
    """What was typed stays; what was refused is said at its field, and above."""
    words, form = reader.words, request.path_params.get("form")
    known = await peers.find_indicators(reader.call, "", 1000)
    return views.page(
        request,
        "forms/edit.html",
        status=422 if refusal else 200,
        here="forms",
        name=f"forms/{form}" if form else "",
        draft=sent,
        at=draft.at(refusal) if refusal else "",
        trouble=refusal.text(words.language) if refusal else "",
        indicators=[("", "–"), *((one.name, f"{one.code} {one.title_vi}") for one in known)],
        request_id=str(uuid4()),
        address=request.url.path,
        showing=showing,
        **_words(reader),
        **_preview(draft.asked(sent), reader),
    )


def _preview(form: Form, reader: Reader) -> dict[str, Any]:
    """The lines as a reporter will see them."""
    rows = grid.rows(form, {}, {}, {}, reader.words)
    return {"rows": rows, "statuses": grid.statuses(rows, reader.words)}


def _words(reader: Reader) -> dict[str, Any]:
    words = reader.words
    return {
        "fields": fields.titles(words).items(),
        "states": choices.states(words),
        "period_types": choices.period_types(words),
        "value_types": choices.value_types(words),
        "severities": choices.severities(words),
        "kinds": choices.kinds(words),
        "operators": choices.operators(words),
        "missing": choices.missing(words),
        "places": choices.places(words),
    }
