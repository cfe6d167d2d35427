"""The first page of the budget: what was planned and done, by chapter or by area."""

from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from saola.apis.budget.v1.execution_pb2 import ListExecutionRequest
from saola.edges.portal import formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import (
    entries,
    entry,
    finding,
    imported,
    importing,
    payments,
    plan,
    project,
    projects,
    spelling,
    view,
)
from saola.edges.portal.readers import OfBudget, Reader
from saola.kit.errors import InvalidField

router = APIRouter(prefix="/budget", route_class=Page)


class Asked(BaseModel):
    """The question of the page and of its files."""

    year: int = 0
    day: str = ""
    by: str = ""
    agency: str = ""
    sort: str = ""


OfQuery = Annotated[Asked, Query()]


async def asked_for(reader: Reader, asked: Asked) -> dict[str, Any]:
    """What the page shows, and its file: `parts`, and the question as it was understood."""
    today = formats.local(reader.call.now).date()
    year = asked.year or today.year
    until = _until(year, asked.day, today)
    request = ListExecutionRequest(year=year, day=until.isoformat(), agency=asked.agency)
    known = dict[str, str]()
    if asked.by == "area":
        request.by = ListExecutionRequest.BY_AREA
        known = await finding.areas(reader)
    found = await peers.execution(reader.call, request)
    return {
        "year": year,
        "until": until,
        "day": asked.day,
        "by": "area" if asked.by == "area" else "chapter",
        "agency": asked.agency,
        "sort": asked.sort if asked.sort.removeprefix("-") in view.SORTS else "of",
        "parts": view.parts(found, known, asked.sort, reader.words),
    }


@router.get("")
async def show(request: Request, reader: OfBudget, asked: OfQuery) -> Response:
    found = await asked_for(reader, asked)
    words, over = reader.words, view.elapsed(found["year"], found["until"])
    kept = {key: found[key] for key in ("year", "day", "by", "agency")}
    return views.page(
        request,
        "budget/page.html",
        here="budget",
        tab="execution",
        **found,
        day_said=formats.day(found["until"], words.language),
        query=urlencode({key: value for key, value in kept.items() if value}),
        years=[(one, one) for one in finding.years(reader)],
        agencies=await finding.agencies(reader),
        over=over,
        millions=lambda amount: spelling.millions(amount, words),
        percent=lambda share: spelling.percent(share, words),
        light=lambda part: view.kind(part.total.share, over, good=part.key == "revenue"),
        spoken=lambda amount: spelling.spoken(amount, words),
    )


def _until(year: int, day: str, today: date) -> date:
    """The day up to which: the one that is named, else today, else the end of its year."""
    try:
        last = date(year + 1, 1, 1) - timedelta(days=1)
        said = date.fromisoformat(formats.unslashed(day)) if day else min(today, last)
    except ValueError:
        raise InvalidField(field="day") from None
    return said if said.year == year else last


for part in (entries, entry, plan, projects, project, payments, importing, imported):
    router.include_router(part.router)
