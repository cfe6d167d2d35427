"""What the service is asked about all that is due in some days, as of any moment."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from services.warehouse.tests import make
from services.warehouse.tests.model.paper import Key, Row

from saola.apis.warehouse.v1 import obligations_pb2, rates_pb2, submissions_pb2
from saola.apis.warehouse.v1.rates_pb2_grpc import RatesServiceStub
from saola.testing.plugin import World


async def answers(world: World, first: date, last: date, as_of: datetime | None) -> dict[Key, Row]:
    """What the service says of all that is due on these days."""
    found, token = dict[Key, Row](), ""
    leader = make.obligations_of(make.leader(world))
    while True:
        request = obligations_pb2.ListExpectedReportsRequest(
            page_size=200, page_token=token, due_from=str(first), due_to=str(after(last))
        )
        if as_of:
            request.as_of.FromDatetime(as_of)
        page = await leader.ListExpectedReports(request)
        for one in page.reports:
            state = submissions_pb2.Submission.State.Name(one.state).removeprefix("STATE_")
            state = "" if state == "UNSPECIFIED" else state
            row = Row(bool(one.exemption), state, one.on_time)
            found[Key(one.agency, one.form, one.period)] = row
        if not (token := page.next_page_token):
            return found


async def counted(
    world: World, first: date, last: date, as_of: datetime | None
) -> dict[str, tuple[int, ...]]:
    """The rates of the agencies, as the service says."""
    request = rates_pb2.ListRatesRequest(
        group=rates_pb2.ListRatesRequest.GROUP_AGENCY,
        page_size=1000,
        due_from=str(first),
        due_to=str(after(last)),
    )
    if as_of:
        request.as_of.FromDatetime(as_of)
    return {
        one.agency: (
            one.expected,
            one.submitted,
            one.on_time,
            one.overdue,
            one.exempt,
            one.cells,
            one.cells_filled,
        )
        for one in (await make.leader(world).asks(RatesServiceStub).ListRates(request)).rates
    }


def after(day: date) -> date:
    return day + timedelta(days=1)


def tallied(rows: Iterable[tuple[Key, Row]], cells: int) -> dict[str, tuple[int, ...]]:
    """The rates of agencies, counted one by one."""
    found: dict[str, list[int]] = {}
    for key, row in rows:
        counts = found.setdefault(key.agency, [0] * 7)
        if row.exempt:
            counts[4] += 1
            continue
        sent = row.sent
        for place, one in enumerate((1, sent, sent and row.on_time, row.overdue)):
            counts[place] += int(one)
        counts[5] += cells
        counts[6] += row.filled
    return {agency: tuple(counts) for agency, counts in found.items()}
