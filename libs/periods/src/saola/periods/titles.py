"""What people call a period: `Quý IV/2026` or `Q4 2026`."""

from typing import Final

from saola.periods.periods import Period, PeriodType

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
