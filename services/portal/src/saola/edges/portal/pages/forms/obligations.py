"""Who reports by a form, from when to when: the list, and the page on which one is ended."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.forms import choices
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError, NotFound

router = APIRouter(prefix="/{form}/obligations", route_class=Page)
AT_ONCE: Final = 50


class Asked(BaseModel):
    """The question of the list, and what was done just before."""

    q: str = Field(default="", max_length=100)
    which: str = Field(default="open", pattern="^(open|all)$")
    order: str = Field(default="unit", pattern="^(unit|newest)$")
    page: str = ""
    made: int | None = Field(default=None, ge=0)
    kept: int = Field(default=0, ge=0)
    ended: bool = False


@dataclass(frozen=True)
class Line:
    """`lasts`: it can still be ended."""

    of: pb.Obligation
    state: tuple[str, str]
    lasts: bool


@router.get("")
async def obligations(
    request: Request, reader: OfSteward, form: UUID, of: Annotated[Asked, Query()]
) -> Response:
    by = await peers.form(reader.call, f"forms/{form}")
    order = (
        pb.ListObligationsRequest.ORDER_AGENCY
        if of.order == "unit"
        else pb.ListObligationsRequest.ORDER_UNSPECIFIED
    )
    asked = pb.ListObligationsRequest(
        form=by.name,
        query=of.q,
        open=of.which == "open",
        order=order,
        page_size=AT_ONCE,
        page_token=of.page,
    )
    answer = await reader.call.peer(ObligationsServiceStub).ListObligations(asked)
    return views.page(
        request,
        "forms/obligations.html",
        here="forms",
        form=by,
        states=choices.states(reader.words),
        of=of,
        done=_done(of, reader.words),
        lines=[_line(one, reader) for one in answer.obligations],
        total=answer.total_size,
        next=answer.next_page_token,
    )


@router.get("/{obligation}/end")
async def ask(request: Request, reader: OfSteward, form: UUID, obligation: UUID) -> Response:
    return await _ending(request, reader, form, obligation, Typed())


@router.post("/{obligation}/end")
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
            await refused(reader, typed, refusal)
    return await _ending(request, reader, form, obligation, typed)


async def refused(reader: Reader, typed: Typed, refusal: DomainError) -> None:
    """At its field, or above; an agency is told by its title."""
    typed.refused(refusal, reader.words)
    if name := str(refusal.facts.get("agency", "")):
        title = await peers.agency_title(reader.call, name)
        typed.trouble = typed.trouble.replace(name, title or name)


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
    day = formats.slashed(max(today(reader), second).isoformat())
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


def today(reader: Reader) -> date:
    return formats.local(reader.call.now).date()


def _line(one: pb.Obligation, reader: Reader) -> Line:
    _, now = reader.words._, today(reader).isoformat()
    if one.valid_to and one.valid_to <= max(now, one.valid_from):
        return Line(one, ("none", _("ended")), lasts=False)
    to_come = one.valid_from > now
    return Line(one, ("draft", _("to come")) if to_come else ("good", _("in force")), lasts=True)


def _done(of: Asked, words: Words) -> str:
    if of.ended:
        return words._("The obligation ends on the day that was said.")
    if of.made is None:
        return ""
    made = words.ngettext("%(num)s new obligation.", "%(num)s new obligations.", of.made)
    kept = words.ngettext("%(num)s was there already.", "%(num)s were there already.", of.kept)
    return f"{made} {kept}" if of.kept else made
