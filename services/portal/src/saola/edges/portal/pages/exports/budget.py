"""The table of the budget's plan and execution, as a file: whole đồng, every line."""

from fastapi import APIRouter, Response
from fastapi.exceptions import HTTPException

from saola.edges.portal import formats
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.budget import routes as budget
from saola.edges.portal.pages.budget.view import Line, Part
from saola.edges.portal.pages.exports.giving import given
from saola.edges.portal.pages.exports.tables import Cell, Table
from saola.edges.portal.readers import OfBudget

router = APIRouter(prefix="/exports/budget", route_class=Page)


@router.get("/{which}.{kind}")
async def execution(reader: OfBudget, which: str, kind: str, asked: budget.OfQuery) -> Response:
    found = await budget.asked_for(reader, asked)
    part = next((one for one in found["parts"] if one.key == which), None)
    if part is None:
        raise HTTPException(404)
    until = formats.day(found["until"], reader.words.language)
    table = of_execution(part, until, reader.words, by_area=found["by"] == "area")
    return await given(reader, table, kind)


def of_execution(part: Part, until: str, words: Words, *, by_area: bool) -> Table:
    _ = words._
    head = [_("Area") if by_area else _("Chapter"), _("Name"), _("Group")]
    head += [_("First plan"), _("Adjusted by"), _("Plan of the year"), _("Done")]
    head += [_("Share of the budget plan")]
    rows = [_row(one, by_area=by_area) for one in (*part.lines, part.total)]
    notes = [_("Up to %(day)s", day=until), _("Amount, đồng")]
    return Table(f"{_('Budget')} – {part.title}", notes, head, rows)


def _row(one: Line, *, by_area: bool) -> list[Cell]:
    """By area there is no plan: its cells stay empty."""
    plan: list[Cell] = [None] * 3 if by_area else [one.initial, one.adjusted, one.planned]
    share = None if one.share is None else round(one.share, 2)
    return [one.of, one.title, one.group, *plan, one.done, share]
