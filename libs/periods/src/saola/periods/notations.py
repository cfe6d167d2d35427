"""Periods as other systems write them: SDMX's TIME_PERIOD and the ids of DHIS2."""

import re
from typing import Final

from saola.periods.periods import NotAPeriod, Period, PeriodType

NINE_MONTHS: Final = re.compile(r"([0-9]{4})-01-01/P9M")
DHIS2: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?P<day>[0-9]{2})?"
    r"|W(?P<week>[0-9]{1,2})|(?P<part>Q[1-4]|S[12]))?"
)


def to_sdmx(period: Period) -> str:
    """As in a TIME_PERIOD. Nine months are a time range, for SDMX has no such period."""
    if period.type is PeriodType.NINE_MONTHS:
        return f"{period.begin}/P9M"
    return str(period)


def from_sdmx(text: str) -> Period:
    """What `to_sdmx` writes, or NotAPeriod."""
    if found := NINE_MONTHS.fullmatch(text):
        return Period.read(f"{found[1]}-9M")
    period = Period.read(text)
    if period.type is PeriodType.NINE_MONTHS:
        raise NotAPeriod(text)
    return period


def to_dhis2(period: Period) -> str:
    """Its id in DHIS2, which has no nine months: NotAPeriod for them."""
    match period.type:
        case PeriodType.NINE_MONTHS:
            raise NotAPeriod(str(period))
        case PeriodType.WEEK:
            return f"{period.year:04}W{period.number}"
        case _:
            return str(period).replace("-", "")


def from_dhis2(text: str) -> Period:
    """What `to_dhis2` writes, or NotAPeriod. A week may be filled up with a nought, as there."""
    found = DHIS2.fullmatch(text)
    if not found:
        raise NotAPeriod(text)
    year, week, part = found["year"], found["week"], found["part"]
    numbers = [number for number in (found["month"], found["day"]) if number]
    rest = [f"W{int(week):02}"] if week else [part] if part else numbers
    return Period.read("-".join([year, *rest]))
