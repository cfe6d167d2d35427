"""Writing one report: what is there, and taking what was typed to the warehouse."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.obligations_pb2 import ExpectedReport, ListExpectedReportsRequest
from saola.apis.warehouse.v1.submissions_pb2 import (
    CreateSubmissionRequest,
    ListSubmissionsRequest,
    Submission,
    SubmitSubmissionRequest,
    UpdateSubmissionRequest,
    Value,
)
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.edges.portal import formats, peers
from saola.edges.portal.pages.reports import findings, grid
from saola.edges.portal.readers import Reader
from saola.kit.call import Call
from saola.kit.errors import DomainError

OPEN = (
    Submission.STATE_UNSPECIFIED,
    Submission.STATE_DRAFT,
    Submission.STATE_RETURNED,
    Submission.STATE_UNLOCKED,
)


@dataclass(frozen=True)
class Entry:
    """A report as it stands. `stored` has no name while it is not begun."""

    form: Form
    stored: Submission
    former: Submission
    asked: ExpectedReport | None

    @property
    def open(self) -> bool:
        return self.stored.state in OPEN


@dataclass
class Outcome:
    """What came of sending it: `errors` by line, `trouble` for what is about no line."""

    values: Sequence[Value] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    done: str = ""
    report: str = ""
    stored: Submission | None = None

    @property
    def status(self) -> int:
        return 422 if self.errors else 409 if self.trouble else 200


async def load(call: Call, agency: str, form: str, period: str) -> Entry:
    found, stored, former, asked = await asyncio.gather(
        peers.form(call, form),
        _stored(call, agency, form, period),
        _stored(call, agency, form, formats.before(period)),
        peers.attempt(_asked(call, agency, form, period)),
    )
    if not stored.name:
        stored.agency, stored.form, stored.period = agency, form, period
    return Entry(found, stored, former, asked)


async def send(reader: Reader, entry: Entry, sent: Mapping[str, str]) -> Outcome:
    """Stores what is new, and submits where that was the button. Each step is refused or kept as a
    whole; a repeat of the same page does nothing twice.
    """
    typed = grid.read(entry.form, sent)
    fresh = grid.new(typed, entry.stored, reader.words)
    outcome = Outcome(values=typed)
    try:
        outcome.stored = await _keep(reader.call, entry, fresh, sent)
        outcome.done = "saved"
        if sent.get("do") != "submit":
            return outcome
        if findings.unseen(outcome.stored.findings, sent.get("seen", "")) and not _word(sent):
            outcome.done = "warned"
        else:
            outcome.stored = await _submit(reader.call, outcome.stored, sent)
            outcome.report, outcome.done = f"/{outcome.stored.name}", "submitted"
    except DomainError as refusal:
        outcome.errors = grid.errors(refusal, fresh, entry.form, reader.words)
        outcome.trouble = "" if outcome.errors else refusal.text(reader.words.language)
        if refusal.reason == "STALE_WRITE":
            outcome.stored = await peers.submission(reader.call, entry.stored.name)
    return outcome


async def _keep(
    call: Call, entry: Entry, values: Sequence[Value], sent: Mapping[str, str]
) -> Submission:
    stub = call.peer(SubmissionsServiceStub)
    if not entry.stored.name:
        begun = Submission(
            agency=entry.stored.agency,
            form=entry.stored.form,
            period=entry.stored.period,
            values=values,
        )
        create = CreateSubmissionRequest(submission=begun, request_id=_step(sent, "create"))
        return await stub.CreateSubmission(create)
    if not values:
        return entry.stored
    update = UpdateSubmissionRequest(
        name=entry.stored.name,
        values=values,
        etag=sent.get("etag", ""),
        request_id=_step(sent, "update"),
    )
    return await stub.UpdateSubmission(update)


async def _submit(call: Call, stored: Submission, sent: Mapping[str, str]) -> Submission:
    request = SubmitSubmissionRequest(
        name=stored.name,
        etag=stored.etag,
        request_id=_step(sent, "submit"),
        note=_word(sent),
    )
    return await call.peer(SubmissionsServiceStub).SubmitSubmission(request)


def _word(sent: Mapping[str, str]) -> str:
    """What is said on all that was found."""
    return sent.get("note", "").strip()


def _step(sent: Mapping[str, str], step: str) -> str:
    """One id for each step of what one page sends."""
    return str(uuid5(NAMESPACE_URL, f"{sent.get('request', '')}/{step}"))


async def _stored(call: Call, agency: str, form: str, period: str) -> Submission:
    request = ListSubmissionsRequest(agency=agency, form=form, period=period, page_size=1)
    found = (await peers.submissions(call, request)).submissions
    return await peers.submission(call, found[0].name) if found else Submission()


async def _asked(call: Call, agency: str, form: str, period: str) -> ExpectedReport | None:
    """Whoever is to send it now: an agency, or who took over its open work."""
    request = ListExpectedReportsRequest(form=form, period=period, page_size=1000)
    reports = (await peers.expected(call, request)).reports
    return next((one for one in reports if one.agency == agency), None)
