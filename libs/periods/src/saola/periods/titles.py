"""What people call a period: `Quý IV/2026` or `Q4 2026`."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from saola.periods.periods import EARLIEST, LATEST, NotAPeriod, Period, PeriodType, through

ROMAN: Final = ("I", "II", "III", "IV")
VIETNAMESE: Final = {
    PeriodType.DAY: "{day:%d/%m/%Y}",
    PeriodType.WEEK: "Tuần {number}/{year}",
    PeriodType.MONTH: "Tháng {number}/{year}",
    PeriodType.QUARTER: "Quý {roman}/{year}",
    PeriodType.HALF_YEAR: "6 tháng {half} năm {year}",
    PeriodType.NINE_MONTHS: "9 tháng năm {year}",
    PeriodType.YEAR: "Năm {year}",
}
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENGLISH: Final = {
    PeriodType.DAY: "{day.day} {month:.3} {year}",
    PeriodType.WEEK: "Week {number}, {year}",
    PeriodType.MONTH: "{month} {year}",
    PeriodType.QUARTER: "Q{number} {year}",
    PeriodType.HALF_YEAR: "{half} half of {year}",
    PeriodType.NINE_MONTHS: "First nine months of {year}",
    PeriodType.YEAR: "{year}",
}
YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
WORD: Final = re.compile(r"[^\W_]+")
NUMBERS: Final = {roman.casefold(): str(number) for number, roman in enumerate(ROMAN, 1)}
HALVES: Final = {"vi": ("đầu", "cuối"), "en": ("First", "Second")}


def title(period: Period, language: str) -> str:
    """In Vietnamese, or in English for `en`."""
    language = "en" if language == "en" else "vi"
    pattern = (ENGLISH if language == "en" else VIETNAMESE)[period.type]
    return pattern.format(
        day=period.begin,
        year=period.year,
        number=period.number,
        month=MONTHS[period.begin.month - 1],
        roman=ROMAN[(period.begin.month - 1) // 3],
        half=HALVES[language][period.begin.month > 6],
    )


def read_title(text: str, type: PeriodType) -> Period:
    """The period of that type that is called so in either language, or NotAPeriod; days are not
    read. “Quý 4 năm 2026” is `Quý IV/2026`, too."""
    found = YEAR.search(text)
    called = _titles(type, int(found[0])) if found and type is not PeriodType.DAY else {}
    try:
        return called[_words(text)]
    except KeyError as error:
        raise NotAPeriod(text) from error


@lru_cache(64)
def _titles(type: PeriodType, year: int) -> Mapping[tuple[str, ...], Period]:
    """What those of a year are called."""
    if not EARLIEST.year <= year <= LATEST.year:
        return {}
    first, last = (Period.of(type, date(year, *day)) for day in ((1, 4), (12, 28)))
    periods = list(through(first, last))  # 4 January and 28 December are in weeks of their year
    return {_words(title(one, language)): one for one in periods for language in HALVES}


def _words(text: str) -> tuple[str, ...]:
    """What tells a title from another: its words, whatever stands between them."""
    words = (word.lstrip("0") for word in WORD.findall(text.casefold()))
    return tuple(NUMBERS.get(word, word) for word in words if word not in {"", "năm"})
