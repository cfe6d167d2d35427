"""What the page of an indicator shows: the hero, the lines over time, the table by parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from saola.apis.warehouse.v1.figures_pb2 import Comparison, Point, Series
from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.apis.warehouse.v1.observations_pb2 import Figure, Observation
from saola.edges.portal import formats, glances, lines
from saola.edges.portal.asking import LENGTHS
from saola.edges.portal.i18n import Words
from saola.edges.portal.rankings import Row
from saola.periods.periods import Period

COUNTS: Final[Mapping[str, int]] = {"day": 60, "week": 53, "month": 25, "quarter": 12}


@dataclass(frozen=True)
class Fact:
    """One line of the hero: what is compared, the other value, and the change."""

    title: str
    text: str
    more: str = ""
    delta: glances.Delta | None = None


@dataclass(frozen=True)
class Line:
    """One period of the table under the lines."""

    period: str
    title: str
    value: str
    status: str
    reporters: int
    recorded: str
    before: str
    delta: glances.Delta | None
    plan: str


@dataclass(frozen=True)
class Report:
    """One observation, and the report it comes from."""

    path: str
    period: str
    value: str
    status: str
    recorded: str
    who: str


def facts(figure: Figure, words: Words) -> list[Fact]:
    """Everything the figure is compared with; what is unknown is said to be unknown."""
    _ = words._
    found = [
        _compared(figure, figure.year_before, _("Same period last year"), words),
        _compared(figure, figure.previous, _("Period before"), words),
        _planned(figure, words),
        _so_far(figure, words),
    ]
    return [fact for fact in found if fact is not None]


def _planned(figure: Figure, words: Words) -> Fact | None:
    if not figure.HasField("plan"):
        return None
    _, plan, share = words._, figure.plan, glances.share(figure.plan, words)
    facts = {"v": told(plan.value, figure, words), "p": _period(plan.period, words)}
    gone = formats.number(formats.trimmed(_number(plan.elapsed), 1), words.language)
    more = _("of %(v)s for %(p)s", **facts) + " · " + _("%(v)s %% of the time is over", v=gone)
    return Fact(_("Share of the plan"), f"{share.said} %" if share else "–", more)


def _so_far(figure: Figure, words: Words) -> Fact | None:
    if not figure.HasField("cumulative"):
        return None
    total, change, more = figure.cumulative, None, ""
    if total.HasField("change") and glances.alike(total.reports, total.former_reports):
        change = glances.difference(total.change, words._("on a year ago"), words)
    elif total.former_value:
        facts = {"a": total.former_reports, "b": total.reports}
        more = words._("%(a)s reports in the same time last year, %(b)s now", **facts)
        more += " · " + words._("not comparable")
    return Fact(words._("Since New Year"), told(total.value, figure, words), more, change)


def _number(text: str) -> Decimal:
    return formats.decimal(text) or Decimal(0)


def _compared(figure: Figure, of: Comparison, title: str, words: Words) -> Fact | None:
    if not of.period:
        return None
    value = formats.decimal(of.value)
    text = "–" if value is None else formats.number(formats.trimmed(value, 2), words.language)
    more, change = _period(of.period, words), glances.delta(of, title, words)
    if change and not glances.alike(figure.reporters, of.reporters):
        facts = {"a": of.reporters, "b": figure.reporters}
        more += " · " + words._("%(a)s had reported then, %(b)s now", **facts)
        return Fact(title, text, more + " · " + words._("not comparable"))
    return Fact(title, text, more, change)


def told(text: str, figure: Figure | Indicator, words: Words) -> str:
    """A value in full, with as many decimals as the dictionary says."""
    value = formats.decimal(text)
    if value is None:
        return "–"
    return formats.number(formats.trimmed(value, figure.decimals or 2), words.language)


def counted(period_type: str) -> int:
    """How many periods one looks at, by how long they are."""
    return COUNTS.get(period_type, 10)


def over_time(series: Series, words: Words) -> lines.Chart:
    _ = words._
    points = known(series)
    found = [
        lines.Line("now", _("actual"), [formats.decimal(one.value) for one in points]),
        lines.Line(
            "past", _("a year before"), [formats.decimal(one.year_before.value) for one in points]
        ),
        lines.Line("plan", _("plan of the period"), [formats.decimal(one.plan) for one in points]),
    ]
    return lines.chart(found, [_period(one.period, words) for one in points])


def known(series: Series) -> list[Point]:
    """From the first period of which anything is known; later gaps stay gaps."""
    points = list(series.points)
    while points and not (points[0].value or points[0].year_before.value or points[0].plan):
        points.pop(0)
    return points


def table(series: Series, figure: Figure, words: Words) -> list[Line]:
    """The same as the lines in numbers, the latest first."""
    return [_line(point, figure, words) for point in reversed(known(series))]


def _line(point: Point, figure: Figure, words: Words) -> Line:
    known = point.HasField("record_time")
    return Line(
        period=point.period,
        title=_period(point.period, words),
        value=told(point.value, figure, words) if point.value else "",
        status=glances.status(point.status, words),
        reporters=point.reporters,
        recorded=formats.when(point.record_time, words.language) if known else "",
        before=told(point.year_before.value, figure, words),
        delta=glances.delta(point.year_before, words._("on a year ago"), words),
        plan=told(point.plan, figure, words),
    )


def types(series: Series, words: Words) -> list[tuple[str, str]]:
    """The lengths of period that there are, in words."""
    return [
        (type, getattr(LENGTHS[type], "en" if words.language == "en" else "vi"))
        for type in series.period_types
    ]


def sort(rows: Sequence[Row], by: str, *, down: bool) -> list[Row]:
    """Those that owe a report stand first whatever one sorts by; what is unknown stands last."""
    missing = [row for row in rows if row.missing]
    there = [row for row in rows if not row.missing]
    if by == "title":
        return [*missing, *sorted(there, key=lambda row: row.title, reverse=down)]
    keys = [(_key(row, by), row) for row in there]
    known = [(key, row) for key, row in keys if key is not None]
    known.sort(key=lambda one: one[0], reverse=down)
    return [*missing, *(row for _, row in known), *(row for key, row in keys if key is None)]


def _key(row: Row, by: str) -> Decimal | None:
    if by == "recorded":
        return Decimal(row.at) if row.at else None
    if by == "value":
        return row.measured
    if by == "change":
        return row.changed
    return Decimal(row.rank) if row.rank else None


def reports(
    found: Sequence[Observation], figure: Figure, names: Mapping[str, str], words: Words
) -> list[Report]:
    return [
        Report(
            path=f"/{one.submission}",
            period=_period(one.period, words),
            value=told(one.value, figure, words) if one.value else "",
            status=glances.status(one.status, words),
            recorded=formats.when(one.record_time, words.language),
            who=names.get(one.recorder, ""),
        )
        for one in found
    ]


def aggregation(of: Indicator, words: Words) -> str:
    """How reports make one figure."""
    _ = words._
    return {
        Indicator.AGGREGATION_SUM: _("Reports add up, over time and over units."),
        Indicator.AGGREGATION_LAST: _("Over time the last report counts; units add up."),
        Indicator.AGGREGATION_RATE: _("A numerator by a denominator, each added up first."),
        Indicator.AGGREGATION_DISTINCT: _("How many units have reported it, each counted once."),
    }.get(of.aggregation, _("Reports do not make one figure."))


def current(period_type: str, now: datetime) -> str:
    return str(Period.of(LENGTHS[period_type], formats.local(now).date()))


def neighbours(figure: Figure) -> tuple[str, str]:
    """The period before and after the one that is shown, to go there."""
    if not figure.period:
        return "", ""
    period = Period.read(figure.period)
    return str(period.former), str(period.next)


def _period(text: str, words: Words) -> str:
    return formats.period(text, words.language)
