"""The approver's inbox: reports that were sent and wait for a decision."""

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.submissions_pb2 import ListSubmissionsRequest, Submission
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader, Reader

router = APIRouter(prefix="/inbox", route_class=Page)
AT_ONCE = 50


@dataclass(frozen=True)
class Waiting:
    path: str
    title: str
    code: str
    agency: str
    period: str
    sent: str
    on_time: bool


@router.get("")
async def inbox(request: Request, reader: OfReader, page: str = "") -> Response:
    return views.page(request, "inbox/page.html", here="inbox", **await _waiting(reader, page))


@router.get("/lines")
async def lines(request: Request, reader: OfReader, page: str = "") -> Response:
    return views.page(request, "inbox/lines.html", **await _waiting(reader, page))


def waiting(
    one: Submission, forms: dict[str, Form], agencies: dict[str, str], reader_language: str
) -> Waiting:
    form = forms.get(one.form, Form())
    title = (form.title_en if reader_language == "en" else "") or form.title_vi
    return Waiting(
        path=f"/{one.name}",
        title=title or one.form,
        code=form.code,
        agency=agencies.get(one.agency, "–"),
        period=formats.period(one.period, reader_language),
        sent=formats.when(one.submit_time, reader_language),
        on_time=one.on_time,
    )


async def _waiting(reader: Reader, page: str) -> dict[str, Any]:
    call = reader.call
    asked = ListSubmissionsRequest(
        state=Submission.STATE_SUBMITTED, page_size=AT_ONCE, page_token=page
    )
    answer = await peers.submissions(call, asked)
    names = sorted({one.form for one in answer.submissions})
    homes = sorted({one.agency for one in answer.submissions})
    forms = await asyncio.gather(*(peers.form(call, name) for name in names))
    titles = await asyncio.gather(*(peers.agency_title(call, name) for name in homes))
    known, called = dict(zip(names, forms, strict=True)), dict(zip(homes, titles, strict=True))
    found = [waiting(one, known, called, reader.words.language) for one in answer.submissions]
    return {"lines": found, "page": page, "next": answer.next_page_token}
