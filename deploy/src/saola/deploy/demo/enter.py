"""The whole demo in order: directory, dictionary, two years of reports, today's half sent."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime

from saola.client.site import Site
from saola.deploy.demo.books import Books
from saola.deploy.demo.directory import Account, Directory, Step, accounts
from saola.deploy.demo.history import History, over
from saola.deploy.demo.province import Form, Province
from saola.deploy.demo.reports import Duty, Reports
from saola.deploy.demo.treasury import Treasury
from saola.deploy.demo.warehouse import Dictionary
from saola.periods.periods import Period, PeriodType

MONTHS = 24
LEAST = 3
FINANCE = "STC"  # who keeps the budget and, since 2025, the books of public investment


@dataclass(frozen=True)
class Plan:
    """How much, and as of which day: a part of the communes, and as large a part of the months."""

    today: date
    scale: float = 1.0

    @property
    def months(self) -> int:
        return max(LEAST, round(MONTHS * self.scale))

    def since(self, form: Form) -> date:
        """The first day of the first period of `form` of which the demo tells.

        What comes but once a year is told of for two years at least.
        """
        type = PeriodType[form.period.upper()]
        if type in {PeriodType.DAY, PeriodType.MONTH}:
            return self.first_day
        month = Period.of(PeriodType.MONTH, self.today).shifted(-MONTHS)
        return Period.of(type, month.begin).begin

    def periods(self, form: Form) -> list[Period]:
        """Those that are over."""
        return over(PeriodType[form.period.upper()], self.today, self.since(form))

    @property
    def first_day(self) -> date:
        """Of the months of which the demo tells."""
        return Period.of(PeriodType.MONTH, self.today).shifted(-self.months).begin

    @property
    def years(self) -> list[int]:
        return [self.today.year - 1, self.today.year]


SignIn = Callable[[str], Callable[[], str]]  # from a user name to its tokens


def enter(site: Site, sign_in: SignIn, password: str, plan: Plan, step: Step) -> list[Account]:
    """Enters what is missing. Begun again after a break it goes on where it stood.

    `sign_in` gives the tokens of a user name; `admin` is there before anything else.
    """
    province = Province.load(plan.scale)
    with ExitStack() as stack:
        identity = stack.enter_context(site.channel("identity", sign_in("admin")))
        directory = Directory(identity, step)
        agencies = directory.enter(province)
        people = accounts(province, agencies)
        directory.officials(people, password)
        compiler = sign_in("tonghop.nhap")
        steward = stack.enter_context(site.channel("warehouse", sign_in("dulieu")))
        history = History(province.by_code, province.slips, plan.today)
        dictionary = Dictionary(steward, step)
        forms = dictionary.enter(province, agencies, plan.since)
        dictionary.plan(province, agencies, history, plan.years)
        reports = Reports(
            stack.enter_context(site.channel("warehouse", compiler)),
            steward,
            step,
            history,
        )
        _reports(reports, province, agencies, forms, plan)
        budget = stack.enter_context(site.channel("budget", compiler))
        books = Books(province, plan.today)
        treasury = Treasury(site, budget, compiler(), step, books, plan.today)
        treasury.enter(agencies[FINANCE], plan.first_day)
    return people


def _reports(
    reports: Reports,
    province: Province,
    agencies: dict[str, str],
    forms: dict[str, str],
    plan: Plan,
) -> None:
    work = [(form, unit) for form in province.forms for unit in province.reporters(form)]
    now = datetime.fromtimestamp(time.time(), UTC)
    for number, (form, unit) in enumerate(work, 1):
        named = agencies[unit.code], forms[form.code]
        duty = Duty(form, province.items(form), unit.code, *named)
        reports.past(duty, plan.periods(form), now)
        if form.period == "day":
            reports.today(duty, Period.of(PeriodType.DAY, plan.today))
        reports.step("reports", number, len(work))
