"""Who reports by a form, from when to when: the list."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.forms import choices
from saola.edges.portal.readers import OfSteward, Reader

router = APIRouter(prefix="/forms/{form}/obligations", route_class=Page)
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


def _line(one: pb.Obligation, reader: Reader) -> Line:
    _, now = reader.words._, formats.today(reader.call.now)
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
