"""Completeness and timeliness by unit, form, field or period, now or as of a moment."""

from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from saola.apis.warehouse.v1.rates_pb2 import ListRatesRequest
from saola.edges.portal import asking, fields, formats, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.rates import view
from saola.edges.portal.readers import OfReader, Reader
from saola.kit.errors import InvalidField

router = APIRouter(prefix="/rates", route_class=Page)
AT_ONCE: Final = 50


class Asked(BaseModel):
    """The question of the page and of its files. Days as people write them, the last one counted
    in; `as_of` as browsers do."""

    group: str = ""
    first: str = ""
    last: str = ""
    period: str = ""
    form: str = ""
    field: str = ""
    agency: str = ""
    as_of: str = ""
    sort: str = ""

    @property
    def by(self) -> str:
        return self.group if self.group in view.GROUPS else "agency"

    @property
    def kept(self) -> dict[str, str]:
        return self.model_dump(exclude={"group", "sort"})


OfQuery = Annotated[Asked, Query()]


async def lines(reader: Reader, asked: Asked) -> tuple[list[view.Line], view.Line]:
    """All of them in their order, and all together."""
    request = ListRatesRequest(
        page_size=1000,
        group=view.GROUPS[asked.by],
        period=asked.period,
        form=asked.form,
        field=asked.field,
        agency=asked.agency,
    )
    if asked.first or asked.last:
        first, last = _days(asked, reader)
        request.due_from, request.due_to = str(first), str(last + timedelta(days=1))
    if (moment := asking.moment(asked.as_of)) is not None:
        request.as_of.CopyFrom(moment)
    rates, total = await peers.rates(reader.call, request)
    words, kept = reader.words, asked.kept
    found = [view.line(one, asked.by, kept, words, at) for at, one in enumerate(rates)]
    return view.in_order(found, asked.sort), view.line(total, "", kept, words)


@router.get("")
async def show(
    request: Request,
    reader: OfReader,
    asked: OfQuery,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:
    found, total = await lines(reader, asked)
    begin, words = (page - 1) * AT_ONCE, reader.words
    which = {key: value for key, value in asked.kept.items() if value}
    return views.page(
        request,
        "rates/page.html",
        here="board",
        asked=asked,
        by=asked.by,
        lines=found[begin : begin + AT_ONCE],
        total=total,
        count=len(found),
        first=begin + 1,
        number_of=page,
        more=begin + AT_ONCE < len(found),
        which=which,
        base=urlencode(which | {"group": asked.by}),
        groups=[(key, name, urlencode(which | {"group": key})) for key, name in _groups(reader)],
        head=view.heads(words)[asked.by],
        narrowed=await _narrowed(reader, asked),
        percent=lambda share: view.percent(share, words),
        moment=asking.moment(asked.as_of),
        month=formats.period(f"{formats.local(reader.call.now):%Y-%m}", words.language),
    )


def _groups(reader: Reader) -> list[tuple[str, str]]:
    return list(view.titles(reader.words).items())


async def _narrowed(reader: Reader, asked: Asked) -> list[tuple[str, str]]:
    """To what the question is narrowed, and the address without it."""
    said = dict[str, str]()
    if asked.form:
        form = await peers.form(reader.call, asked.form)
        said["form"] = reader.words.either(form.title_vi, form.title_en)
    if asked.agency:
        said["agency"] = await peers.agency_title(reader.call, asked.agency) or "–"
    if asked.field:
        said["field"] = fields.title(asked.field, reader.words)
    if asked.period:
        said["period"] = formats.period(asked.period, reader.words.language)
    found = []
    for key, title in said.items():
        rest: dict[str, Any] = {
            name: value for name, value in asked.kept.items() if value and name != key
        }
        found.append((title, f"/rates?{urlencode(rest | {'group': asked.by})}"))
    return found


def _days(asked: Asked, reader: Reader) -> tuple[date, date]:
    """The month so far, where one end is not named."""
    today = formats.local(reader.call.now).date()
    first = _day(asked.first, "first") or today.replace(day=1)
    return first, _day(asked.last, "last") or max(today, first)


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(formats.unslashed(text))
    except ValueError:
        raise InvalidField(field=field) from None
