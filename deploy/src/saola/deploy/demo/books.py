"""The demo's money: what was planned, booked and built; always the same for the same day."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from saola.deploy.demo.history import share
from saola.deploy.demo.province import Province, rows
from saola.periods.periods import Period, PeriodType

BILLION: Final = 10**9
THOUSAND: Final = 1000
WORKING_DAYS: Final = 260  # of a year
HEADS: Final = (
    *("Ngày hạch toán", "Thu/Chi", "Chương", "Khoản", "Tiểu mục"),
    *("Cấp NS", "Địa bàn", "Số chứng từ", "Số tiền"),
)
WORDS: Final = {"revenue": "Thu", "expenditure": "Chi"}


@dataclass(frozen=True)
class Line:
    """A line of the budget: how much of it a year brings or costs, in đồng."""

    flow: str
    group: str
    chapter: str
    sector: str
    item: str
    level: int
    yearly: int
    # By how much the plan is changed in the middle of the year.
    adjusted: int
    # Whether each booking is of a commune.
    communes: bool

    def planned(self, year: int) -> int:
        """In whole billions, with growth."""
        return round(self.yearly * 1.08 ** (year - 2026) / BILLION) * BILLION


@dataclass(frozen=True)
class Booking:
    """One line of a day, as the treasury lists it."""

    day: date
    line: Line
    area: str
    document: str
    amount: int

    @property
    def cells(self) -> tuple[str, ...]:
        line = self.line
        return (
            *(f"{self.day:%d/%m/%Y}", WORDS[line.flow], line.chapter, line.sector, line.item),
            *(str(line.level), self.area, self.document, f"{self.amount:,}".replace(",", ".")),
        )


@dataclass(frozen=True)
class Work:
    """A project, seen from the day on which the demo begins: in months before and after it."""

    code: str
    title: str
    area: str
    total: int
    begun: int
    ends: int
    progress: int
    # How much of the plan of a year is disbursed in it.
    pace: float
    obstacle: str

    def first(self, today: date) -> date:
        return Period.of(PeriodType.MONTH, today).shifted(-self.begun).begin

    def last(self, today: date) -> date:
        return Period.of(PeriodType.MONTH, today).shifted(self.ends).last

    def planned(self) -> int:
        """For each year of its building."""
        return round(self.total * 12 / (self.begun + max(self.ends, 1)) / BILLION) * BILLION


class Paid(NamedTuple):
    """What was disbursed of a year's plan, by one document."""

    year: int
    day: date
    document: str
    amount: int


class Books:
    """What is on the books of the province up to yesterday."""

    def __init__(self, province: Province, today: date) -> None:
        self._areas = [commune.code for commune in province.communes]
        self._today = today
        self.lines = [_line(row) for row in rows("budget.csv")]
        self.works = [_work(row, self._areas) for row in rows("projects.csv")]

    def of(self, first: date) -> Iterator[Booking]:
        """Every booking from `first` to yesterday; nothing is booked on weekends."""
        for ahead in range((self._today - first).days):
            day = first + timedelta(days=ahead)
            if day.weekday() < 5:
                for number, line in enumerate(self.lines, 1):
                    yield self._booked(day, number, line)

    def paid(self, work: Work, first: date, end: date) -> Iterator[Paid]:
        """A disbursement on the 20th of each month from the first one of the project to `end`."""
        month = Period.of(PeriodType.MONTH, first)
        while (day := month.begin + timedelta(days=19)) < min(end, self._today):
            usual = work.planned() * work.pace / 12
            amount = round(usual * (0.6 + 0.8 * share(work.code, str(month))) / THOUSAND) * THOUSAND
            yield Paid(day.year, day, f"GN-{month}", amount)
            month = month.next

    def _booked(self, day: date, number: int, line: Line) -> Booking:
        about = (str(number), day.isoformat())
        spread = 0.5 + share(*about)
        # Towards the end of a year more is brought in and spent.
        season = 0.85 + 0.3 * day.timetuple().tm_yday / 365
        amount = line.planned(day.year) / WORKING_DAYS * spread * season
        area = ""
        if line.communes:
            area = self._areas[int(share("area", *about) * len(self._areas))]
        document = f"KB{day:%y%m%d}-{number:02}"
        return Booking(day, line, area, document, round(amount / THOUSAND) * THOUSAND)


def listed(bookings: Sequence[Booking]) -> bytes:
    """The treasury's list of them, as its files are: with a mark, separated by semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Kho bạc Nhà nước khu vực: bảng kê hạch toán"])
    writer.writerow(HEADS)
    writer.writerows(one.cells for one in bookings)
    return text.getvalue().encode("utf-8-sig")


def _line(row: dict[str, str]) -> Line:
    return Line(
        row["flow"],
        row["group"],
        row["chapter"],
        row["sector"],
        row["item"],
        int(row["level"]),
        int(row["yearly"]) * BILLION,
        int(row["adjusted"]) * BILLION,
        row["communes"] == "yes",
    )


def _work(row: dict[str, str], areas: Sequence[str]) -> Work:
    return Work(
        row["code"],
        row["title"],
        areas[int(row["commune"]) % len(areas)],
        int(row["total"]) * BILLION,
        int(row["begun"]),
        int(row["ends"]),
        int(row["progress"]),
        float(row["pace"]),
        row["obstacle"],
    )
