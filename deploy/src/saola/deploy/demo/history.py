"""Figures of the demo: always the same for the same indicator, agency and period."""

import hashlib
import math
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Final

from saola.deploy.demo.province import Indicator, Slip
from saola.periods.periods import Period, PeriodType

SUNDAY_REST: Final = Decimal("0.55")
# The day on which growth is nought: figures lie around their base then.
LEVEL: Final = date(2026, 7, 1)
COMMUNE: Final = "XA"


def over(type: PeriodType, today: date, since: date) -> list[Period]:
    """The periods of that type that are over, back to the one in which `since` lies."""
    first = Period.of(type, since)
    return list(takewhile(lambda one: one.last < today, _from(first)))


def _from(period: Period) -> Iterator[Period]:
    while True:
        yield period
        period = period.next


class History:
    """What agencies have reported, slips of the pen and all."""

    def __init__(
        self, indicators: Mapping[str, Indicator], slips: tuple[Slip, ...], today: date
    ) -> None:
        self._indicators, self._today = indicators, today
        self._slips = {(slip.indicator, slip.agency): slip for slip in slips}

    def reported(self, indicator: Indicator, agency: str, period: Period) -> str:
        """As `figure`, but where somebody has erred."""
        slip = self._slips.get((indicator.code, agency))
        if slip is None:
            return self.figure(indicator, agency, period)
        wrong = Period.of(period.type, self._today).shifted(-slip.back)
        if slip.kind == "stuck" and wrong < period <= wrong.shifted(int(slip.by)):
            return self.figure(indicator, agency, wrong)
        if slip.kind == "times" and period == wrong:
            value = Decimal(self.figure(indicator, agency, period)) * slip.by
            return str(value.quantize(_places(indicator)))
        return self.figure(indicator, agency, period)

    def figure(self, indicator: Indicator, agency: str, period: Period) -> str:
        """An invented value: its base with growth, a season, a week and an honest spread."""
        day = period.begin + (period.last - period.begin) / 2
        luck = _luck(indicator.code, agency, str(period))
        wave = math.sin(2 * math.pi * (day.timetuple().tm_yday - 100) / 365)
        factor = Decimal(1 + indicator.season * wave + indicator.spread * luck)
        if indicator.part_of:
            whole = Decimal(self.figure(self._indicators[indicator.part_of], agency, period))
            value = whole * min(Decimal(1), indicator.base * factor)
        else:
            years = (day - LEVEL).days / 365
            factor *= Decimal((1 + indicator.growth) ** years) * _size(agency)
            value = indicator.base * factor
            if period.type is PeriodType.DAY and indicator.aggregation == "sum":
                value *= SUNDAY_REST if day.weekday() == 6 else 1
        return str(max(Decimal(0), value).quantize(_places(indicator)))

    def plan(self, indicator: Indicator, agencies: list[str], year: int) -> str:
        """What shall be reached in a year: the year before, times what is planned, rounded."""
        type = PeriodType[indicator.period.upper()]
        before = over(type, date(year, 1, 1), date(year - 1, 1, 1))
        counted = before[-1:] if indicator.aggregation == "last" else before
        total = sum(
            Decimal(self.figure(indicator, agency, period))
            for agency in agencies
            for period in counted
        )
        return f"{Decimal(f'{total * indicator.plan:.3g}'):f}"


def share(*about: str) -> float:
    """A number from 0 to 1 that belongs to `about`."""
    digest = hashlib.sha256("/".join(about).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def _places(indicator: Indicator) -> Decimal:
    return Decimal(1) if indicator.type == "integer" else Decimal("0.1")


def _size(agency: str) -> Decimal:
    """Communes are not of one size."""
    return Decimal(0.4 + 1.2 * share(agency)) if agency.startswith(COMMUNE) else Decimal(1)


def _luck(*about: str) -> float:
    """From -1 to 1, mostly near 0."""
    return sum(share(*about, str(turn)) for turn in range(3)) * 2 / 3 - 1
