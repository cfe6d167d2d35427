"""As of a moment the tree and the calendar are those that were known then."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.warehouse.tests import make
from services.warehouse.tests.test_web import get

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.identity.v1.calendar_pb2 import Day
from saola.apis.warehouse.v1 import figures_pb2 as figures
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1 import rates_pb2 as rates
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.figures_pb2_grpc import FiguresServiceStub
from saola.apis.warehouse.v1.rates_pb2_grpc import RatesServiceStub
from saola.directory import copies
from saola.kit.pb import stamp
from saola.testing.plugin import World

from .figures import (
    CASES,
    COMMUNE,
    FIRST,
    SECOND,
    THIRD,
    WARD,
    breakdown,
    define,
    figure,
    monthly,
    places,
    plan,
    unit_of,
)

HOUR = timedelta(hours=1)
OCTOBER = "2026-10"


async def tell(world: World, one: Agency) -> None:
    async with world.unit("warehouse") as unit:
        await copies.keep_agencies(unit, [one])


async def below(world: World, id: UUID, parent: UUID, revision: int, area: UUID = WARD) -> None:
    one = unit_of(id, area, revision)
    del one.parents[:]
    one.parents.add(agency=make.agency(parent), valid_from="2020-01-01")
    await tell(world, one)


async def reported(world: World) -> str:
    """Two below the health department and one below that of schools have reported a month."""
    await places(world)
    cases = await define(world, CASES)
    form = await monthly(world, a=cases)
    for id, parent, area, value in (
        (FIRST, make.HEALTH, WARD, "1"),
        (SECOND, make.HEALTH, WARD, "10"),
        (THIRD, make.SCHOOLS, COMMUNE, "100"),
    ):
        await below(world, id, parent, 2, area)
        await make.sent(world, form, {"a": value}, OCTOBER, id)
    return cases


async def test_figures_of_a_branch_are_of_those_who_were_known_to_be_below_it(
    world: World,
) -> None:
    cases = await reported(world)
    await plan(world, (cases, make.SCHOOLS, OCTOBER, "200"), (cases, SECOND, OCTOBER, "50"))
    before = {"period": OCTOBER, "as_of": stamp(world.now)}
    world.now += HOUR
    await below(world, SECOND, make.SCHOOLS, 3)
    after = {"period": OCTOBER, "as_of": stamp(world.now)}

    schools = {"agency": make.agency(make.SCHOOLS)}
    was = await figure(world, **schools, **before)
    now = await figure(world, **schools, **after)
    assert [(was.value, was.reporters, was.expected), was.plan.value] == [("100", 1, 1), "200"]
    assert [(now.value, now.reporters, now.expected), now.plan.value] == [("110", 2, 2), "200"]
    assert await figure(world, period=OCTOBER, **schools) == now
    # A plan of one that is below another with a plan is part of that one's.
    whole = [(await figure(world, **when)).plan.value for when in (before, after)]
    assert whole == ["250", "200"]
    series = figures.GetSeriesRequest(indicator=cases, count=1, **schools, **before)
    stub = make.leader(world).asks(FiguresServiceStub)
    assert [point.value for point in (await stub.GetSeries(series)).points] == ["100"]
    # Who may see is today's: whoever leads the schools now sees what was reported elsewhere.
    assert (await figure(world, make.SCHOOLS, **before)).value == "110"
    assert (await figure(world, make.SCHOOLS, **schools, **before)).value == "100"


async def test_rates_of_a_branch_are_of_those_who_were_known_to_be_below_it(world: World) -> None:
    await reported(world)
    before = stamp(world.now)
    world.now += HOUR
    await below(world, SECOND, make.SCHOOLS, 3)
    stub = make.leader(world).asks(RatesServiceStub)

    async def submitted(of: UUID, **when: Any) -> tuple[int, int]:
        asked = rates.ListRatesRequest(
            agency=make.agency(of), due_from="2026-10-01", due_to="2026-11-01", **when
        )
        total = (await stub.ListRates(asked)).total
        return total.expected, total.submitted

    assert await submitted(make.HEALTH, as_of=before) == (2, 2)
    assert await submitted(make.SCHOOLS, as_of=before) == (1, 1)
    for when in ({}, {"as_of": stamp(world.now)}):
        assert await submitted(make.HEALTH, **when) == (1, 1)
        assert await submitted(make.SCHOOLS, **when) == (2, 2)


async def test_areas_hold_what_was_known_to_lie_in_them(world: World) -> None:
    cases = await reported(world)
    before = world.now
    world.now += HOUR
    await below(world, SECOND, make.HEALTH, 3, COMMUNE)
    asked = {"indicator": cases, "period": OCTOBER}
    for when, ward, commune in (
        ({"as_of": stamp(before)}, "11", "100"),
        ({"as_of": stamp(world.now)}, "1", "110"),
        ({}, "1", "110"),
    ):
        found = (await breakdown(world, "AREA", **asked, **when)).parts
        values = {one.area: one.value for one in found}
        assert values == {f"areas/{WARD}": ward, f"areas/{COMMUNE}": commune}
        only = await figure(world, period=OCTOBER, area=f"areas/{COMMUNE}", **when)
        assert only.value == commune
    path, key = "data/dataflow/SAOLA/ALL", {"c[REPORTER]": f"A{SECOND.int}"}
    for moment, code in ((before.isoformat(), "03646"), (world.now.isoformat(), "03664")):
        answer = await get(world, path, make.leader(world), asOf=moment, **key)
        head, [line] = answer.text.splitlines()[0], answer.text.splitlines()[1:]
        assert dict(zip(head.split(","), line.split(","), strict=True))["REF_AREA"] == code


async def test_whoever_takes_over_is_responsible_since_that_was_told(world: World) -> None:
    await places(world)
    form = await monthly(world, a=await define(world, CASES))
    world.now += HOUR
    before = stamp(world.now - HOUR)
    await tell(
        world,
        unit_of(FIRST, WARD, 2, valid_to="2026-10-31", successor=make.agency(SECOND)),
    )
    stub = make.obligations_of(make.leader(world))

    async def responsible(**when: Any) -> set[str]:
        asked = pb.ListExpectedReportsRequest(form=form, period=OCTOBER, **when)
        found = (await stub.ListExpectedReports(asked)).reports
        board = await stub.GetBoard(pb.GetBoardRequest(date="2026-10-31", **when))
        assert board.agencies == len({one.responsible for one in found})
        return {one.responsible for one in found}

    assert await responsible(as_of=before) == {*map(make.agency, (FIRST, SECOND, THIRD))}
    assert await responsible() == {*map(make.agency, (SECOND, THIRD))}


async def test_a_holiday_that_was_announced_late_was_none_before(world: World) -> None:
    """On Friday at 18:00 the report of Thursday was late; on Saturday Friday becomes a holiday."""
    await make.warehouse(world)
    asked = make.draft()
    asked.due_rule.CopyFrom(forms.Form.DueRule(time="17:00", days=1, working_days=True))
    form = await make.published(world, asked)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS, since="2026-11-19")
    stub = make.reporter(world, make.SCHOOLS)
    begun = await stub.CreateSubmission(
        make.beginning(form, {"1": "1"}, "2026-11-19", make.SCHOOLS)
    )
    friday, noon = datetime(2026, 11, 20, 10, tzinfo=UTC), world.now
    world.now = friday + 20 * HOUR
    holiday = Day(name="days/2026-11-20", date="2026-11-20", kind=Day.KIND_HOLIDAY, etag='"1"')
    async with world.unit("warehouse") as unit:
        await copies.keep_days(unit, [holiday])
    monday = datetime(2026, 11, 23, 10, tzinfo=UTC)
    world.now = monday - HOUR
    sent = await stub.SubmitSubmission(make.submitting(begun))
    assert sent.on_time

    async def due(at: datetime | None) -> set[tuple[datetime, bool]]:
        request = pb.ListExpectedReportsRequest(form=form, period="2026-11-19")
        if at:
            request.as_of.CopyFrom(stamp(at))
        found = await make.obligations_of(make.leader(world)).ListExpectedReports(request)
        return {(one.due_time.ToDatetime(UTC), one.on_time) for one in found.reports}

    async def rate(day: str, at: datetime | None) -> tuple[int, ...]:
        request = rates.ListRatesRequest(
            due_from=day, due_to=str(date.fromisoformat(day) + timedelta(days=1))
        )
        if at:
            request.as_of.CopyFrom(stamp(at))
        total = (await make.leader(world).asks(RatesServiceStub).ListRates(request)).total
        return total.expected, total.submitted, total.on_time, total.overdue

    assert await due(friday + HOUR) == {(friday, False)}
    assert await due(friday + 20 * HOUR) == {(monday, True)} == await due(None)
    assert await rate("2026-11-20", friday + HOUR) == (2, 0, 0, 2)
    assert await rate("2026-11-20", None) == (0, 0, 0, 0)
    # What is due on Monday is of Thursday, and of Friday and the weekend too.
    assert await rate("2026-11-23", friday + HOUR) == (6, 0, 0, 0)
    assert await rate("2026-11-23", None) == (8, 1, 1, 0)
    for at, when in ((noon, friday), (friday + 20 * HOUR, friday), (world.now, monday)):
        asked_then = submissions.GetSubmissionRequest(name=begun.name, as_of=stamp(at))
        then = await stub.GetSubmission(asked_then)
        assert then.due_time.ToDatetime(UTC) == when
