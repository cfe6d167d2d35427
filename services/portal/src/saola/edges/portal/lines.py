"""Lines over time as SVG: on a page, where labels are HTML around it, and as a file of its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from saola.edges.portal import formats
from saola.edges.portal.i18n import Language

WIDTH, HEIGHT = 720.0, 220.0
LABELS: Final = 6  # at most, under the lines
INK: Final = {"now": "#0b62c4", "past": "#8b96a8", "plan": "#475467"}
DASHES: Final = {"plan": "3 4"}
Values = Sequence[Decimal | None]


@dataclass(frozen=True)
class Line:
    """`kind`: now, past (the year before) or plan. A gap stays a gap."""

    kind: str
    title: str
    values: Values


@dataclass(frozen=True)
class Chart:
    """Lines of one scale over the same periods."""

    lines: Sequence[Line]
    labels: Sequence[str]
    ticks: Sequence[Decimal]

    @property
    def from_nought(self) -> bool:
        return not self.ticks or self.ticks[0] <= 0

    @property
    def below(self) -> list[str]:
        """The labels that have room: the first, the last and some between."""
        if len(self.labels) <= LABELS:
            return list(self.labels)
        step = (len(self.labels) - 1) / (LABELS - 1)
        return [self.labels[round(at * step)] for at in range(LABELS)]

    def spot(self, at: int, value: Decimal) -> tuple[float, float]:
        steps = max(1, len(self.labels) - 1)
        low, high = self.ticks[0], self.ticks[-1]
        across = WIDTH / 2 if len(self.labels) == 1 else at / steps * WIDTH
        return across, HEIGHT - float((value - low) / (high - low)) * HEIGHT


def chart(lines: Sequence[Line], labels: Sequence[str]) -> Chart:
    known = [value for line in lines for value in line.values if value is not None]
    there = [line for line in lines if any(value is not None for value in line.values)]
    return Chart(there, labels, ticks(known))


def ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """Four to seven round numbers that hold all values; from nought, unless that flattens all."""
    if not values:
        return []
    low, high = min(values), max(values)
    if low > 0 and low * 2 < high:
        low = Decimal(0)
    span = float(high - low) or float(abs(high)) or 1.0
    raw = span / 5
    power = 10 ** math.floor(math.log10(raw))
    step = Decimal(str(next(one * power for one in (1, 2, 2.5, 5, 10) if one * power >= raw)))
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def path(of: Chart, values: Values) -> str:
    """The line, broken where there are gaps."""
    drawn, pen = "", "M"
    for at, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x, y = of.spot(at, value)
        drawn += f"{pen}{x:.1f} {y:.1f}"
        pen = "L"
    return drawn


def dots(of: Chart, values: Values) -> str:
    """What stands alone between two gaps, and so is no line."""
    around = [None, *values, None]
    alone = [
        (at, value)
        for at, value in enumerate(values)
        if value is not None and around[at] is None and around[at + 2] is None
    ]
    return "".join("M{:.1f} {:.1f}h.1".format(*of.spot(at, value)) for at, value in alone)


def drawn(of: Chart, label: str) -> Markup:
    """For a page. It fills whatever room there is; strokes keep their width."""
    rules = Markup().join(
        Markup('<path class="rule" d="M0 {:.1f}H{}"/>').format(of.spot(0, tick)[1], WIDTH)
        for tick in of.ticks
    )
    paths = Markup().join(
        Markup('<path class="{0}" d="{1}"/><path class="{0} dot" d="{2}"/>').format(
            line.kind, path(of, line.values), dots(of, line.values)
        )
        for line in reversed(of.lines)
    )
    return Markup(
        '<svg class="series" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}{}</svg>'
    ).format(WIDTH, HEIGHT, label, rules, paths)


def file(of: Chart, title: str, unit: str, language: Language) -> Markup:
    """For a document: with title, numbers and names, in colours of its own."""
    numbers = Markup().join(
        Markup(
            '<path d="M0 {0:.1f}H{1}" stroke="#e1e5eb"/>'
            '<text x="-8" y="{2:.1f}" text-anchor="end">{3}</text>'
        ).format(
            of.spot(0, tick)[1], WIDTH, of.spot(0, tick)[1] + 4, formats.number(tick, language)
        )
        for tick in of.ticks
    )
    names = Markup().join(
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            at / max(1, len(of.below) - 1) * WIDTH, HEIGHT + 18, name
        )
        for at, name in enumerate(of.below)
    )
    paths = Markup().join(
        Markup(
            '<path d="{}" fill="none" stroke="{}" stroke-width="2" stroke-linecap="round" '
            'stroke-dasharray="{}"/>'
        ).format(
            path(of, line.values) + dots(of, line.values),
            INK[line.kind],
            DASHES.get(line.kind, "none"),
        )
        for line in reversed(of.lines)
    )
    legend = Markup().join(
        Markup(
            '<path d="M{0} {1}h20" stroke="{2}" stroke-width="2" stroke-dasharray="{3}"/>'
            '<text x="{4}" y="{5}">{6}</text>'
        ).format(
            at * 190,
            HEIGHT + 42,
            INK[line.kind],
            DASHES.get(line.kind, "none"),
            at * 190 + 26,
            HEIGHT + 46,
            line.title,
        )
        for at, line in enumerate(of.lines)
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-80 -50 {} {}" width="{}" height="{}" '
        'font-family="Inter, Arial, sans-serif" font-size="12" fill="#475467">'
        '<rect x="-80" y="-50" width="100%" height="100%" fill="#fff"/>'
        '<text x="-72" y="-26" font-size="15" font-weight="600" fill="#0f1722">{}</text>'
        '<text x="-72" y="-9">{}</text>{}{}{}{}</svg>'
    ).format(
        *(WIDTH + 110, HEIGHT + 110, WIDTH + 110, HEIGHT + 110),
        *(title, unit, numbers, names, paths, legend),
    )
