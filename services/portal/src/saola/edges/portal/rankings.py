"""A figure broken down by areas or agencies: what is ranked, who leads, and who is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from saola.apis.warehouse.v1.figures_pb2 import (
    Difference,
    ListBreakdownRequest,
    ListBreakdownResponse,
    Part,
)
from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import formats, glances, maps
from saola.edges.portal.i18n import Words
from saola.edges.portal.lights import Shine

Ranked: TypeAlias = ListBreakdownRequest.RankBy.ValueType
ENDS: Final = 5


@dataclass(frozen=True)
class Row:
    """One area or agency. `measured`: what it is ranked by, if known."""

    key: str
    path: str
    title: str
    code: str
    rank: int
    number: Decimal | None
    value: str
    status: str
    measured: Decimal | None
    said: str
    changed: Decimal | None
    delta: glances.Delta | None
    share: glances.Share | None
    shine: Shine
    reporters: int
    expected: int
    recorded: str
    at: float

    def tint(self, limits: Sequence[Decimal]) -> maps.Tint:
        return maps.Tint(maps.band(self.measured, limits), self.path, f"{self.title}: {self.said}")

    @property
    def missing(self) -> bool:
        return self.expected > 0 and not self.reporters


@dataclass(frozen=True)
class Ranking:
    rows: Sequence[Row]
    by: Ranked
    period: str

    @property
    def reported(self) -> int:
        return sum(1 for row in self.rows if row.reporters)

    @property
    def asked(self) -> int:
        """How many have reported or owe it; the others of a map have nothing to say."""
        return sum(1 for row in self.rows if row.reporters or row.expected)

    @property
    def first(self) -> Sequence[Row]:
        return [row for row in self.rows if row.rank][:ENDS]

    @property
    def last(self) -> Sequence[Row]:
        """The last of those with a rank that are not among the first, the worst at the end."""
        return [row for row in self.rows if row.rank][ENDS:][-ENDS:]

    @property
    def full(self) -> Decimal:
        """The end of the scale of the bars."""
        known = [row.measured for row in self.rows if row.measured is not None]
        most = max(known, default=Decimal(0))
        return max(most, Decimal(100)) if self.by == ListBreakdownRequest.RANK_BY_PLAN else most

    @property
    def mark(self) -> Decimal | None:
        return Decimal(100) if self.by == ListBreakdownRequest.RANK_BY_PLAN else None

    @property
    def limits(self) -> Sequence[Decimal]:
        return maps.breaks([row.measured for row in self.rows if row.measured is not None])

    def tints(self) -> dict[str, maps.Tint]:
        limits = self.limits
        return {row.key: row.tint(limits) for row in self.rows}

    def legend(self, words: Words) -> list[tuple[int, str]]:
        """Each class with its bounds in words; hatched for what is missing."""
        limits = self.limits
        unit = "" if self.by == ListBreakdownRequest.RANK_BY_VALUE else " %"
        said = [formats.number(formats.trimmed(one, 2), words.language) for one in limits]
        if not said:
            return []
        bands = [maps.band(limit, limits) for limit in limits]
        to = f" {words._('to')} " if limits[0] < 0 else "–"  # a dash beside a minus is misread
        found = [(1, f"< {said[0]}{unit}")]
        found += [
            (band, f"{one}{to}{said[at + 1]}{unit}" if at + 1 < len(said) else f"≥ {one}{unit}")
            for at, (band, one) in enumerate(zip(bands, said, strict=True))
        ]
        if any(row.measured is None for row in self.rows):
            found.append((0, words._("not reported")))
        return found


def measured_by(figure: Figure) -> Ranked:
    """What can be compared between large and small: a share of the plan, a rate, a change; an
    amount only where there is nothing else.
    """
    if figure.HasField("plan") and figure.plan.share:
        return ListBreakdownRequest.RANK_BY_PLAN
    if is_rate(figure):
        return ListBreakdownRequest.RANK_BY_VALUE
    if figure.year_before.HasField("change"):
        return ListBreakdownRequest.RANK_BY_YEAR_BEFORE
    return ListBreakdownRequest.RANK_BY_VALUE


def is_rate(figure: Figure) -> bool:
    is_share = figure.unit.strip().startswith("%")
    return is_share or figure.aggregation == Indicator.AGGREGATION_RATE


def may_be_mapped(figure: Figure, by: Ranked) -> bool:
    """Ratios go on maps, never counts: they would only show where many people live."""
    return by != ListBreakdownRequest.RANK_BY_VALUE or is_rate(figure)


def ranking(answer: ListBreakdownResponse, figure: Figure, by: Ranked, words: Words) -> Ranking:
    rows = [row(part, figure, by, words) for part in answer.parts if part.agency or part.area]
    return Ranking(rows, by, answer.period)


def row(part: Part, figure: Figure, by: Ranked, words: Words) -> Row:
    language, name = words.language, part.agency or part.area
    value = formats.decimal(part.value)
    measured = _measured(part, by)
    shown = "" if value is None else formats.number(_places(value, figure), language)
    return Row(
        key=name,
        path=f"/indicators/{figure.code}/{name}",
        title=part.title or part.code or "–",
        code=part.code,
        rank=part.rank,
        number=value,
        value=shown,
        status=glances.status(part.status, words),
        measured=measured,
        said=_said(measured, shown, figure, by, words),
        changed=formats.decimal(part.year_before.change.value),
        delta=glances.delta(part.year_before, words._("on a year ago"), words),
        share=glances.share(part.plan if part.HasField("plan") else None, words),
        shine=glances.part_shine(part, figure.direction, words),
        reporters=part.reporters,
        expected=part.expected,
        recorded=formats.when(part.record_time, language) if part.HasField("record_time") else "",
        at=part.record_time.ToSeconds(),
    )


def _measured(part: Part, by: Ranked) -> Decimal | None:
    if by == ListBreakdownRequest.RANK_BY_PLAN:
        return formats.decimal(part.plan.share)
    if by == ListBreakdownRequest.RANK_BY_YEAR_BEFORE:
        return formats.decimal(part.year_before.change.value)
    return formats.decimal(part.value)


def _said(measured: Decimal | None, shown: str, figure: Figure, by: Ranked, words: Words) -> str:
    if measured is None:
        return shown or words._("not reported")
    if by == ListBreakdownRequest.RANK_BY_VALUE:
        return f"{shown} {figure.unit}".strip()
    text = formats.number(formats.trimmed(measured, 1), words.language)
    if by == ListBreakdownRequest.RANK_BY_PLAN:
        return f"{text} %"
    sign = "+" if measured > 0 else ""
    points = counted_in_points(figure)
    return f"{sign}{text} {words._('points') if points else '%'}"


def counted_in_points(figure: Figure) -> bool:
    return figure.year_before.change.unit == Difference.UNIT_PERCENTAGE_POINTS


def _places(value: Decimal, figure: Figure) -> Decimal:
    """As many decimals as the dictionary says, two where it says nothing."""
    return formats.trimmed(value, figure.decimals or 2)
