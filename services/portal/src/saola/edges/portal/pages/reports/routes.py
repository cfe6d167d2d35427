"""What the reader has to report, and the page where one report is written."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.reports import findings, grid, view
from saola.edges.portal.pages.reports.entry import Entry, Outcome, load, send
from saola.edges.portal.readers import OfReader, OfReporter, Reader
from saola.periods.periods import NotAPeriod, Period

router = APIRouter(prefix="/reports", route_class=Page)


async def _listed(reader: Reader, show: str, q: str, page: str) -> dict[str, Any]:
    show = show if show in view.SHOWS else "today"
    now = reader.call.now
    answer = await peers.expected(reader.call, view.asked(show, q, now, page))
    lines = [view.line(one, reader.words, now) for one in answer.reports]
    if show == "late":
        lines = [line for line in lines if line.late]
    return {
        "show": show,
        "q": q,
        "base": urlencode({"show": show, "q": q} if q else {"show": show}),
        "page": page,
        "lines": lines,
        "next": answer.next_page_token,
    }


@router.get("")
async def reports(
    request: Request, reader: OfReporter, show: str = "today", q: str = "", page: str = ""
) -> Response:
    found = await _listed(reader, show, q, page)
    return views.page(request, "reports/page.html", here="reports", **found)


@router.get("/lines")
async def lines(
    request: Request, reader: OfReporter, show: str = "today", q: str = "", page: str = ""
) -> Response:
    return views.page(request, "reports/list.html", **await _listed(reader, show, q, page))


@router.get("/{agency}/{form}/{period}")
async def show(
    request: Request, reader: OfReader, agency: UUID, form: UUID, period: str
) -> Response:
    entry = await _entry(reader, agency, form, period)
    if not entry.open:
        return RedirectResponse(f"/{entry.stored.name}", 303)
    return _shown(request, reader, entry, Outcome())


@router.post("/{agency}/{form}/{period}")
async def write(
    request: Request, reader: OfReader, agency: UUID, form: UUID, period: str
) -> Response:
    entry = await _entry(reader, agency, form, period)
    sent = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    outcome = await send(reader, entry, sent)
    if outcome.report:
        if request.headers.get("hx-request"):
            return Response(headers={"hx-redirect": outcome.report})
        return RedirectResponse(outcome.report, 303)
    return _shown(request, reader, entry, outcome, sent.get("note", ""))


async def _entry(reader: Reader, agency: UUID, form: UUID, period: str) -> Entry:
    try:
        Period.read(period)
    except NotAPeriod:
        raise HTTPException(404) from None
    return await load(reader.call, f"agencies/{agency}", f"forms/{form}", period)


def _shown(
    request: Request, reader: Reader, entry: Entry, outcome: Outcome, note: str = ""
) -> Response:
    words, stored = reader.words, outcome.stored or entry.stored
    typed = {value.item: value for value in outcome.values}
    values = typed or grid.spelt(entry.form, entry.stored, words)
    former = {value.item: value for value in entry.former.values}
    rows = grid.rows(entry.form, values, former, outcome.errors, words)
    found = findings.found(stored.findings, entry.form, words)
    due = stored.due_time if stored.HasField("due_time") else None
    if entry.asked and due is None:
        due = entry.asked.due_time
    now = reader.call.now
    return views.answer(
        request,
        "reports/entry.html",
        "reports/form.html",
        status=outcome.status,
        here="reports",
        address=request.url.path,
        form=entry.form,
        stored=stored,
        asked=entry.asked,
        kind=view.KINDS[stored.state],
        word=view.words_of(words)[stored.state],
        rows=rows,
        filled=sum(1 for row in rows if row.required and (row.value or row.status != 1)),
        required=sum(1 for row in rows if row.required),
        statuses=grid.statuses(rows, words),
        found=found,
        found_at=defaultdict(list, findings.by_line(found)),
        said_note=note,
        outcome=outcome,
        at=formats.local(now).strftime("%H:%M:%S"),
        due=due,
        now=int(now.timestamp() * 1000),
        request_id=str(uuid4()),
        period_before=formats.before(stored.period),
    )
