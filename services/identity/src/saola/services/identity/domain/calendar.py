"""The rules of the working calendar: which days differ, and how (Labour Code 2019, article 112)."""

from datetime import date
from typing import Final

from saola.directory.working import SATURDAY
from saola.kit.errors import InvalidField, Word

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100


class Kind(Word):
    HOLIDAY = "holiday", "ngày nghỉ"
    MADE_UP = "made_up", "ngày làm bù"
    REGULAR = "regular", "ngày thường"


def check(day: date, kind: Kind) -> None:
    """Only a weekend day makes up for another; Tuesdays are worked anyway."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidField(field="day.date")
    if kind is Kind.MADE_UP and day.weekday() < SATURDAY:
        raise InvalidField(field="day.kind")
