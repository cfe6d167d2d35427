"""Which rows the files of the budget have."""

from collections.abc import Mapping, Sequence

from saola.apis.budget.v1.allocations_pb2 import Allocation
from saola.apis.budget.v1.entries_pb2 import Entry
from saola.apis.budget.v1.projects_pb2 import Project
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.pages.budget.view import Line, Part
from saola.edges.portal.pages.exports.tables import Cell, Table


def of_entries(found: Sequence[Entry], titles: Mapping[str, str], words: Words) -> Table:
    """With the columns of a list of the treasury, and whose it is."""
    _, flows, levels = words._, names.flows(words), names.levels(words)
    rows: list[list[Cell]] = [
        [
            *(one.day, flows[one.flow], one.chapter, one.sector, one.item, levels[one.level]),
            *(one.area, one.document, one.amount, titles.get(one.agency, "–")),
        ]
        for one in found
    ]
    return Table(_("Entries"), [], [*names.columns(words).values(), _("Unit")], rows)


def of_plan(found: Sequence[Allocation], titles: Mapping[str, str], words: Words) -> Table:
    _, flows, groups = words._, names.flows(words), names.groups(words)
    levels = names.levels(words)
    head = [_("Year"), _("Decision"), _("Day"), _("Revenue or expenditure"), _("Group")]
    head += [_("Chapter"), _("Budget level"), _("Amount, đồng"), _("Unit"), _("Why")]
    rows: list[list[Cell]] = [
        [
            *(one.year, one.document, one.day, flows[one.flow]),
            *(groups.get(one.group, one.group), one.chapter, levels[one.level], one.amount),
            *(titles.get(one.agency, "–"), one.reason),
        ]
        for one in found
    ]
    return Table(_("Decisions on the plan"), [], head, rows)


def of_projects(found: Sequence[Project], titles: Mapping[str, str], words: Words) -> Table:
    _ = words._
    head = [_("Code"), _("Project"), _("Unit"), _("Area code"), _("Total investment, đồng")]
    head += [
        _("Capital plan"),
        _("Disbursed"),
        _("Share of the capital plan"),
        _("Built, per cent"),
    ]
    head += [_("From the day"), _("To be finished"), _("Finished on"), _("State")]
    head += [_("What stands in its way")]
    rows: list[list[Cell]] = [
        [
            *(one.code, one.title, titles.get(one.agency, "–"), one.area, one.total),
            *(one.planned, one.disbursed, _share(one.planned, one.disbursed), one.progress),
            *(one.first_day, one.last_day, one.finish_day, _state(one, words), one.obstacle),
        ]
        for one in found
    ]
    return Table(_("Public investment"), [], head, rows)


def _state(one: Project, words: Words) -> str:
    if one.finish_day:
        return words._("finished")
    return words._("behind") if one.late else words._("under way")


def _share(planned: int, disbursed: int) -> Cell:
    share = Line("", "", "", planned, planned, disbursed).share
    return None if share is None else round(share, 2)


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
