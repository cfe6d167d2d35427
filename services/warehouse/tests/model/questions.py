"""What the service is asked about a history, now or as of any moment, in the words of the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from google.protobuf.timestamp_pb2 import Timestamp
from services.warehouse.tests import make
from services.warehouse.tests.model.paper import Key, Row, Said
from services.warehouse.tests.model.planning import Share
from services.warehouse.tests.model.process import Mortal
from services.warehouse.tests.model.sums import Figure

from saola.apis.warehouse.v1 import figures_pb2 as figures
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1 import rates_pb2 as rates
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.figures_pb2_grpc import FiguresServiceStub
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.apis.warehouse.v1.rates_pb2_grpc import RatesServiceStub
from saola.kit.pb import stamp
from saola.kit.status import Refused
from saola.testing.world import World

PATIENCE = 120.0  # seconds: as of a moment all is added up from what was reported
DAY = timedelta(days=1)


class Told(NamedTuple):
    """What is said of a report."""

    state: str
    says: Mapping[str, Said]
    came: datetime | None
    on_time: bool
    level: int


class Compared(NamedTuple):
    """A figure, with those it is compared with."""

    now: Figure
    previous: Decimal | None
    year_before: Decimal | None
    since_new_year: Decimal | None
    expected: int
    plan: Share | None


@dataclass
class Questions:
    """Asked by a leader of the whole."""

    world: World
    mortal: Mortal
    as_of: datetime | None

    async def owed(self, first: date, last: date) -> dict[Key, Row]:
        """All that is due on these days."""
        found, token = dict[Key, Row](), ""
        while True:
            request = obligations.ListExpectedReportsRequest(
                page_size=1000, page_token=token, due_from=str(first), due_to=str(last + DAY)
            )
            page = await self._ask(make.ObligationsServiceStub, "ListExpectedReports", request)
            for one in page.reports:
                state = pb.Submission.State.Name(one.state).removeprefix("STATE_")
                state = "" if state == "UNSPECIFIED" else state
                found[Key(one.agency, one.form, one.period)] = Row(
                    bool(one.exemption),
                    state,
                    one.on_time,
                    one.due_time.ToDatetime(UTC),
                    one.responsible,
                )
            if not (token := page.next_page_token):
                return found

    async def rates(self, first: date, last: date, above: str) -> dict[str, tuple[int, ...]]:
        """The rates of the agencies below one."""
        request = rates.ListRatesRequest(
            group=rates.ListRatesRequest.GROUP_AGENCY,
            agency=above,
            page_size=1000,
            due_from=str(first),
            due_to=str(last + DAY),
        )
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
            for one in (await self._ask(RatesServiceStub, "ListRates", request)).rates
        }

    async def values(self) -> dict[tuple[str, str], Said]:
        """All that reports say which count, by report and item."""
        leader = self._leader().asks(ObservationsServiceStub)
        request = self._then(observations.ExportObservationsRequest())
        return {
            (one.submission, one.item): Said(_status(one.status), one.value)
            async for batch in leader.ExportObservations(request)
            for one in batch.observations
        }

    async def report(self, name: str) -> Told | None:
        try:
            found = await self._ask(
                make.SubmissionsServiceStub, "GetSubmission", pb.GetSubmissionRequest(name=name)
            )
        except Refused as no:
            if no.reason != "NOT_FOUND":
                raise
            return None
        return Told(
            pb.Submission.State.Name(found.state).removeprefix("STATE_"),
            {one.item: Said(_status(one.status), one.value) for one in found.values},
            _moment(found.submit_time),
            found.on_time,
            found.level,
        )

    async def figures(self, period: str, **within: str) -> dict[str, Compared]:
        """Of all indicators, by code."""
        request = observations.ListFiguresRequest(
            page_size=100, period=period, series_length=0, **within
        )
        page = await self._ask(ObservationsServiceStub, "ListFigures", request)
        return {
            one.code: Compared(
                _figure(one),
                _decimal(one.previous.value),
                _decimal(one.year_before.value),
                _decimal(one.cumulative.value),
                one.expected if one.reporters else 0,
                _share(one.plan) if one.reporters and one.HasField("plan") else None,
            )
            for one in page.figures
        }

    async def series(
        self, indicator: str, period: str, count: int, **within: str
    ) -> Sequence[Figure]:
        request = figures.GetSeriesRequest(
            indicator=indicator, period=period, count=count, **within
        )
        found = await self._ask(FiguresServiceStub, "GetSeries", request)
        return [_figure(one) for one in found.points]

    async def parts(self, indicator: str, period: str, by: str) -> dict[str, tuple[Figure, int]]:
        """What each agency or area has a part in, and how many of it must."""
        request = figures.ListBreakdownRequest(
            page_size=1000,
            indicator=indicator,
            period=period,
            by=figures.ListBreakdownRequest.By.Value(f"BY_{by}"),
        )
        found = await self._ask(FiguresServiceStub, "ListBreakdown", request)
        return {
            one.agency or one.area: (_figure(one), one.expected)
            for one in found.parts
            if one.reporters or one.expected
        }

    async def _ask(self, stub: Any, rpc: str, request: Any) -> Any:  # of any service
        asked = self._then(request)
        call = getattr(self._leader().asks(stub), rpc)
        return await self.mortal.answer(lambda: call(asked))

    def _then(self, request: Any) -> Any:  # each of them may name a moment
        if self.as_of:
            request.as_of.CopyFrom(stamp(self.as_of))
        return request

    def _leader(self) -> make.Person:
        """With a token that is fresh."""
        leader = make.leader(self.world)
        leader.patience = PATIENCE
        return leader


def tallied(rows: Mapping[Key, Row]) -> dict[str, tuple[int, ...]]:
    """The rates of agencies, counted one by one."""
    found: dict[str, list[int]] = {}
    for key, row in rows.items():
        counts = found.setdefault(key.agency, [0] * 7)
        if row.exempt:
            counts[4] += 1
            continue
        sent = row.sent
        for place, one in enumerate((1, sent, sent and row.on_time, row.overdue)):
            counts[place] += int(one)
        counts[5] += row.cells
        counts[6] += row.filled
    return {agency: tuple(counts) for agency, counts in found.items()}


def _share(one: figures.PlanShare) -> Share:
    return Share(one.period, Decimal(one.value), _decimal(one.share))


def _figure(one: Any) -> Figure:  # a figure, a part or a point
    moment = _moment(one.record_time) if one.HasField("record_time") else None
    return Figure(_decimal(one.value), one.reporters, moment, _status(one.status))


def _decimal(value: str) -> Decimal | None:
    return Decimal(value) if value else None


def _moment(at: Timestamp) -> datetime | None:
    return at.ToDatetime(UTC) if at.seconds else None


def _status(status: Any) -> str:  # the number of an enum
    name = pb.Value.Status.Name(status).removeprefix("STATUS_")
    return "" if name == "UNSPECIFIED" else name
