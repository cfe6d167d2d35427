"""The warehouse as somebody would keep it on paper: a sheet of what is known, a list of events.

It shares no rule with the service. What was known at a moment is found by telling all that had
happened until then to an empty sheet.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from services.warehouse.tests.model.directory import Directory
from services.warehouse.tests.model.duties import Duties, Duty, starting
from services.warehouse.tests.model.report import COUNTING, OPEN, REQUIRED, Report, Said

from saola.periods.local import local_day
from saola.periods.periods import Period, PeriodType


class Key(NamedTuple):
    """One report: of whom, by which form, for which period."""

    agency: str
    form: str
    period: str


Values = Mapping[Key, Mapping[str, Said]]


class Hand(NamedTuple):
    """Who decides: from which posts, `own` or `superior`, by right or as whose deputy."""

    person: str
    posts: Mapping[str, str]

    def persons(self, post: str) -> set[str]:
        """A deputy acts for both."""
        return {self.person, self.posts[post]} - {""}


class Form(NamedTuple):
    """How often a form asks, whose approvers decide, level by level, `own` or `superior`; and how
    many working days there are after the end of a period."""

    type: PeriodType
    levels: Sequence[str]
    working_days: int = 0


@dataclass
class Row:
    """What is known of one report that is asked for."""

    exempt: bool
    state: str
    on_time: bool
    due: datetime
    # Whoever sent it, or has to.
    responsible: str
    cells: int = 0
    filled: int = 0

    @property
    def overdue(self) -> bool:
        return not self.sent and not self.on_time

    @property
    def sent(self) -> bool:
        return self.state in COUNTING


@dataclass
class Sheet(Duties):
    """All that is known at one moment. Each verb says whether it may be, and does it if so."""

    forms: Mapping[str, Form] = field(default_factory=dict)
    reports: dict[Key, Report] = field(default_factory=dict)
    # Of each form from which day on what is required, the latest last.
    editions: dict[str, list[tuple[date, Sequence[str]]]] = field(default_factory=dict)
    # When something new was said last.
    told: dict[tuple[Key, str], datetime] = field(default_factory=dict)
    # What a system sent that was refused, by the name of what it sent, and when that was.
    waiting: dict[str, tuple[datetime, Values]] = field(default_factory=dict)
    # By indicator, agency and period.
    plans: dict[tuple[str, str, str], Decimal | None] = field(default_factory=dict)

    def revise(self, form: str, since: date, required: Sequence[str]) -> bool:
        known = self.editions.setdefault(form, [])
        if known and since <= known[-1][0]:
            return False
        known.append((since, required))
        return True

    def required(self, form: str, day: date) -> Sequence[str]:
        held = [items for since, items in self.editions.get(form, ()) if since <= day]
        return held[-1] if held else REQUIRED

    def may_begin(self, key: Key, at: datetime) -> bool:
        period = Period.read(key.period)
        begun = period.begin <= local_day(at)
        return begun and period.begin in self.owed(key.agency, key.form)

    def write(self, key: Key, said: Mapping[str, Said], at: datetime) -> bool:
        """Begins a report, or goes on with one; all of it may stand, or nothing is kept."""
        if any(one.value == "?" for one in said.values()):
            return False
        if key in self.reports:
            report = self.reports[key]
            if report.state not in OPEN or report.is_over(at):
                return False
        elif not self.may_begin(key, at):
            return False
        required = self.required(key.form, Period.read(key.period).begin)
        report = self.reports.setdefault(key, Report(required=required))
        for item, one in said.items():
            if report.says.get(item, Said("", "")) != one:
                self.told[key, item] = at
            report.says.pop(item, None)
            if one.status or one.value:
                report.says[item] = one
        return True

    def submit(self, key: Key, who: str, at: datetime, due: datetime) -> bool:
        report = self.reports[key]
        if report.state not in OPEN or report.is_over(at):
            return False
        if not report.says.keys() >= {*report.required}:
            return False
        if report.until is None:  # of what was unlocked, what had come before counts
            report.on_time = at < due
        report.state, report.came, report.level, report.loaded = "SUBMITTED", at, 0, False
        report.sender, report.approvers = who, []
        report.filled = sum(report.says[item].status != "MISSING" for item in report.required)
        return True

    def load(self, key: Key, said: Mapping[str, Said], times: tuple[datetime, ...]) -> str:
        """What becomes of a report that had come elsewhere. `times`: when it had, when it is
        loaded, and when it was due."""
        came, at, due = times
        period, known = Period.read(key.period), self.reports.get(key)
        required = self.required(key.form, period.begin)
        midnight = datetime.combine(period.begin, time(), due.tzinfo)
        fits = period.last < local_day(at) and midnight <= came <= at
        right = all(one.value != "?" for one in said.values())
        if not (fits and right and self.may_begin(key, at)):
            return "refused"
        if known:
            same = known.loaded and known.came == came and known.says == said
            return "unchanged" if same else "refused"
        if not said.keys() >= {*required}:
            return "refused"
        filled = sum(said[item].status != "MISSING" for item in required)
        self.reports[key] = Report("LOCKED", required, {**said}, came, came < due, filled)
        self.reports[key].loaded = True
        self.told |= {(key, item): at for item in said}
        return "loaded"

    def give_back(self, key: Key, hand: Hand) -> bool:
        """From the first of the levels that it has reached at which whoever does it decides."""
        report, levels = self.reports[key], self.forms[key.form].levels
        post = next((one for one in levels[: report.level + 1] if one in hand.posts), "")
        if report.state != "SUBMITTED" or not post or report.sender in hand.persons(post):
            return False
        report.state, report.level = "RETURNED", 0
        return True

    def approve(self, key: Key, hand: Hand) -> bool:
        """At the last level it is approved; and locked again, if it was before it was opened.

        Nobody approves what they sent, and nobody at two levels.
        """
        report, levels = self.reports[key], self.forms[key.form].levels
        if report.state != "SUBMITTED" or levels[report.level] not in hand.posts:
            return False
        persons = hand.persons(levels[report.level])
        if persons & set[str]().union({report.sender}, *report.approvers):
            return False
        report.approvers.append(persons)
        report.level += 1
        if report.level == len(levels):
            report.state = report.before.state if report.before else "APPROVED"
            if report.before:
                report.request, report.until, report.before = "", None, None
        return True

    def lock(self, key: Key) -> bool:
        report = self.reports[key]
        if report.state != "APPROVED":
            return False
        report.state = "LOCKED"
        return True

    def ask(self, key: Key) -> bool:
        """That it be open again."""
        report = self.reports[key]
        if report.request or report.state not in {"APPROVED", "LOCKED"}:
            return False
        report.request = "REQUESTED"
        return True

    def unlock(self, key: Key, until: datetime) -> bool:
        report = self.reports[key]
        report.before = deepcopy(report)
        report.before.request, report.before.opened, report.opened = "", True, True
        report.state, report.level, report.request, report.until = "UNLOCKED", 0, "GRANTED", until
        return True

    def deny(self, key: Key) -> bool:
        self.reports[key].request = ""
        return True

    def relock(self, key: Key) -> bool:
        """It is as it was before it was opened; what nobody has approved counts for nothing."""
        report = self.reports[key]
        if report.before is None:
            return False
        self.reports[key] = report.before
        return True

    def over(self, at: datetime) -> Sequence[Key]:
        """What is open for longer than was said."""
        return [key for key, one in self.reports.items() if one.is_over(at) and one.state in OPEN]

    def asked(self, first: date, last: date, now: datetime, known: Directory) -> dict[Key, Row]:
        """What is due on these days."""
        found = dict[Key, Row]()
        for duty in self.duties.values():
            form = self.forms[duty.form]
            for period in starting(form.type, duty.days):
                due = known.deadlines.due(period, form.working_days)
                if first <= due.date() <= last:
                    key = Key(duty.agency, duty.form, str(period))
                    found[key] = self._row(duty, period, due, early=now < due)
                    if not found[key].sent:
                        found[key].responsible = known.heir(duty.agency)
        return found

    def _row(self, duty: Duty, period: Period, due: datetime, *, early: bool) -> Row:
        report = self.reports.get(Key(duty.agency, duty.form, str(period)))
        exempt = self.is_exempt(duty.agency, duty.form, period.begin)
        cells = len(self.required(duty.form, period.begin))
        row = Row(exempt, report.state if report else "", early, due, duty.agency, cells)
        if report and row.sent:
            row.on_time, row.filled = report.on_time, report.filled
            row.cells = len(report.required)
        return row


class Model:
    """What has happened, in order; and what was known of it at any moment."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self.forms = forms
        self.events: list[tuple[datetime, Callable[[Sheet], bool]]] = []
        self.now = Sheet(forms=forms)

    def happen(self, at: datetime, verb: Callable[[Sheet], bool]) -> bool:
        """Whether it may be. What is refused has not happened."""
        allowed = verb(self.now)
        if allowed:
            self.events.append((at, verb))
        return allowed

    def as_of(self, moments: Sequence[datetime]) -> Iterator[tuple[datetime, Sheet]]:
        """What was known at each of these moments, which are in order."""
        sheet, events = Sheet(forms=self.forms), iter(self.events)
        following = next(events, None)
        for moment in moments:
            while following and following[0] <= moment:
                following[1](sheet)
                following = next(events, None)
            yield moment, sheet
