"""What waits for an approver: reports that were sent, and requests to open some again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1.submissions_pb2 import ListSubmissionsRequest, Submission
from saola.edges.portal import formats, peers
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.inbox import unlocks
from saola.edges.portal.pages.reports import findings
from saola.edges.portal.pages.reports.findings import Found
from saola.edges.portal.readers import Reader
from saola.kit.call import Call
from saola.kit.errors import DomainError

AT_ONCE, EXPLAINED = 50, 20  # of how many it is said what was found, beside how much


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


async def found(reader: Reader, page: str) -> dict[str, Any]:
    asked = ListSubmissionsRequest(
        state=Submission.STATE_SUBMITTED, page_size=AT_ONCE, page_token=page
    )
    answer = await peers.submissions(reader.call, asked)
    flagged = [one.name for one in answer.submissions if one.warnings][:EXPLAINED]
    shown = await asyncio.gather(*(seen(reader.call, name) for name in flagged))
    whole = {one.name: one for one in shown if one}
    reports = [whole.get(one.name, one) for one in answer.submissions]
    return {
        "lines": await told(reader, reports),
        "unlocks": await peers.attempt(unlocks.waiting(reader)),
        "page": page,
        "next": answer.next_page_token,
        "request_id": str(uuid4()),
    }


async def told(reader: Reader, reports: Sequence[Submission]) -> list[Waiting]:
    call = reader.call
    names, homes = sorted({one.form for one in reports}), sorted({one.agency for one in reports})
    found = await asyncio.gather(*(peers.form(call, name) for name in names))
    titles = await asyncio.gather(*(peers.agency_title(call, name) for name in homes))
    known, called = dict(zip(names, found, strict=True)), dict(zip(homes, titles, strict=True))
    return [waiting(one, known, called, reader.words) for one in reports]


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


async def seen(call: Call, name: str) -> Submission | None:
    """The report, if it is still to be seen."""
    try:
        return await peers.submission(call, name)
    except DomainError:
        return None
