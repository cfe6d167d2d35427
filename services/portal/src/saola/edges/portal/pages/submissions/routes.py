"""One report: what it says, who entered what and when; and deciding about it."""

import asyncio
from collections import defaultdict
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from saola.apis.warehouse.v1.submissions_pb2 import (
    ApproveSubmissionRequest,
    ReturnSubmissionRequest,
    Submission,
    Value,
)
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.apis.warehouse.v1.unlocks_pb2 import ListUnlocksRequest
from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.reports import findings, grid
from saola.edges.portal.pages.reports.view import KINDS, words_of
from saola.edges.portal.pages.submissions import unlocking
from saola.edges.portal.pages.submissions.unlocking import Asked, standing
from saola.edges.portal.pages.submissions.view import steps
from saola.edges.portal.readers import OfReader, Reader
from saola.kit.errors import DomainError

router = APIRouter(prefix="/submissions", route_class=Page)
WRITING = (Submission.STATE_DRAFT, Submission.STATE_RETURNED, Submission.STATE_UNLOCKED)


class Decision(BaseModel):
    """The form of an approver."""

    do: str = ""
    etag: str = ""
    reason: str = ""
    request_id: str = ""


@router.get("/{submission}")
async def show(request: Request, reader: OfReader, submission: UUID) -> Response:
    found = await _found(reader, f"submissions/{submission}")
    return views.page(request, "submissions/page.html", here="inbox", trouble="", **found)


@router.get("/{submission}/part")
async def part(request: Request, reader: OfReader, submission: UUID) -> Response:
    found = await _found(reader, f"submissions/{submission}")
    return views.page(request, "submissions/report.html", trouble="", **found)


@router.post("/{submission}")
async def decide(
    request: Request, reader: OfReader, submission: UUID, sent: Annotated[Decision, Form()]
) -> Response:
    """Approves the report, or returns it with a reason. What was read decides: see the etag."""
    name, stub = f"submissions/{submission}", reader.call.peer(SubmissionsServiceStub)
    which = {"name": name, "etag": sent.etag, "request_id": sent.request_id}
    trouble = ""
    try:
        if sent.do == "approve":
            await stub.ApproveSubmission(ApproveSubmissionRequest(**which))
        elif sent.reason.strip():
            await stub.ReturnSubmission(ReturnSubmissionRequest(**which, reason=sent.reason))
        else:
            trouble = reader.words._("Say what has to be corrected.")
    except DomainError as refusal:
        trouble = refusal.text(reader.words.language)
    if not trouble and not request.headers.get("hx-request"):
        return RedirectResponse(request.url.path, 303)
    found = await _found(reader, name)
    return views.answer(
        request,
        "submissions/page.html",
        "submissions/report.html",
        status=422 if trouble else 200,
        here="inbox",
        trouble=trouble,
        reason=sent.reason,
        **found,
    )


@router.post("/{submission}/unlock")
async def unlock(
    request: Request, reader: OfReader, submission: UUID, sent: Annotated[Asked, Form()]
) -> Response:
    """Asks that it be open again, opens it until an end, or says why it stays closed."""
    name, trouble = f"submissions/{submission}", ""
    try:
        if sent.do == "ask":
            await unlocking.ask(reader, name, sent)
        else:
            await unlocking.decide(reader, sent)
    except DomainError as refusal:
        trouble = refusal.text(reader.words.language)
    if not trouble and not request.headers.get("hx-request"):
        return RedirectResponse(f"/{name}", 303)
    found = await _found(reader, name)
    if trouble:
        found["asked"] = sent
    return views.answer(
        request,
        "submissions/page.html",
        "submissions/report.html",
        status=422 if trouble else 200,
        here="inbox",
        trouble=trouble,
        **found,
    )


async def _found(reader: Reader, name: str) -> dict[str, Any]:
    call, words = reader.call, reader.words
    stored = await peers.submission(call, name)
    form, changes, agency, unlocks = await asyncio.gather(
        peers.form(call, stored.form),
        peers.attempt(peers.changes(call, name)),
        peers.agency_title(call, stored.agency),
        peers.attempt(peers.unlocks(call, ListUnlocksRequest(submission=name, page_size=1))),
    )
    people = [change.actor for change in changes or ()] + [one.requester for one in unlocks or ()]
    names = await peers.titles_of(call, people)
    found = findings.found(stored.findings, form, words)
    stand = None if unlocks is None else standing(unlocks, stored, form, call.caller)
    waiting = stand.waiting if stand else None
    labels = {item.code: words.either(item.label_vi, item.label_en) for item in form.items}
    values = {value.item: value for value in stored.values}
    path = [stored.agency.removeprefix("agencies/"), stored.form.removeprefix("forms/")]
    return {
        "stored": stored,
        "form": form,
        "agency": agency,
        "kind": KINDS[stored.state],
        "word": words_of(words)[stored.state],
        "rows": [
            (item, labels[item.code], values.get(item.code), _said(values.get(item.code), reader))
            for item in form.items
        ],
        "steps": None
        if changes is None
        else steps(changes, labels, names, f"officials/{call.caller.id}", words),
        "deciding": stored.state == Submission.STATE_SUBMITTED and "approver" in reader.roles,
        "writing": stored.state in WRITING and "reporter" in reader.roles,
        "entry": "/reports/" + "/".join([*path, stored.period]),
        "found": found,
        "found_at": defaultdict(list, findings.by_line(found)),
        "unlock": stand,
        "asked": Asked(),
        "asker": names.get(waiting.requester, "") if waiting else "",
        "ends": unlocking.ends(call.now, words),
        "request_id": str(uuid4()),
        "address": f"/{name}",
    }


def _said(value: Value | None, reader: Reader) -> str:
    return grid.said(value, reader.words) if value is not None else "–"
