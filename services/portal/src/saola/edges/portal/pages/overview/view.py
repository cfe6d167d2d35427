"""The figures of the first page, by field, and the sentence above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.board.view import Shown


@dataclass(frozen=True)
class Tile:
    """One indicator. `value` is empty where no figure is there: a gap is no zero."""

    code: str
    title: str
    unit: str
    value: str
    delta: str
    up: bool
    series: Sequence[Decimal | None]
    said: str
    period: str
    reporters: str
    whole: bool
    recorded: str


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    tiles: Sequence[Tile]


def fields(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "economy": _("Economy and society"),
        "budget": _("Budget"),
        "procedures": _("Public services"),
        "feedback": _("Citizens' feedback"),
        "documents": _("Electronic documents"),
        "education": _("Education"),
        "health": _("Health"),
        "tourism": _("Tourism"),
        "security": _("Security and traffic"),
    }


def groups(figures: Sequence[Figure], words: Words) -> list[Group]:
    """By field, the known ones first and in their order."""
    named = fields(words)
    keys = list(dict.fromkeys([*named, *(figure.field for figure in figures)]))
    found = [
        Group(
            key,
            named.get(key, key or words._("Other")),
            [tile(figure, words) for figure in figures if figure.field == key],
        )
        for key in keys
    ]
    return [group for group in found if group.tiles]


def tile(figure: Figure, words: Words) -> Tile:
    language = words.language
    value, former = formats.decimal(figure.value), formats.decimal(figure.former_value)
    change = value - former if value is not None and former is not None else None
    known = figure.HasField("record_time")
    return Tile(
        code=figure.code,
        title=words.either(figure.title_vi, figure.title_en),
        unit=figure.unit,
        value="" if value is None else formats.tile(value, language),
        delta="" if change is None else _signed(change, language),
        up=change is not None and change > 0,
        series=[formats.decimal(one) for one in figure.series],
        said=words.ngettext("%(num)s period", "%(num)s periods", len(figure.series)),
        period=formats.period(figure.period, language) if figure.period else "–",
        reporters=f"{figure.reporters}/{figure.expected}" if figure.expected else "",
        whole=figure.reporters >= figure.expected,
        recorded=formats.when(figure.record_time, language) if known else "",
    )


def sentence(board: Shown | None, figures: Sequence[Figure] | None, words: Words) -> Markup:
    """The answer first: who has sent, what is missing, how many indicators have figures."""
    parts = []
    if board is not None and board.agencies:
        all_of = {"a": board.complete, "b": board.agencies}
        parts.append(
            words.marked("<b>%(a)s of %(b)s units</b> have sent all of today's reports.", **all_of)
        )
        late = {"c": board.missing, "t": board.due}
        if board.missing and board.late:
            parts.append(words.marked("<b>%(c)s</b> are overdue since %(t)s.", **late))
        elif board.missing and board.until:
            parts.append(words.marked("<b>%(c)s</b> are still to come until %(t)s.", **late))
    elif board is not None:
        parts.append(words.marked("Nothing is due today."))
    if figures:
        known = sum(1 for figure in figures if formats.decimal(figure.value) is not None)
        of_all = {"a": known, "b": len(figures)}
        parts.append(words.marked("<b>%(a)s of %(b)s indicators</b> have figures.", **of_all))
    return Markup(" ").join(parts)


def _signed(change: Decimal, language: str) -> str:
    text = formats.tile(abs(change), language)
    return f"−{text}" if change < 0 else f"+{text}" if change > 0 else "±0"
