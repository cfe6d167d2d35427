"""Small charts as SVG text: no script, no inline style, and they print."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

WIDTH, HEIGHT = 96, 26


def spark(series: Sequence[Decimal | None], label: str) -> Markup:
    """A line over equal steps. A gap stays a gap; nothing is drawn of fewer than two values."""
    known = [float(value) for value in series if value is not None]
    if len(known) < 2:
        return Markup('<svg class="spark" viewBox="0 0 96 26" aria-hidden="true"></svg>')
    low, span = min(known), (max(known) - min(known)) or 1
    step = (WIDTH - 6) / (len(series) - 1)
    points = [
        None
        if value is None
        else (2 + at * step, HEIGHT - 3 - (float(value) - low) / span * (HEIGHT - 7))
        for at, value in enumerate(series)
    ]
    line, pen = "", "M"
    for point in points:
        line += f"{pen}{point[0]:.1f} {point[1]:.1f}" if point else ""
        pen = "L" if point else "M"
    last = [point for point in points if point][-1]
    return Markup(
        '<svg class="spark" viewBox="0 0 96 26" preserveAspectRatio="none" '
        'role="img" aria-label="{}">'
        '<path class="l" d="{}"/><path class="d" d="M{:.1f} {:.1f}h.01"/></svg>'
    ).format(label, line, *last)


def stack(parts: Sequence[tuple[str, int]], label: str) -> Markup:
    """Shares of a whole in one bar: pairs of a class and a count."""
    total, at, bars = sum(count for _, count in parts) or 1, 0, Markup()
    for name, count in parts:
        bar = Markup('<rect class="{}" x="{:.2f}" width="{:.2f}" height="8"/>')
        bars += bar.format(name, at / total * 100, count / total * 100)
        at += count
    return Markup(
        '<svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none" '
        'role="img" aria-label="{}">{}</svg>'
    ).format(label, bars)


def bullet(share: Decimal, elapsed: Decimal, kind: str, label: str, full: int = 125) -> Markup:
    """How much of a plan there is, with a mark where the time stands and one at the whole plan."""
    return Markup(
        '<svg class="bullet {}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><rect class="t" y="2" width="100" height="6"/>'
        '<rect class="p" y="2" width="{:.1f}" height="6"/>'
        '<rect class="v" y="2" width="{:.1f}" height="6"/><path class="m" d="M{:.1f} 0v10"/></svg>'
    ).format(kind, label, *(_across(one, full) for one in (Decimal(100), share, elapsed)))


def bar(part: Decimal, full: Decimal, mark: Decimal | None = None) -> Markup:
    """One of several bars of one scale. What it says stands beside it as text."""
    line = Markup()
    if mark is not None:
        line = Markup('<path class="m" d="M{:.1f} 0v8"/>').format(_across(mark, full))
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="v" width="{:.1f}" height="8"/>{}</svg>'
    ).format(_across(part, full), line)


def _across(value: Decimal, full: Decimal | int) -> float:
    return max(0.0, min(100.0, float(value) / float(full) * 100)) if full else 0.0
