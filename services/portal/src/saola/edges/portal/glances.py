"""A figure at a glance: its value as one reads it, its change, its share of the plan, its light."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from saola.apis.warehouse.v1.figures_pb2 import Comparison, Difference, Light, Part, PlanShare
from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words
from saola.edges.portal.lights import Shine, shine

SENSES: Final = {Difference.SENSE_BETTER: "good", Difference.SENSE_WORSE: "bad"}
ARROWS: Final = {1: "arrow-up-right", -1: "arrow-down-right", 0: ""}


@dataclass(frozen=True)
class Delta:
    """A change: per cent of an amount, or points of a percentage; never mixed."""

    text: str
    arrow: str
    kind: str
    against: str
    uneven: bool


@dataclass(frozen=True)
class Share:
    """`percent` of the plan, when `elapsed` per cent of its period are over."""

    percent: Decimal
    elapsed: Decimal
    said: str
    plan: str
    source: str


@dataclass(frozen=True)
class Glance:
    """One indicator. `value` is empty where no figure is there: a gap is no zero."""

    code: str
    name: str
    title: str
    field: str
    unit: str
    value: str
    status: str
    delta: Delta | None
    share: Share | None
    shine: Shine
    series: Sequence[Decimal | None]
    period: str
    reporters: int
    expected: int
    recorded: str

    @property
    def whole(self) -> bool:
        return self.reporters >= self.expected

    @property
    def path(self) -> str:
        return f"/indicators/{self.code}"

    @property
    def stamp(self) -> str:
        return f"{self.period} · {self.recorded}" if self.recorded else self.period


class Timed(Protocol):
    @property
    def record_time(self) -> Timestamp: ...


def glance(figure: Figure, words: Words) -> Glance:
    language = words.language
    value, unit = formats.spoken(figure.value, figure.unit, language)
    light = figure.light if figure.HasField("light") else None
    return Glance(
        code=figure.code,
        name=figure.indicator,
        title=words.either(figure.title_vi, figure.title_en),
        field=figure.field,
        unit=unit,
        value=value,
        status=status(figure.status, words),
        delta=change(figure, words),
        share=share(figure.plan if figure.HasField("plan") else None, words),
        shine=shine(light, figure.value, figure.direction, words),
        series=_since_known([formats.decimal(one) for one in figure.series]),
        period=formats.period(figure.period, language) if figure.period else "–",
        reporters=figure.reporters,
        expected=figure.expected,
        recorded=formats.when(figure.record_time, language)
        if figure.HasField("record_time")
        else "",
    )


def _since_known(series: Sequence[Decimal | None]) -> Sequence[Decimal | None]:
    """From the first period of which a value is known; later gaps stay gaps."""
    first = next((at for at, value in enumerate(series) if value is not None), len(series))
    return series[first:]


def alike(reports: int, former: int) -> bool:
    """Whether about as many have reported for both: a percentage of a fifth of a province says
    nothing of the province. A few more or less are marked, and no more."""
    return min(reports, former) * 5 >= max(reports, former) * 4


def change(figure: Figure | Part, words: Words) -> Delta | None:
    """Against the year before; where that is unknown, or hardly anybody had reported then, against
    the period before."""
    for against, said in (
        (figure.year_before, words._("on a year ago")),
        (figure.previous, words._("on the period before")),
    ):
        found = delta(against, said, words)
        if found and alike(figure.reporters, against.reporters):
            return found
    return None


def delta(of: Comparison, against: str, words: Words) -> Delta | None:
    if not of.HasField("change"):
        return None
    return difference(of.change, against, words)


def difference(of: Difference, against: str, words: Words) -> Delta:
    value = formats.decimal(of.value) or Decimal(0)
    points = of.unit == Difference.UNIT_PERCENTAGE_POINTS
    text = formats.number(formats.trimmed(abs(value), 2 if points else 1), words.language)
    sign = (value > 0) - (value < 0)
    unit = words._("points") if points else "%"
    return Delta(
        text=f"{'−' if sign < 0 else '+' if sign > 0 else '±'}{text} {unit}",
        arrow=ARROWS[sign],
        kind=SENSES.get(of.sense, "plain"),
        against=against,
        uneven=of.uneven,
    )


def share(plan: PlanShare | None, words: Words) -> Share | None:
    percent = formats.decimal(plan.share) if plan else None
    if plan is None or percent is None:
        return None
    language, elapsed = words.language, formats.decimal(plan.elapsed) or Decimal(0)
    return Share(
        percent=percent,
        elapsed=elapsed,
        said=formats.number(formats.trimmed(percent, 1), language),
        plan=formats.typed(plan.value, language),
        source=plan.source,
    )


def status(of: int, words: Words) -> str:
    """What kind of value it is, where it is no plain one."""
    _ = words._
    said: dict[int, str] = {
        Value.STATUS_ESTIMATED: _("estimated"),
        Value.STATUS_PRELIMINARY: _("preliminary"),
        Value.STATUS_REVISED: _("revised"),
        Value.STATUS_NOTHING_OCCURRED: _("nothing occurred"),
        Value.STATUS_MISSING: _("not there yet"),
    }
    return said.get(of, "")


def part_shine(part: Part, direction: int, words: Words) -> Shine:
    light: Light | None = part.light if part.HasField("light") else None
    return shine(light, part.value, direction, words)
