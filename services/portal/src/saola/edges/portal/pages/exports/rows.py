"""Which rows the file of a list has: those of the page."""

from collections.abc import Sequence
from decimal import Decimal

from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.edges.portal import asking, fields, formats
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.board.view import Shown, words_of
from saola.edges.portal.pages.exports.tables import Cell, Table
from saola.edges.portal.pages.rates import view as rates
from saola.edges.portal.pages.rates.routes import Asked
from saola.edges.portal.pages.reports.view import Line


def of_reports(lines: Sequence[Line], words: Words) -> Table:
    _ = words._
    head = [_("Code"), _("Report"), _("Unit"), _("Period"), _("Due"), _("State"), _("Sent")]
    head += [_("late"), _("exempt")]
    late = {True: _("late"), False: ""}
    rows: list[list[Cell]] = [
        [
            *(one.code, one.title, one.agency, one.period, one.due, one.word, one.sent),
            *(late[one.late], one.exempt),
        ]
        for one in lines
    ]
    return Table(_("Reports"), [], head, rows)


def of_board(board: Shown, words: Words) -> Table:
    _, named = words._, words_of(words)
    rows: list[list[Cell]] = [[one.title, named[one.kind], one.said] for one in board.cells]
    title = f"{_('Live board')} {formats.day(board.on, words.language)}"
    return Table(title, [], [_("Unit"), _("State"), _("Note")], rows)


def of_dictionary(found: Sequence[Indicator], words: Words) -> Table:
    _ = words._
    head = [_("Code"), _("Name in Vietnamese"), _("Name in English"), _("Field")]
    head += [_("Unit of measure"), _("Decimals")]
    rows: list[list[Cell]] = [
        [
            *(one.code, one.title_vi, one.title_en, fields.title(one.field, words)),
            *(one.unit, one.decimals),
        ]
        for one in found
    ]
    return Table(_("Indicators"), [], head, rows)


def of_rates(lines: Sequence[rates.Line], asked: Asked, words: Words) -> Table:
    _ = words._
    head = [rates.heads(words)[asked.by], _("Code"), _("Asked for"), _("Reports sent")]
    head += [
        _("In time"),
        _("Overdue"),
        _("Exempt"),
        _("Sent, %"),
        _("In time, %"),
        _("Required cells, %"),
    ]
    rows: list[list[Cell]] = [
        [
            *(one.title, one.code, one.expected, one.submitted, one.on_time),
            *(one.overdue, one.exempt),
            *map(_rounded, (one.complete, one.timely, one.cells)),
        ]
        for one in lines
    ]
    notes = []
    if (moment := asking.moment(asked.as_of)) is not None:
        when = formats.when(moment, words.language)
        notes.append(_("Figures as they were known at %(t)s.", t=when))
    return Table(_("Completeness and timeliness"), notes, head, rows)


def _rounded(share: Decimal | None) -> Decimal | None:
    return None if share is None else round(share, 2)
