"""What a notice is about, and how the facts of a report are said in two languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from saola.directory.working import LOCAL
from saola.kit.errors import Word

ROMAN: Final = {"1": "I", "2": "II", "3": "III", "4": "IV"}
HALVES: Final = {
    "1": ("6 tháng đầu năm", "first half of"),
    "2": ("6 tháng cuối năm", "second half of"),
}
PERIOD: Final = re.compile(r"(\d{4})(?:-(?:(\d\d)(?:-(\d\d))?|([WQS9])(\d\d?|M)))?")


class Kind(Word):
    REMINDER = "reminder", "nhắc báo cáo"
    RETURNED = "returned", "báo cáo bị trả lại"
    APPROVED = "approved", "báo cáo được phê duyệt"
    UNLOCK_REQUESTED = "unlock_requested", "đề nghị mở khoá báo cáo"
    UNLOCKED = "unlocked", "báo cáo được mở khoá"
    UNLOCK_REFUSED = "unlock_refused", "báo cáo không được mở khoá"
    CONNECTOR_FAILING = "connector_failing", "kết nối liên tục gặp lỗi"
    CONNECTOR_WORKING = "connector_working", "kết nối hoạt động trở lại"


class Both(NamedTuple):
    """The same in Vietnamese and in English."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        return (self.en if language == "en" else "") or self.vi


Facts = Mapping[str, Both]


class Form(NamedTuple):
    """What the form of a report is called."""

    code: str
    title: Both


@dataclass(frozen=True)
class Report:
    """The report that somebody is told about. `form` and `agency` are ids."""

    agency: UUID
    form: UUID
    period: str
    # As `submissions/{submission}`; empty while not begun.
    submission: str = ""

    @property
    def subject(self) -> str:
        """The same for all that is told about one report, begun or not."""
        return f"agencies/{self.agency} forms/{self.form} {self.period}"


@dataclass(frozen=True)
class Run:
    """The run of a connector that somebody is told about. `agency` and `form` are ids."""

    connector: UUID
    title: str
    agency: UUID
    form: UUID
    period: str
    # How many runs on end had failed until it worked, or have failed with it.
    failures: int
    # The last that worked before it: all that fail after the same one are told of once.
    after: str

    @property
    def subject(self) -> str:
        """The same for all that is told about one connector."""
        return f"connectors/{self.connector}"

    def step(self, kind: Kind) -> str:
        return f"{kind} after {self.after}"

    def facts(self, agency: str) -> Facts:
        count = str(self.failures)
        said = {"connector": self.title, "agency": agency, "count": count}
        return {name: Both(text, text) for name, text in said.items()}


def facts_of(report: Report, form: Form, agency: str, **moments: datetime) -> dict[str, Both]:
    """The facts that words may name: `due` of a deadline, `until` of what is open for a while."""
    facts = {
        "form": Both(form.title.vi, form.title.en or form.title.vi),
        "code": Both(form.code, form.code),
        "agency": Both(agency, agency),
        "period": say_period(report.period),
    }
    return facts | {name: say_moment(at) for name, at in moments.items()}


def say_moment(at: datetime) -> Both:
    local = at.astimezone(LOCAL)
    clock = f"{local:%H:%M}"
    return Both(f"{clock} ngày {_day(local.date()).vi}", f"{clock} on {_day(local.date()).en}")


def say_period(text: str) -> Both:
    """`2026-11` as people say it; what is written in another way, as it is written."""
    found = PERIOD.fullmatch(text)
    if not found:
        return Both(text, text)
    year, month, day, kind, number = found.groups()
    if day:
        try:
            said = _day(date(int(year), int(month), int(day)))
        except ValueError:
            return Both(text, text)
        return Both(f"ngày {said.vi}", said.en)
    if month:
        return _month(year, month, text)
    return _longer(year, kind, number, text)


def _longer(year: str, kind: str | None, number: str, text: str) -> Both:
    match kind:
        case None:
            return Both(f"năm {year}", year)
        case "W":
            return Both(f"tuần {int(number)}/{year}", f"week {int(number)} of {year}")
        case "Q" if number in ROMAN:
            return Both(f"quý {ROMAN[number]}/{year}", f"Q{number} {year}")
        case "S" if number in HALVES:
            vi, en = HALVES[number]
            return Both(f"{vi} {year}", f"{en} {year}")
        case "9" if number == "M":
            return Both(f"9 tháng năm {year}", f"first nine months of {year}")
    return Both(text, text)


def _month(year: str, month: str, text: str) -> Both:
    try:
        first = date(int(year), int(month), 1)
    except ValueError:
        return Both(text, text)
    return Both(f"tháng {first.month}/{year}", f"{first:%B} {year}")


def _day(day: date) -> Both:
    return Both(f"{day:%d/%m/%Y}", f"{day.day} {day:%B %Y}")
