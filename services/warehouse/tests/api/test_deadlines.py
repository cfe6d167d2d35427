"""Every type of period, reporting windows, and the clock at the minutes that are argued about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from services.warehouse.tests import make

from saola.apis.identity.v1.calendar_pb2 import Day
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1 import observations_pb2 as figures
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.directory import copies
from saola.testing.plugin import World, refused


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


async def owed(world: World, type: str, *items: make.Item, days: int = 0, **rule: Any) -> str:
    """A form of that type of period, by which the health department must report."""
    asked = make.draft(*items, code=f"YT-{type}")
    asked.period_type = forms.Form.PeriodType.Value(f"PERIOD_TYPE_{type}")
    first_day = rule.pop("first_day", 0)
    asked.window.CopyFrom(forms.Form.Window(first_day=first_day))
    asked.due_rule.CopyFrom(forms.Form.DueRule(time="17:00", days=days, **rule))
    name = await make.published(world, asked)
    await make.oblige(world, name, since="2025-01-01")
    return name


async def expected(world: World, first: str, last: str) -> list[tuple[str, str]]:
    end = date.fromisoformat(last) + timedelta(days=1)
    stub = make.obligations_of(make.leader(world))
    asked = pb.ListExpectedReportsRequest(due_from=first, due_to=str(end), page_size=1000)
    found = (await stub.ListExpectedReports(asked)).reports
    zone = timedelta(hours=7)
    return [(one.period, f"{one.due_time.ToDatetime() + zone:%Y-%m-%d %H:%M}") for one in found]


async def submitted_at(world: World, form: str, period: str, at: datetime) -> bool:
    """Whether a report that is begun now and submitted then is on time."""
    stub = make.reporter(world)
    begun = await stub.CreateSubmission(make.beginning(form, {"1": "7"}, period))
    world.now = at
    return (await stub.SubmitSubmission(make.submitting(begun))).on_time


@pytest.mark.parametrize(
    ("type", "periods"),
    [
        ("DAY", ["2026-12-31 2026-12-31"]),
        ("WEEK", ["2026-W53 2027-01-03"]),
        ("MONTH", ["2026-12 2026-12-31"]),
        ("QUARTER", ["2026-Q4 2026-12-31"]),
        ("HALF_YEAR", ["2026-S2 2026-12-31"]),
        ("NINE_MONTHS", ["2026-9M 2026-09-30"]),
        ("YEAR", ["2026 2026-12-31"]),
    ],
)
async def test_the_last_period_of_the_year_is_reported_in_every_type(
    world: World, type: str, periods: list[str]
) -> None:
    await make.warehouse(world)
    form = await owed(world, type)
    [(period, day)] = [one.split() for one in periods]
    assert await expected(world, day, day) == [(period, f"{day} 17:00")]
    world.now = local(f"{day}T12:00")
    assert await submitted_at(world, form, period, local(f"{day}T16:59:59.999"))
    with refused("NOT_A_PERIOD"):
        other = "2026-10" if type != "MONTH" else "2026-Q4"
        await make.reporter(world).CreateSubmission(make.beginning(form, period=other))


@pytest.mark.parametrize(
    ("at", "on_time"),
    [("16:59:59.999", True), ("17:00:00.000", False)],
)
async def test_five_o_clock_itself_is_too_late(world: World, at: str, *, on_time: bool) -> None:
    await make.warehouse(world)
    form = await owed(world, "DAY")
    at_five = await submitted_at(world, form, make.TODAY, local(f"2026-11-20T{at}"))
    assert at_five is on_time


async def test_the_last_second_of_the_year_is_of_the_year(world: World) -> None:
    """What is due at midnight, 00:00 of New Year's Day, is in time at 23:59:59; and at that second
    the new year has not begun."""
    await make.warehouse(world)
    form = await owed(world, "YEAR", days=1)
    stub = make.forms_of(make.steward(world))
    found = await stub.GetForm(forms.GetFormRequest(name=form))
    assert (found.due_rule.days, found.due_rule.time) == (1, "17:00")
    daily = make.draft(code="YT-MIDNIGHT")
    daily.due_rule.CopyFrom(forms.Form.DueRule(days=1, time="00:00"))
    by_midnight = await make.published(world, daily)
    await make.oblige(world, by_midnight)
    world.now = local("2026-12-31T20:00")
    last_second = local("2026-12-31T23:59:59")
    assert await submitted_at(world, by_midnight, "2026-12-31", last_second)
    with refused("PERIOD_NOT_BEGUN", period="2027-01-01"):
        await make.reporter(world).CreateSubmission(
            make.beginning(by_midnight, period="2027-01-01")
        )
    with refused("PERIOD_NOT_BEGUN", period="2027"):
        await make.reporter(world).CreateSubmission(make.beginning(form, period="2027"))
    world.now = local("2027-01-01T00:00")
    await make.reporter(world).CreateSubmission(make.beginning(by_midnight, period="2027-01-01"))


async def test_figures_that_close_on_the_14th_are_due_from_there(world: World) -> None:
    await make.warehouse(world)
    monthly = await owed(world, "MONTH", days=4, first_day=15)
    await owed(world, "YEAR", days=4, first_day=15)
    assert sorted(await expected(world, "2026-12-01", "2026-12-31")) == [
        ("2026", "2026-12-18 17:00"),
        ("2026-12", "2026-12-18 17:00"),
    ]
    # On 20 November the month of December is five days old.
    begun = await make.reporter(world).CreateSubmission(
        make.beginning(monthly, {"1": "1"}, period="2026-12")
    )
    assert begun.due_time.ToDatetime(UTC) == local("2026-12-18T17:00")
    with refused("PERIOD_NOT_BEGUN"):
        await make.reporter(world).CreateSubmission(make.beginning(monthly, period="2027-01"))
    found = await make.forms_of(make.steward(world)).GetForm(forms.GetFormRequest(name=monthly))
    assert found.window.first_day == 15


async def test_an_estimate_is_due_before_its_period_is_over(world: World) -> None:
    await make.warehouse(world)
    form = await owed(world, "MONTH", days=-5)
    assert await expected(world, "2026-11-25", "2026-11-25") == [("2026-11", "2026-11-25 17:00")]
    assert await submitted_at(world, form, "2026-11", local("2026-11-25T16:59"))


async def test_a_holiday_announced_afterwards_moves_what_is_open_and_no_verdict(
    world: World,
) -> None:
    """What was submitted keeps what was said of it; what is open has until work begins again."""
    await make.warehouse(world)
    form = await owed(world, "DAY", days=1, working_days=True)
    late = await submitted_at(world, form, "2026-11-18", local("2026-11-20T12:00"))
    assert not late
    stub = make.reporter(world)
    begun = await stub.CreateSubmission(make.beginning(form, {"1": "1"}, period="2026-11-19"))
    assert begun.due_time.ToDatetime(UTC) == local("2026-11-20T17:00")
    days = [
        Day(name=f"days/{day}", date=day, kind=Day.KIND_HOLIDAY, etag='"1"')
        for day in ("2026-11-19", "2026-11-20")
    ]
    async with world.unit("warehouse") as unit:
        await copies.keep_days(unit, days)
    assert await expected(world, "2026-11-20", "2026-11-20") == []
    assert ("2026-11-19", "2026-11-23 17:00") in await expected(world, "2026-11-23", "2026-11-23")
    world.now = local("2026-11-23T16:59:59.999")
    sent = await stub.SubmitSubmission(make.submitting(begun))
    assert sent.on_time
    assert sent.due_time.ToDatetime(UTC) == local("2026-11-23T17:00")
    asked = pb.ListExpectedReportsRequest(due_from="2026-11-01", due_to="2026-12-01")
    found = (await make.obligations_of(make.leader(world)).ListExpectedReports(asked)).reports
    [judged] = [one for one in found if one.period == "2026-11-18"]
    assert not judged.on_time


async def test_a_quarter_has_a_figure_as_a_month_has(world: World) -> None:
    await make.warehouse(world)
    counted = make.Item()
    counted.CopyFrom(make.CASES)
    counted.indicator = await make.indicator(world)
    form = await owed(world, "QUARTER", counted)
    for period, value in (("2026-Q2", "12"), ("2026-Q3", "20")):
        await make.sent(world, form, {"1": value}, period=period)
    stub = make.leader(world).asks(ObservationsServiceStub)
    [figure] = (await stub.ListFigures(figures.ListFiguresRequest())).figures
    assert (figure.period, figure.value, figure.former_value) == ("2026-Q3", "20", "12")
    assert (figure.reporters, figure.expected) == (1, 1)
