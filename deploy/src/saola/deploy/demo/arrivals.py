"""When the demo's past reports had come: most in time, some late by unit and form, a few never."""

from datetime import date, datetime, time, timedelta
from typing import Final

from saola.deploy.demo.history import share
from saola.deploy.demo.province import Form
from saola.periods.local import instant
from saola.periods.periods import Period

CLOSES: Final = time(17)  # on the day on which a report is due
NEVER: Final = 0.01
LATE, CARELESS = 0.02, 0.3  # how often at least, and how much more often who is careless
SATURDAY: Final = 5


def came(form: Form, unit: str, period: Period, now: datetime) -> datetime | None:
    """Nothing for what never has, or not yet."""
    about = (form.code, unit, str(period))
    lot, spread = share(*about, "came"), share(*about, "hour")
    due = instant(_due(form, period), CLOSES)
    if lot < NEVER:
        return None
    if lot < NEVER + LATE + CARELESS * share(form.code, unit, "care") ** 3:
        days = int(3 * share(*about, "days")) if form.due_days else 0
        moment = due + timedelta(days=days, hours=15 + 3 * spread)
    else:
        moment = due - timedelta(minutes=5, hours=(8 if form.due_days else 2) * spread)
    return moment if moment < now else None


def _due(form: Form, period: Period) -> date:
    """Holidays apart, which only leave more time."""
    day, left = period.last, form.due_days
    while left:
        day += timedelta(days=1)
        left -= not form.working_days or day.weekday() < SATURDAY
    return day
