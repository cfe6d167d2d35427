"""The demo's budget: plan, bookings, projects and payments; what is there already is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from saola.apis.budget.v1 import allocations_pb2 as allocations
from saola.apis.budget.v1 import entries_pb2 as entries
from saola.apis.budget.v1 import projects_pb2 as projects
from saola.apis.budget.v1.allocations_pb2_grpc import AllocationsServiceStub
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.apis.budget.v1.projects_pb2_grpc import ProjectsServiceStub
from saola.client.site import Site, ended, request_id
from saola.deploy.demo.books import Booking, Books, Line, Work, listed
from saola.deploy.demo.directory import Step, pages
from saola.options.v1.operations_pb2 import Operation

FLOWS: Final = {
    "revenue": entries.FLOW_REVENUE,
    "expenditure": entries.FLOW_EXPENDITURE,
}
LEVELS: Final = {
    1: entries.BUDGET_LEVEL_CENTRAL,
    2: entries.BUDGET_LEVEL_PROVINCE,
    4: entries.BUDGET_LEVEL_COMMUNE,
}
PLAN = projects.Payment.KIND_PLAN
DISBURSEMENT = projects.Payment.KIND_DISBURSEMENT


@dataclass
class Treasury:
    """Enters what is missing over the channel of a reporter; `token` is for the files."""

    site: Site
    channel: Any
    token: str
    step: Step
    books: Books
    today: date

    def enter(self, agency: str, since: date) -> None:
        """All of it is on the books of one agency."""
        self._book(agency, since)
        for year in range(since.year, self.today.year + 2):  # the next one's from December on
            self._decide(agency, year)
        self._build(agency)

    def _decide(self, agency: str, year: int) -> None:
        """The plan, in December before its year, and what is adjusted in July."""
        stub = AllocationsServiceStub(self.channel)

        def ask(token: str) -> Any:
            return stub.ListAllocations(
                allocations.ListAllocationsRequest(
                    agency=agency, year=year, page_size=1000, page_token=token
                )
            )

        known = {one.document for one in pages(ask, "allocations")}
        lines = self.books.lines
        decisions = [
            (f"86/NQ-HĐND ({year})", date(year - 1, 12, 8), [one.planned(year) for one in lines]),
            (f"45/NQ-HĐND ({year})", date(year, 7, 15), [one.adjusted for one in lines]),
        ]
        for document, day, amounts in decisions:
            if day < self.today and document not in known:
                decided = [
                    allocations.Allocation(
                        agency=agency,
                        year=year,
                        flow=FLOWS[flow],
                        chapter=chapter,
                        group=group,
                        level=LEVELS[level],
                        document=document,
                        day=day.isoformat(),
                        amount=amount,
                    )
                    for (flow, chapter, group, level), amount in _summed(lines, amounts).items()
                ]
                stub.RecordAllocations(
                    allocations.RecordAllocationsRequest(
                        allocations=decided, request_id=request_id()
                    )
                )

    def _book(self, agency: str, since: date) -> None:
        """What lies before this month comes as lists of the treasury, a year in each."""
        bookings = list(self.books.of(self._next_day(agency, since)))
        month = self.today.replace(day=1)
        for year in sorted({one.day.year for one in bookings if one.day < month}):
            self._take_over(
                agency, year, [one for one in bookings if one.day.year == year and one.day < month]
            )
        recent = [_entry(agency, one) for one in bookings if one.day >= month]
        if recent:
            EntriesServiceStub(self.channel).RecordEntries(
                entries.RecordEntriesRequest(entries=recent, request_id=request_id())
            )
        self.step("entries", len(bookings), len(bookings))

    def _next_day(self, agency: str, since: date) -> date:
        """The first day of which nothing is booked by the demo."""
        asked = entries.ListEntriesRequest(agency=agency, query="KB", page_size=1)
        latest = EntriesServiceStub(self.channel).ListEntries(asked).entries
        if not latest:
            return since
        return date.fromordinal(date.fromisoformat(latest[0].day).toordinal() + 1)

    def _take_over(self, agency: str, year: int, bookings: Sequence[Booking]) -> None:
        name = f"bang-ke-kho-bac-{year}.csv"
        data = listed(bookings)
        file = self.site.upload("budget", self.token, data, agency=agency, name=name)
        begun = EntriesServiceStub(self.channel).ImportEntries(
            entries.ImportEntriesRequest(agency=agency, file=file, request_id=request_id())
        )
        over, result = ended(self.channel, begun.name), entries.ImportEntriesResponse()
        over.result.Unpack(result)
        if over.state != Operation.STATE_SUCCEEDED or result.refused:
            raise RuntimeError(f"{name}: {over.error.message or result.rows[0].message}")

    def _build(self, agency: str) -> None:
        stub = ProjectsServiceStub(self.channel)
        asked = projects.ListProjectsRequest(agency=agency, page_size=1000)
        known = {one.code: one for one in stub.ListProjects(asked).projects}
        for number, work in enumerate(self.books.works, 1):
            project = known.get(work.code) or stub.CreateProject(
                projects.CreateProjectRequest(
                    project=self._project(agency, work), request_id=request_id()
                )
            )
            self._pay(stub, project, work)
            self.step("projects", number, len(self.books.works))

    def _project(self, agency: str, work: Work) -> projects.Project:
        first, last = work.first(self.today), work.last(self.today)
        return projects.Project(
            agency=agency,
            code=work.code,
            title=work.title,
            area=work.area,
            total=work.total,
            first_day=first.isoformat(),
            last_day=last.isoformat(),
            finish_day=last.isoformat() if work.progress == 100 else "",
            progress=work.progress,
            obstacle=work.obstacle,
        )

    def _pay(self, stub: Any, project: projects.Project, work: Work) -> None:
        """The capital plan of each year, and what is disbursed of it month by month."""

        def ask(token: str) -> Any:
            return stub.ListPayments(
                projects.ListPaymentsRequest(project=project.name, page_size=1000, page_token=token)
            )

        known = {one.document for one in pages(ask, "payments")}
        first = date.fromisoformat(project.first_day)
        end = date.fromisoformat(project.finish_day) if project.finish_day else self.today
        paid = list(self.books.paid(work, first, end))
        years = sorted({one.year for one in paid})
        wanted = [
            *((PLAN, year, date(year, 1, 15), f"KH-{year}", work.planned()) for year in years),
            *((DISBURSEMENT, one.year, one.day, one.document, one.amount) for one in paid),
        ]
        missing = [
            projects.Payment(
                project=project.name,
                kind=kind,
                year=year,
                day=max(day, first).isoformat(),
                document=document,
                amount=amount,
            )
            for kind, year, day, document, amount in wanted
            if document not in known
        ]
        if missing:
            stub.RecordPayments(
                projects.RecordPaymentsRequest(payments=missing, request_id=request_id())
            )


def _entry(agency: str, one: Booking) -> entries.Entry:
    line = one.line
    return entries.Entry(
        agency=agency,
        day=one.day.isoformat(),
        flow=FLOWS[line.flow],
        chapter=line.chapter,
        sector=line.sector,
        item=line.item,
        level=LEVELS[line.level],
        area=one.area,
        document=one.document,
        amount=one.amount,
    )


def _summed(lines: Sequence[Line], amounts: Sequence[int]) -> dict[tuple[str, str, str, int], int]:
    """A plan knows chapters and groups, and no items; a line of nothing is none."""
    found = dict[tuple[str, str, str, int], int]()
    for line, amount in zip(lines, amounts, strict=True):
        key = (line.flow, line.chapter, line.group, line.level)
        found[key] = found.get(key, 0) + amount
    return {key: amount for key, amount in found.items() if amount}
