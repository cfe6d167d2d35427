"""What is kept added up is what is added up from scratch: after any history, and at any time."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import pytest
from services.warehouse.tests import make
from sqlalchemy import Row, select

from saola.apis.warehouse.v1 import figures_pb2 as figures
from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.figures_pb2_grpc import FiguresServiceStub
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.kit.call import Call
from saola.kit.names import id_of
from saola.kit.pb import stamp
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse import jobs
from saola.services.warehouse.domain.rollups import Cell, Said, cells, direct
from saola.services.warehouse.domain.submissions import COUNTED
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.models import figures as kept
from saola.services.warehouse.models.observations import observations as rows
from saola.services.warehouse.models.submissions import Submission
from saola.testing.plugin import World

T = TypeVar("T")
Key = tuple[UUID, UUID, Period]  # indicator, agency, period
AGENCIES = (make.HEALTH, make.SCHOOLS)
DAYS = ("2026-09-30", "2026-10-01", "2026-11-19", "2026-11-20")
STATUSES = (
    pb.Value.STATUS_MISSING,
    pb.Value.STATUS_NOTHING_OCCURRED,
    pb.Value.STATUS_ESTIMATED,
    pb.Value.STATUS_UNSPECIFIED,
    pb.Value.STATUS_UNSPECIFIED,
    pb.Value.STATUS_UNSPECIFIED,
)


async def measured(world: World) -> tuple[str, str]:
    """Two forms about the same two indicators, by day and by month, one of two items each."""
    one = await make.indicator(world, "ONE")
    other = await make.indicator(world, "OTHER", "LAST")
    items = [
        make.Item(
            code=code,
            label_vi=code,
            value_type=make.forms.Form.VALUE_TYPE_DECIMAL,
            decimals=1,
            indicator=indicator,
        )
        for code, indicator in (("a", one), ("b", one), ("c", other))
    ]
    daily = await make.form(world, *items)
    monthly = await make.form(world, *items, code="YT-02", monthly=True)
    for form in (daily, monthly):
        await make.oblige(world, form, *AGENCIES)
    return daily, monthly


async def stored(world: World) -> Mapping[Key, Cell]:
    """The cells as they are kept."""
    async with world.unit("warehouse") as unit:
        found = await unit.rows(select(kept.cells))
    return {
        (row.indicator, row.agency, Period(row.begins, PeriodType(row.period_type))): _cell(row)
        for row in found
    }


async def computed(world: World) -> Mapping[Key, Cell]:
    """The cells as the rule makes them of the observations."""
    joined = (
        select(rows, Submission.submitted_at)
        .join(Submission, Submission.id == rows.c.submission)
        .where(
            Submission.state.in_(COUNTED),
            rows.c.superseded_at.is_(None),
            rows.c.indicator.is_not(None),
            rows.c.status != Status.WITHDRAWN,
        )
    )
    async with world.unit("warehouse") as unit:
        found = await unit.rows(joined)
    said = dict[tuple[UUID, UUID], dict[Period, list[Said]]]()
    for row in found:
        one = Said(
            row.submission, Status[row.status.upper()], row.value, row.number, row.submitted_at
        )
        periods = said.setdefault((row.indicator, row.agency), {})
        periods.setdefault(Period.read(row.period), []).append(one)
    return {
        (*key, period): cell
        for key, periods in said.items()
        for period, cell in cells({of: direct(values) for of, values in periods.items()}).items()
    }


def _cell(row: Row[Any]) -> Cell:
    return Cell(
        row.reports,
        row.numbers,
        row.total,
        row.last,
        row.occurred,
        row.nothing,
        row.estimated,
        row.preliminary,
        row.revised,
        row.fresh_at,
        row.direct,
    )


class Lot:
    """Draws that look random and are the same each time."""

    def __init__(self, seed: int) -> None:
        self._seed, self._drawn = seed, count()

    def below(self, most: int) -> int:
        drawn = hashlib.sha256(f"{self._seed} {next(self._drawn)}".encode()).digest()
        return int.from_bytes(drawn[:8]) % most

    def one_of(self, those: Sequence[T]) -> T:
        return those[self.below(len(those))]

    def happens(self, percent: int) -> bool:
        return self.below(100) < percent


class History:
    """Reports at random: begun, corrected, submitted, returned, approved, in any order."""

    def __init__(self, world: World, forms: tuple[str, str], lot: Lot) -> None:
        self.world, self.forms, self.lot = world, forms, lot
        self.reports = dict[tuple[str, UUID, str], pb.Submission]()
        # Of each agency when it last knew what; figures of then.
        self.known = list[tuple[datetime, list[observations.Figure]]]()

    async def step(self) -> None:
        self.world.now += timedelta(minutes=1 + self.lot.below(90))
        form, of = self.lot.one_of(self.forms), self.lot.one_of(AGENCIES)
        day = self.lot.one_of(DAYS)
        period = day if form == self.forms[0] else day[:7]
        key = form, of, period
        report = self.reports.get(key)
        lan = make.reporter(self.world, of)
        if report is None:
            asked = make.beginning(form, {}, period, of)
            asked.submission.values.extend(self._values())
            self.reports[key] = await lan.CreateSubmission(asked)
        elif report.state in {pb.Submission.STATE_DRAFT, pb.Submission.STATE_RETURNED}:
            if self.lot.happens(40):
                asked = make.entering(report, {})
                asked.values.extend(self._values())
                self.reports[key] = await lan.UpdateSubmission(asked)
            else:
                self.reports[key] = await lan.SubmitSubmission(make.submitting(report))
        elif report.state == pb.Submission.STATE_SUBMITTED:
            if self.lot.happens(70):
                self.reports[key] = await make.returned(self.world, report, of)
            else:
                approval = pb.ApproveSubmissionRequest(name=report.name, etag=report.etag)
                self.reports[key] = await make.approver(self.world, of).ApproveSubmission(approval)

    def _values(self) -> list[pb.Value]:
        found = []
        for item in self.lot.one_of(("a", "b", "ab", "bc", "abc")):
            status = self.lot.one_of(STATUSES)
            silent = status in {pb.Value.STATUS_MISSING, pb.Value.STATUS_NOTHING_OCCURRED}
            number = str(Decimal(self.lot.below(330) - 30) / 10)
            if not silent and self.lot.happens(20):
                status, number = pb.Value.STATUS_UNSPECIFIED, ""  # said no more
            found.append(pb.Value(item=item, status=status, value="" if silent else number))
        return found


async def seen(world: World, of: UUID, as_of: datetime | None = None) -> list[observations.Figure]:
    stub = make.leader(world, of).asks(ObservationsServiceStub)
    found = list[observations.Figure]()
    for type in ("", "day", "month", "quarter", "year"):
        asked = observations.ListFiguresRequest(period_type=type, series_length=3)
        if as_of:
            asked.as_of.CopyFrom(stamp(as_of))
        found += (await stub.ListFigures(asked)).figures
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_after_any_history_what_is_kept_is_what_is_computed(world: World, seed: int) -> None:
    await make.warehouse(world)
    history = History(world, await measured(world), Lot(seed))
    known = []
    for step in range(90):
        await history.step()
        if step % 30 == 29:
            assert await stored(world) == await computed(world)
            known.append((world.now, await seen(world, make.ROOT), await seen(world, make.HEALTH)))
    assert len(await stored(world)) > 30

    for at, by_root, by_health in known:
        assert await seen(world, make.ROOT, at) == by_root
        assert await seen(world, make.HEALTH, at) == by_health


async def test_what_was_lost_is_made_again_from_scratch(world: World) -> None:
    await make.warehouse(world)
    history = History(world, await measured(world), Lot(7))
    for _ in range(40):
        await history.step()
    before = await stored(world)
    async with world.unit("warehouse") as unit:
        connection = await unit.connection()
        some = kept.cells.c.period_type == "month"
        await connection.execute(kept.cells.update().where(some).values(total=99))
        await connection.execute(kept.cells.delete().where(kept.cells.c.period_type == "quarter"))
        strange = {**dict.fromkeys((c.name for c in kept.cells.c if not c.nullable), False)}
        values = strange | {
            "indicator": next(iter(before))[0],
            "agency": make.SCHOOLS,
            "period_type": "year",
            "begins": date(2020, 1, 1),
            "reports": 1,
            "numbers": 1,
            "fresh_at": world.now,
        }
        await connection.execute(kept.cells.insert().values(**values))
    assert await stored(world) != before

    await jobs.recount_figures(Call.own(world.running["warehouse"].service))

    assert await stored(world) == before == await computed(world)


async def test_two_reports_at_once_are_both_in_the_month(world: World) -> None:
    await make.warehouse(world)
    daily, _ = await measured(world)
    lan = make.reporter(world)
    begun = [
        await lan.CreateSubmission(make.beginning(daily, {"a": "1"}, f"2026-11-{day:02}"))
        for day in range(1, 13)
    ]
    await asyncio.gather(*(lan.SubmitSubmission(make.submitting(report)) for report in begun))
    assert await stored(world) == await computed(world)
    [month] = [
        cell for (_, _, period), cell in (await stored(world)).items() if str(period) == "2026-11"
    ]
    assert (month.total, month.reports) == (12, 12)


async def test_who_may_not_see_an_agency_sees_nothing_of_it_in_figures(world: World) -> None:
    await make.warehouse(world)
    daily, _ = await measured(world)
    await make.sent(world, daily, {"a": "5"})
    indicator = (await seen(world, make.ROOT))[0].indicator
    stub = make.leader(world, make.SCHOOLS).asks(FiguresServiceStub)
    series = await stub.GetSeries(figures.GetSeriesRequest(indicator=indicator))
    assert not series.points
    asked = figures.ListBreakdownRequest(
        indicator=indicator,
        by=figures.ListBreakdownRequest.BY_AGENCY,
        agency=make.agency(make.HEALTH),
        period="2026-11-20",
    )
    found = await stub.ListBreakdown(asked)
    assert not found.parts
    assert id_of("indicators", indicator)
