"""What the overview shows of the figures: six tiles, a line a field, and the sentence above."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from saola.apis.warehouse.v1.figures_pb2 import Light
from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import fields, formats
from saola.edges.portal.glances import Glance, glance
from saola.edges.portal.i18n import Words

TILES: Final = 6


@dataclass(frozen=True)
class Line:
    """One field, told by its headline; `behind`: how many of its other figures are red."""

    key: str
    icon: str
    title: str
    headline: Glance
    behind: int

    @property
    def path(self) -> str:
        return f"/fields/{self.key}"


def telling(figure: Figure) -> tuple[bool, bool, bool]:
    """How much a figure tells, the most first when sorted: rated, planned, known."""
    rated = figure.light.colour != Light.COLOUR_UNSPECIFIED
    return not rated, not figure.plan.share, not figure.value


def ordered(figures: Sequence[Figure], pinned: Sequence[str]) -> list[Figure]:
    """Those that were pinned in their order, then by what they tell, then by code."""
    places = {code: place for place, code in enumerate(pinned)}
    return sorted(
        figures, key=lambda one: (places.get(one.code, len(pinned)), telling(one), one.code)
    )


def headlines(figures: Sequence[Figure], pinned: Sequence[str]) -> list[Figure]:
    """Of each field the one that tells the most; the fields in their order, unknown ones last."""
    found = dict[str, Figure]()
    for figure in ordered(figures, pinned):
        found.setdefault(figure.field, figure)
    known = list(fields.SIGNS)
    return sorted(
        found.values(),
        key=lambda one: (known.index(one.field) if one.field in known else len(known), one.field),
    )


def chosen(figures: Sequence[Figure], pinned: Sequence[str]) -> list[Figure]:
    """The tiles: what was pinned; then a headline of each field, and what tells the most."""
    best = ordered(figures, pinned)
    first = [one for one in best if one.code in pinned]
    heads = ordered(headlines(figures, pinned), pinned)
    those = {one.code: one for one in (*first, *heads, *best)}
    return [one for one in those.values() if one.value or one.code in pinned][:TILES]


def mapped(figures: Sequence[Figure], code: str) -> Figure | None:
    """What is broken down on the overview: that of the code, or what the most must report."""
    for figure in figures:
        if figure.code == code:
            return figure
    known = [one for one in figures if one.value and one.expected > 1]
    return min(known, key=lambda one: (-one.expected, telling(one), one.code), default=None)


def lines(figures: Sequence[Figure], pinned: Sequence[str], words: Words) -> list[Line]:
    return [
        Line(
            key=one.field,
            icon=fields.SIGNS.get(one.field, fields.OTHER),
            title=fields.title(one.field, words),
            headline=glance(one, words),
            behind=sum(
                1
                for other in figures
                if other.field == one.field
                and other.code != one.code
                and other.light.colour == Light.COLOUR_RED
            ),
        )
        for one in headlines(figures, pinned)
    ]


def sentence(found: Sequence[Line], figures: Sequence[Figure], words: Words) -> Markup:
    """The answer first: how many fields are on track, and which figure is the furthest behind."""
    if not found:
        return Markup()
    said = _counted(found, words)
    slow = slowest(figures)
    if slow is None:
        return said
    name = Markup('<a href="/indicators/{}">{}</a>').format(
        slow.code, words.either(slow.title_vi, slow.title_en)
    )
    return (
        said
        + " "
        + words.marked(
            "The furthest behind: %(name)s, <b>%(share)s</b> of the plan "
            "when <b>%(elapsed)s</b> of the time is over.",
            name=name,
            share=_percent(slow.plan.share, words),
            elapsed=_percent(slow.plan.elapsed, words),
        )
    )


def _counted(found: Sequence[Line], words: Words) -> Markup:
    _, kinds = words._, [line.headline.shine.kind for line in found]
    unknown = sum(1 for line in found if not line.headline.value)
    good, watch, bad = (kinds.count(kind) for kind in ("good", "watch", "bad"))
    unrated = kinds.count("none") - unknown
    parts = [
        words.marked("<b>%(a)s of %(b)s fields</b> are on track", a=good, b=len(kinds)),
        *(
            said
            for count, said in (
                (watch, _("%(n)s to watch", n=watch)),
                (bad, _("%(n)s behind", n=bad)),
                (unknown, _("%(n)s without data", n=unknown)),
                (unrated, _("%(n)s not rated", n=unrated)),
            )
            if count
        ),
    ]
    return Markup(", ").join(parts) + "."


def slowest(figures: Sequence[Figure]) -> Figure | None:
    """Of those that are yellow or red by their plan, that with the least for the time gone."""
    behind = {
        one.code: (_pace(one), one)
        for one in figures
        if one.light.colour in (Light.COLOUR_YELLOW, Light.COLOUR_RED)
    }
    known = [(pace, code) for code, (pace, _) in behind.items() if pace is not None]
    return behind[min(known)[1]][1] if known else None


def _pace(figure: Figure) -> Decimal | None:
    share, elapsed = formats.decimal(figure.plan.share), formats.decimal(figure.plan.elapsed)
    return share / elapsed if share is not None and elapsed else None


def _percent(text: str, words: Words) -> str:
    value = formats.decimal(text) or Decimal(0)
    return formats.number(formats.trimmed(value, 1), words.language) + " %"
