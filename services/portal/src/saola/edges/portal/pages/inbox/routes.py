"""The approver's inbox: reports that were sent and wait for a decision, and approving several."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1.batches_pb2 import (
    BatchApproveSubmissionsRequest,
    BatchApproveSubmissionsResponse,
    BatchOutcome,
)
from saola.apis.warehouse.v1.batches_pb2_grpc import BatchesServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import (
    ApproveSubmissionRequest,
    ListSubmissionsRequest,
    Submission,
)
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.inbox import unlocks
from saola.edges.portal.pages.reports import findings
from saola.edges.portal.pages.reports.findings import Found
from saola.edges.portal.readers import OfApprover, Reader
from saola.kit.call import Call
from saola.kit.errors import DomainError

router = APIRouter(prefix="/inbox", route_class=Page)
AT_ONCE, EXPLAINED = 50, 20  # of how many it is said what was found, beside how much


class Chosen(BaseModel):
    """What an approver has ticked: each a report and the etag under which it was seen."""

    which: list[str] = []
    request: str = ""


@dataclass(frozen=True)
class Waiting:
    """`id` changes with the report: what was ticked stays ticked only while it is the same."""

    id: str
    which: str
    path: str
    title: str
    code: str
    agency: str
    period: str
    sent: str
    on_time: bool
    warnings: int
    found: Sequence[Found]

    @property
    def called(self) -> str:
        return " · ".join(filter(None, (self.title, self.agency, self.period)))


@dataclass(frozen=True)
class Refused:
    path: str
    title: str
    message: str


@router.get("")
async def inbox(request: Request, reader: OfApprover, page: str = "", all: str = "") -> Response:
    found = await _waiting(reader, page)
    return views.page(request, "inbox/page.html", here="inbox", **_nothing(all), **found)


@router.get("/lines")
async def lines(request: Request, reader: OfApprover, page: str = "") -> Response:
    return views.page(request, "inbox/waiting.html", all="", **await _waiting(reader, page))


@router.post("")
async def approve(
    request: Request, reader: OfApprover, sent: Annotated[Chosen, Form()], page: str = ""
) -> Response:
    """Approves what is ticked; what is refused says why, and the rest is done."""
    said = _nothing()
    try:
        if sent.which:
            answer = await _approve(reader.call, sent)
            refused = [one for one in answer.outcomes if one.reason]
            said["approved"] = len(answer.outcomes) - len(refused)
            said["refused"] = await _refused(reader, refused)
        else:
            said["trouble"] = reader.words._("Choose at least one report.")
    except DomainError as refusal:
        said["trouble"] = refusal.text(reader.words.language)
    return views.answer(
        request,
        "inbox/page.html",
        "inbox/decided.html",
        status=422 if said["trouble"] else 200,
        here="inbox",
        **said,
        **await _waiting(reader, page),
    )


def waiting(
    one: Submission, known: dict[str, forms.Form], agencies: dict[str, str], words: Words
) -> Waiting:
    form, language = known.get(one.form, forms.Form()), words.language
    title = words.either(form.title_vi, form.title_en)
    which = f"{one.name} {one.etag}"
    return Waiting(
        id=f"w-{uuid5(NAMESPACE_URL, which)}",
        which=which,
        path=f"/{one.name}",
        title=title or one.form,
        code=form.code,
        agency=agencies.get(one.agency, "–"),
        period=formats.period(one.period, language),
        sent=formats.when(one.submit_time, language),
        on_time=one.on_time,
        warnings=one.warnings,
        found=findings.found(one.findings, form, words),
    )


def _nothing(all: str = "") -> dict[str, Any]:
    """What is said before anything is decided."""
    return {"all": all, "trouble": "", "approved": 0, "refused": []}


async def _approve(call: Call, sent: Chosen) -> BatchApproveSubmissionsResponse:
    """The same choice sent twice from one page is one request."""
    asked = sorted(sent.which)
    pairs = (one.partition(" ") for one in asked)
    request = BatchApproveSubmissionsRequest(
        requests=[ApproveSubmissionRequest(name=name, etag=etag) for name, _, etag in pairs],
        request_id=str(uuid5(NAMESPACE_URL, " ".join([sent.request, *asked]))),
    )
    return await call.peer(BatchesServiceStub).BatchApproveSubmissions(request)


async def _refused(reader: Reader, outcomes: Sequence[BatchOutcome]) -> list[Refused]:
    found = await asyncio.gather(*(_seen(reader.call, one.name) for one in outcomes))
    told = await _told(reader, [one for one in found if one])
    lines = {one.path: one.called for one in told}
    return [
        Refused(f"/{one.name}", lines.get(f"/{one.name}", one.name), one.message)
        for one in outcomes
    ]


async def _seen(call: Call, name: str) -> Submission | None:
    """The report, if it is still to be seen."""
    try:
        return await peers.submission(call, name)
    except DomainError:
        return None


async def _waiting(reader: Reader, page: str) -> dict[str, Any]:
    asked = ListSubmissionsRequest(
        state=Submission.STATE_SUBMITTED, page_size=AT_ONCE, page_token=page
    )
    answer = await peers.submissions(reader.call, asked)
    flagged = [one.name for one in answer.submissions if one.warnings][:EXPLAINED]
    seen = await asyncio.gather(*(_seen(reader.call, name) for name in flagged))
    whole = {one.name: one for one in seen if one}
    reports = [whole.get(one.name, one) for one in answer.submissions]
    return {
        "lines": await _told(reader, reports),
        "unlocks": await peers.attempt(unlocks.waiting(reader)),
        "page": page,
        "next": answer.next_page_token,
        "request_id": str(uuid4()),
    }


async def _told(reader: Reader, reports: Sequence[Submission]) -> list[Waiting]:
    call = reader.call
    names, homes = sorted({one.form for one in reports}), sorted({one.agency for one in reports})
    found = await asyncio.gather(*(peers.form(call, name) for name in names))
    titles = await asyncio.gather(*(peers.agency_title(call, name) for name in homes))
    known, called = dict(zip(names, found, strict=True)), dict(zip(homes, titles, strict=True))
    return [waiting(one, known, called, reader.words) for one in reports]
