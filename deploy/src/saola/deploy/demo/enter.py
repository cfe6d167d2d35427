"""The whole demo in order: directory, dictionary, three months of reports, today's half sent."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

from saola.client.site import Site
from saola.deploy.demo.directory import Account, Directory, Step, accounts
from saola.deploy.demo.history import periods, share
from saola.deploy.demo.province import Form, Indicator, Province
from saola.deploy.demo.warehouse import Dictionary, Reports, since

MONTHS = 3
SENT, BEGUN = 0.6, 0.8  # of today's daily reports: sent below the first, begun below the second


@dataclass(frozen=True)
class Plan:
    """How much, and as of which day."""

    today: date
    scale: float = 1.0

    @property
    def begin(self) -> date:
        return since(self.today, MONTHS)

    def periods(self, form: Form) -> list[str]:
        span = (self.today - self.begin).days
        return periods(form, self.today, span, MONTHS)


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
        steward = stack.enter_context(site.channel("warehouse", sign_in("dulieu")))
        forms = Dictionary(steward, step).enter(province, agencies, plan.begin)
        reports = Reports(
            stack.enter_context(site.channel("warehouse", sign_in("tonghop.nhap"))),
            stack.enter_context(site.channel("warehouse", sign_in("tonghop.duyet"))),
            step,
        )
        _reports(reports, province, agencies, forms, plan)
    return people


def _reports(
    reports: Reports,
    province: Province,
    agencies: dict[str, str],
    forms: dict[str, str],
    plan: Plan,
) -> None:
    work = [(form, unit) for form in province.forms for unit in province.reporters(form)]
    for number, (form, unit) in enumerate(work, 1):
        agency, name = agencies[unit.code], forms[form.code]
        wanted = plan.periods(form)
        missing = [one for one in wanted if one not in reports.known(agency, name)]
        reports.enter(province.items(form), agency, name, unit.code, missing)
        reports.submit(agency, name, set(wanted))
        reports.approve(agency, name, set(wanted))
        if form.period == "day":
            _today(reports, form, (agency, name, unit.code), province.items(form), plan)
        reports.step("reports", number, len(work))


def _today(
    reports: Reports,
    form: Form,
    where: tuple[str, str, str],
    items: list[Indicator],
    plan: Plan,
) -> None:
    """Some have sent today's, some have begun, some have not."""
    agency, name, code = where
    today = plan.today.isoformat()
    lot = share(form.code, code, today)
    if lot < BEGUN and today not in reports.known(agency, name):
        reports.enter(items, agency, name, code, [today])
    if lot < SENT:
        reports.submit(agency, name, {today})
