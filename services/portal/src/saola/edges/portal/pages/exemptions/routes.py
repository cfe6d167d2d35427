"""Who need not report what, and why: of a form, or of all; each reader sees their own part."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from saola.apis.warehouse.v1 import exemptions_pb2 as pb
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.forms import choices
from saola.edges.portal.readers import OfReader, Reader

router = APIRouter(prefix="/exemptions", route_class=Page)
AT_ONCE: Final = 50


class Asked(BaseModel):
    """The question of the list, and what was done just before."""

    q: str = Field(default="", max_length=100)
    form: UUID | None = None
    which: str = Field(default="standing", pattern="^(standing|all)$")
    page: str = ""
    done: str = ""
    made: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Line:
    """`stands`: it can still be taken back."""

    of: pb.Exemption
    state: tuple[str, str]
    stands: bool


@router.get("")
async def exemptions(request: Request, reader: OfReader, of: Annotated[Asked, Query()]) -> Response:
    asked = pb.ListExemptionsRequest(
        form=f"forms/{of.form}" if of.form else "",
        show_general=True,
        show_revoked=of.which == "all",
        query=of.q,
        page_size=AT_ONCE,
        page_token=of.page,
    )
    answer = await reader.call.peer(ExemptionsServiceStub).ListExemptions(asked)
    acted = [name for one in answer.exemptions for name in (one.creator, one.revoker)]
    return views.page(
        request,
        "exemptions/page.html",
        here="forms",
        of=of,
        form=await peers.form(reader.call, asked.form) if of.form else None,
        states=choices.states(reader.words),
        owner="steward" in reader.roles,
        done=_done(of, reader.words),
        lines=[_line(one, reader) for one in answer.exemptions],
        people=await peers.titles_of(reader.call, acted),
        total=answer.total_size,
        next=answer.next_page_token,
    )


def _line(one: pb.Exemption, reader: Reader) -> Line:
    _, today = reader.words._, formats.today(reader.call.now)
    if one.HasField("revoke_time"):
        return Line(one, ("none", _("taken back")), stands=False)
    if one.valid_to <= today:
        return Line(one, ("none", _("ended")), stands=True)
    to_come = one.valid_from > today
    return Line(one, ("draft", _("to come")) if to_come else ("good", _("in force")), stands=True)


def _done(of: Asked, words: Words) -> str:
    if of.done == "revoked":
        return words._("The exemption was taken back. What it covered is owed again.")
    if of.done != "granted":
        return ""
    made = words.ngettext("%(num)s unit is exempt.", "%(num)s units are exempt.", of.made)
    kept = words.ngettext(
        "%(num)s unit was exempt already.", "%(num)s units were exempt already.", of.kept
    )
    return f"{made} {kept}" if of.kept else made
