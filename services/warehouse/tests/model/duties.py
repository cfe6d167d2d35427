"""Who owes what on paper: days that are crossed.

It shares no rule with the service: a duty is the set of days on which a period that begins is owed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from saola.periods.periods import Period, PeriodType

FIRST, LAST = date(2026, 10, 1), date(2027, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@dataclass
class Duty:
    """On which days an agency owes a form: for periods that begin on them."""

    agency: str
    form: str
    days: set[date]


@dataclass
class Duties:
    """All that is owed, who is exempt, and who is no more. Each verb says whether it may be."""

    duties: dict[str, Duty] = field(default_factory=dict)
    exemptions: dict[str, Duty] = field(default_factory=dict)
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

    def owed(self, agency: str, form: str) -> set[date]:
        its = [one for one in self.duties.values() if (one.agency, one.form) == (agency, form)]
        return set[date]().union(*(one.days for one in its))

    def is_exempt(self, agency: str, form: str, day: date) -> bool:
        return any(
            one.agency == agency and one.form in {"", form} and day in one.days
            for one in self.exemptions.values()
        )

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


def crossed(first: date, end: date | None) -> set[date]:
    return {day for day in DAYS if first <= day and (end is None or day < end)}


def starting(type: PeriodType, days: Iterable[date]) -> Sequence[Period]:
    """The periods that begin on one of these days."""
    periods = [Period.of(type, day) for day in days]
    return [one for one in set(periods) if one.begin in days]
