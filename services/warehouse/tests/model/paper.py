"""The warehouse as somebody would keep it on paper: days that are crossed, and a list of events.

It shares no rule with the service. What was known at a moment is found by telling all that had
happened until then to an empty sheet.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from saola.periods.periods import Period, PeriodType

FIRST, LAST = date(2026, 10, 1), date(2027, 2, 28)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
FIVE = time(17, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


class Key(NamedTuple):
    """One report: of whom, by which form, for which period."""

    agency: str
    form: str
    period: str


@dataclass
class Duty:
    """On which days an agency owes a form: for periods that begin on them."""

    agency: str
    form: str
    days: set[date]


@dataclass
class Report:
    state: str = "DRAFT"
    on_time: bool = False
    filled: int = 0


@dataclass
class Row:
    """What is known of one report that is asked for."""

    exempt: bool
    state: str
    on_time: bool
    filled: int = 0

    @property
    def overdue(self) -> bool:
        return not self.sent and not self.on_time

    @property
    def sent(self) -> bool:
        return self.state in {"SUBMITTED", "APPROVED", "LOCKED"}


@dataclass
class Sheet:
    """All that is known at one moment. Each verb says whether it may be, and does it if so."""

    forms: Mapping[str, PeriodType]
    duties: dict[str, Duty] = field(default_factory=dict)
    exemptions: dict[str, Duty] = field(default_factory=dict)
    reports: dict[Key, Report] = field(default_factory=dict)
    closed: dict[str, tuple[date, str]] = field(default_factory=dict)

    def oblige(self, name: str, agency: str, form: str, first: date, end: date | None) -> bool:
        days = crossed(first, end)
        if self._outlived(agency, end) or days & self.owed(agency, form):
            return False
        self.duties[name] = Duty(agency, form, days)
        return True

    def end(self, name: str, first: date, end: date) -> bool:
        duty, days = self.duties[name], crossed(first, end)
        others = self.owed(duty.agency, duty.form) - duty.days
        if end <= first or self._outlived(duty.agency, end) or days & others:
            return False
        duty.days = days
        return True

    def exempt(self, name: str, agency: str, form: str, first: date, end: date) -> bool:
        self.exemptions[name] = Duty(agency, form, crossed(first, end))
        return True

    def revoke(self, name: str) -> bool:
        return self.exemptions.pop(name, None) is not None

    def close(self, agency: str, on: date, heir: str) -> bool:
        self.closed[agency] = (on, heir)
        self._leave(agency)
        return True

    def submit(self, key: Key, filled: int, at: datetime) -> bool:
        period = Period.read(key.period)
        if key not in self.reports:
            asked = period.begin in self.owed(key.agency, key.form)
            if not asked or at.astimezone(FIVE.tzinfo).date() < period.begin:
                return False
            self.reports[key] = Report()
        report = self.reports[key]
        if report.state not in {"DRAFT", "RETURNED"}:
            return False
        self.reports[key] = Report("SUBMITTED", at < due(period), filled)
        return True

    def move(self, key: Key, state: str) -> bool:
        """Returns, approves or locks a report."""
        before = {"RETURNED": "SUBMITTED", "APPROVED": "SUBMITTED", "LOCKED": "APPROVED"}
        if key not in self.reports or self.reports[key].state != before[state]:
            return False
        self.reports[key].state = state
        return True

    def owed(self, agency: str, form: str) -> set[date]:
        its = [one for one in self.duties.values() if (one.agency, one.form) == (agency, form)]
        return set().union(*(one.days for one in its))

    def asked(self, first: date, last: date, now: datetime) -> dict[Key, Row]:
        """What is due on these days."""
        return {
            Key(duty.agency, duty.form, str(period)): self._row(duty, period, now)
            for duty in self.duties.values()
            for period in starting(self.forms[duty.form], duty.days)
            if first <= period.last <= last
        }

    def _row(self, duty: Duty, period: Period, now: datetime) -> Row:
        report = self.reports.get(Key(duty.agency, duty.form, str(period)))
        exempt = any(
            one.agency == duty.agency and one.form in {"", duty.form} and period.begin in one.days
            for one in self.exemptions.values()
        )
        row = Row(exempt, report.state if report else "", now < due(period))
        if report and row.sent:
            row.on_time, row.filled = report.on_time, report.filled
        return row

    def _outlived(self, agency: str, end: date | None) -> bool:
        """Whether something would be owed after the agency is no more."""
        return agency in self.closed and (end is None or end > self.closed[agency][0])

    def _leave(self, agency: str) -> None:
        """Hands on what an agency would owe after it is closed, day by day."""
        on, heir = self.closed[agency]
        for duty in [one for one in self.duties.values() if one.agency == agency]:
            left = {day for day in duty.days if day >= on}
            duty.days -= left
            gained = left - self.owed(heir, duty.form) if heir else set()
            if gained:
                self.duties[f"inherited {len(self.duties)}"] = Duty(heir, duty.form, gained)
        if heir in self.closed:
            self._leave(heir)


class Model:
    """What has happened, in order; and what was known of it at any moment."""

    def __init__(self, forms: Mapping[str, PeriodType]) -> None:
        self.forms = forms
        self.events: list[tuple[datetime, Callable[[Sheet], bool]]] = []
        self.now = Sheet(forms)

    def happen(self, at: datetime, verb: Callable[[Sheet], bool]) -> bool:
        """Whether it may be. What is refused has not happened."""
        allowed = verb(self.now)
        if allowed:
            self.events.append((at, verb))
        return allowed

    def as_of(self, moment: datetime) -> Sheet:
        sheet = Sheet(self.forms)
        for at, verb in self.events:
            if at <= moment:
                verb(sheet)
        return sheet


def crossed(first: date, end: date | None) -> set[date]:
    return {day for day in DAYS if first <= day and (end is None or day < end)}


def due(period: Period) -> datetime:
    return datetime.combine(period.last, FIVE)


def starting(type: PeriodType, days: Iterable[date]) -> Sequence[Period]:
    """The periods that begin on one of these days."""
    periods = [Period.of(type, day) for day in days]
    return [one for one in set(periods) if one.begin in days]
