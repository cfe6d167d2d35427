"""Figures of the demo: always the same for the same indicator, agency and period."""

import hashlib
import math
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from saola.deploy.demo.province import Form, Indicator

SUNDAY_REST = Decimal("0.55")


def days(today: date, count: int) -> Iterator[str]:
    """The last `count` whole days before `today`, oldest first."""
    return ((today - timedelta(days=back)).isoformat() for back in range(count, 0, -1))


def months(today: date, count: int) -> Iterator[str]:
    """The last `count` whole months before that of `today`, oldest first."""
    last = today.year * 12 + today.month - 1
    return (f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(last - count, last))


def periods(form: Form, today: date, days_back: int, months_back: int) -> list[str]:
    """The periods of `form` that are over."""
    return list(days(today, days_back) if form.period == "day" else months(today, months_back))


def figure(indicator: Indicator, agency: str, period: str) -> str:
    """An invented value: around its base, with a season, a week and an honest spread."""
    day = date.fromisoformat(period if len(period) > 7 else f"{period}-15")
    luck = _luck(indicator.code, agency, period)
    wave = math.sin(2 * math.pi * (day.timetuple().tm_yday - 100) / 365)
    factor = Decimal(1 + indicator.season * wave + indicator.spread * luck)
    value = max(Decimal(0), indicator.base * factor)
    if len(period) > 7 and indicator.aggregation == "sum" and day.weekday() == 6:
        value *= SUNDAY_REST
    places = Decimal(1) if indicator.type == "integer" else Decimal("0.1")
    return str(value.quantize(places))


def share(*about: str) -> float:
    """A number from 0 to 1 that belongs to `about`."""
    digest = hashlib.sha256("/".join(about).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def _luck(*about: str) -> float:
    """From -1 to 1, mostly near 0."""
    return sum(share(*about, str(turn)) for turn in range(3)) * 2 / 3 - 1
