"""What the reader is told: the bell, the list, and how one wants to be told."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from saola.apis.notices.v1.deliveries_pb2 import Channel
from saola.apis.notices.v1.notices_pb2 import ListNoticesRequest, MarkAllReadRequest
from saola.apis.notices.v1.preferences_pb2 import Preferences
from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.notices import view
from saola.edges.portal.readers import OfReader, Reader
from saola.kit.errors import DomainError

router = APIRouter(prefix="/notices", route_class=Page)
AT_ONCE = 50


class Wishes(BaseModel):
    """What the form says. Nothing is quiet where both times are empty."""

    channels: list[Literal["CHANNEL_EMAIL", "CHANNEL_SMS", "CHANNEL_WEBHOOK"]] = []
    language: str
    quiet_from: str = ""
    quiet_to: str = ""
    digest: Literal["DIGEST_SOON", "DIGEST_HOURLY", "DIGEST_DAILY"]
    etag: str
    request_id: str

    def asked(self) -> Preferences:
        return Preferences(
            channels=[Channel.Value(one) for one in self.channels],
            language=self.language,
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
            digest=Preferences.Digest.Value(self.digest),
            etag=self.etag,
        )


@router.get("")
async def notices(request: Request, reader: OfReader, page: str = "") -> Response:
    wishes = await peers.attempt(peers.preferences(reader.call))
    listed = await _listed(reader, page)
    return views.page(
        request, "notices/page.html", here="notices", **listed, **_form(reader, wishes)
    )


@router.get("/lines")
async def lines(request: Request, reader: OfReader, page: str = "") -> Response:
    return views.page(request, "notices/lines.html", **await _listed(reader, page))


@router.get("/bell")
async def bell(request: Request, reader: OfReader) -> Response:
    count = await peers.attempt(peers.unread(reader.call))
    return views.page(request, "notices/bell.html", count=view.counted(count))


@router.post("/read")
async def read_all(
    request: Request, reader: OfReader, seen: Annotated[str, Form()] = ""
) -> Response:
    """All that came up to what was seen: no newer one is read that nobody has looked at."""
    asked = MarkAllReadRequest(request_id=str(uuid4()))
    if seen:
        asked.until.FromJsonString(seen)
    await peers.read_all(reader.call, asked)
    return await _again(request, reader)


@router.post("/preferences")
async def prefer(request: Request, reader: OfReader, wishes: Annotated[Wishes, Form()]) -> Response:
    asked, said, trouble = wishes.asked(), "", ""
    try:
        asked = await peers.prefer(reader.call, asked, wishes.request_id)
        said = reader.words._("Saved.")
    except DomainError as refusal:
        trouble = refusal.text(reader.words.language)
    if said and not request.headers.get("hx-request"):
        return RedirectResponse("/notices", 303)
    shown = _form(reader, asked) | {"said": said, "trouble": trouble}
    whole = {} if request.headers.get("hx-request") else await _listed(reader, "")
    status = 422 if trouble else 200
    page, part = "notices/page.html", "notices/preferences.html"
    return views.answer(request, page, part, status=status, here="notices", **shown, **whole)


@router.get("/{id}")
async def notice(request: Request, reader: OfReader, id: UUID) -> Response:
    one = await peers.notice(reader.call, f"notices/{id}")
    line = view.line(one, reader.words, reader.roles)
    return views.page(request, "notices/notice.html", here="notices", one=line)


@router.post("/{id}/read")
async def read(request: Request, reader: OfReader, id: UUID) -> Response:
    await peers.read(reader.call, f"notices/{id}")
    return await _again(request, reader)


async def _again(request: Request, reader: Reader) -> Response:
    if request.headers.get("hx-request"):
        return views.page(request, "notices/lines.html", **await _listed(reader, ""))
    return RedirectResponse("/notices", 303)


async def _listed(reader: Reader, page: str) -> dict[str, Any]:
    asked = ListNoticesRequest(page_size=AT_ONCE, page_token=page)
    answer = await peers.notices(reader.call, asked)
    newest = max((one.create_time.ToJsonString() for one in answer.notices), default="")
    return {
        "lines": [view.line(one, reader.words, reader.roles) for one in answer.notices],
        "page": page,
        "next": answer.next_page_token,
        "seen": newest,
    }


def _form(reader: Reader, wishes: Preferences | None) -> dict[str, Any]:
    return {
        "wishes": wishes,
        "channels": view.channels(reader.words),
        "digests": view.digests(reader.words),
        "request_id": str(uuid4()),
        "said": "",
        "trouble": "",
    }
