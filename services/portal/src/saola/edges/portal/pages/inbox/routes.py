"""The approver's inbox: reports that were sent and wait for a decision, and approving several."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from saola.apis.warehouse.v1.batches_pb2 import (
    BatchApproveSubmissionsRequest,
    BatchApproveSubmissionsResponse,
    BatchOutcome,
)
from saola.apis.warehouse.v1.batches_pb2_grpc import BatchesServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import ApproveSubmissionRequest
from saola.edges.portal import views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.inbox import waiting
from saola.edges.portal.readers import OfApprover, Reader
from saola.kit.call import Call
from saola.kit.errors import DomainError

router = APIRouter(prefix="/inbox", route_class=Page)


class Chosen(BaseModel):
    """What an approver has ticked: each a report and the etag under which it was seen."""

    which: list[str] = []
    request: str = ""


@dataclass(frozen=True)
class Refused:
    path: str
    title: str
    message: str


@router.get("")
async def inbox(request: Request, reader: OfApprover, page: str = "", all: str = "") -> Response:
    found = await waiting.found(reader, page)
    return views.page(request, "inbox/page.html", here="inbox", **_nothing(all), **found)


@router.get("/lines")
async def lines(request: Request, reader: OfApprover, page: str = "") -> Response:
    return views.page(request, "inbox/waiting.html", all="", **await waiting.found(reader, page))


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
        **await waiting.found(reader, page),
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
    found = await asyncio.gather(*(waiting.seen(reader.call, one.name) for one in outcomes))
    told = await waiting.told(reader, [one for one in found if one])
    lines = {one.path: one.called for one in told}
    return [
        Refused(f"/{one.name}", lines.get(f"/{one.name}", one.name), one.message)
        for one in outcomes
    ]
