"""Which rows a table of a file has: those of the page, with every digit that is known."""

from collections.abc import Sequence

from saola.apis.warehouse.v1.figures_pb2 import Series
from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import fields, formats, glances
from saola.edges.portal.asking import Asking
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.exports.tables import Cell, Table
from saola.edges.portal.rankings import Row


def notes(asked: Asking, period: str, words: Words) -> list[str]:
    found = [words._("Period: %(p)s", p=formats.period(period, words.language))] if period else []
    if asked.moment is not None:
        when = formats.when(asked.moment, words.language)
        found.append(words._("Figures as they were known at %(t)s.", t=when))
    return found


def of_all(title: str, figures: Sequence[Figure], asked: Asking, words: Words) -> Table:
    """Of several fields: each line says of which it is."""
    table = of_field(title, figures, asked, words)
    rows = [
        [fields.title(figure.field, words), *row]
        for figure, row in zip(figures, table.rows, strict=True)
    ]
    return Table(title, table.notes, [words._("Field"), *table.head], rows)


def of_field(title: str, figures: Sequence[Figure], asked: Asking, words: Words) -> Table:
    _ = words._
    head = [
        *(_("Code"), _("Indicator"), _("Unit of measure"), _("Period"), _("Value")),
        *(_("Status"), _("Same period last year"), _("Change"), _("Counted in")),
        *(_("Plan"), _("Share of the plan"), _("Reported"), _("Expected"), _("State")),
    ]
    return Table(title, notes(asked, "", words), head, [_figure(one, words) for one in figures])


def _figure(of: Figure, words: Words) -> list[Cell]:
    shown = glances.glance(of, words)
    return [
        *(of.code, shown.title, of.unit, of.period, formats.decimal(of.value), shown.status),
        *(formats.decimal(of.year_before.value), formats.decimal(of.year_before.change.value)),
        _counted(shown.delta, words),
        *(formats.decimal(of.plan.value), formats.decimal(of.plan.share)),
        *(of.reporters, of.expected, shown.shine.word),
    ]


def _counted(delta: glances.Delta | None, words: Words) -> str:
    """Per cent and points are never mixed, in a file neither."""
    if delta is None:
        return ""
    return words._("points") if delta.text.endswith(words._("points")) else "%"


def of_series(title: str, series: Series, asked: Asking, words: Words) -> Table:
    _ = words._
    head = [
        *(_("Period"), _("Value"), _("Status"), _("Same period last year"), _("Plan")),
        *(_("Units"), _("Updated")),
    ]
    rows: list[list[Cell]] = [
        [
            *(point.period, formats.decimal(point.value), glances.status(point.status, words)),
            *(formats.decimal(point.year_before.value), formats.decimal(point.plan)),
            point.reporters,
            _moment(point),
        ]
        for point in series.points
    ]
    return Table(title, notes(asked, "", words), head, rows)


def of_parts(title: str, rows: Sequence[Row], asked: Asking, period: str, words: Words) -> Table:
    _ = words._
    head = [
        *(_("Rank"), _("Code"), _("Name"), _("Value"), _("Status"), _("Share of the plan")),
        *(_("On a year ago"), _("Reported"), _("Expected"), _("State"), _("Updated")),
    ]
    lines: list[list[Cell]] = [
        [
            *(row.rank or None, row.code, row.title, row.number, row.status),
            *(row.share.percent if row.share else None, row.changed),
            *(row.reporters, row.expected, row.shine.word, row.recorded),
        ]
        for row in rows
    ]
    return Table(title, notes(asked, period, words), head, lines)


def _moment(of: glances.Timed) -> str:
    known = of.record_time.seconds > 0
    return formats.local(of.record_time).isoformat(timespec="seconds") if known else ""
