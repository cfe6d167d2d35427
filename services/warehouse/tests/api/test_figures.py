"""Figures compared, broken down and lit, through the door that everybody uses."""

from datetime import timedelta

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import figures_pb2 as pb
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1.figures_pb2_grpc import FiguresServiceStub
from saola.directory import copies
from saola.kit.pb import stamp
from saola.kit.status import Refused
from saola.testing.plugin import World

from .figures import (
    CASES,
    COMMUNE,
    FIRST,
    PEOPLE,
    SECOND,
    THIRD,
    WARD,
    breakdown,
    daily,
    define,
    figure,
    monthly,
    places,
    plan,
    unit_of,
)


async def test_a_figure_is_told_with_all_that_it_is_compared_with(world: World) -> None:
    await places(world)
    light = indicators.LightRule(
        basis=indicators.LightRule.BASIS_PLAN, green="100", yellow="90", pro_rata=True
    )
    cases = await define(world, CASES, light=light, decimals=1)
    form = await monthly(world, a=cases)
    for period, value in (
        ("2025-01", "10"),
        ("2025-10", "20"),
        ("2026-01", "12"),
        ("2026-09", "8"),
        ("2026-10", "25"),
    ):
        await make.sent(world, form, {"a": value}, period, FIRST)
    await make.sent(world, form, {"a": "5"}, "2026-10", THIRD)
    await plan(world, (cases, make.ROOT, "2026", "60"), (cases, FIRST, "2026", "1000"))

    found = await figure(world)

    assert (found.value, found.period, found.period_type) == ("30", "2026-10", "month")
    assert (found.reporters, found.expected, found.decimals) == (2, 3, 1)
    assert (found.previous.period, found.previous.value) == ("2026-09", "8")
    assert found.previous.change == pb.Difference(
        value="275", unit=pb.Difference.UNIT_PERCENT, sense=pb.Difference.SENSE_BETTER, uneven=True
    )
    assert (found.year_before.value, found.year_before.change.value) == ("20", "50")
    assert (found.cumulative.value, found.cumulative.former_value) == ("50", "30")
    assert (found.cumulative.reports, found.cumulative.former_reports) == (4, 2)
    assert (found.plan.period, found.plan.value, found.plan.actual) == ("2026", "60", "50")
    assert (found.plan.share, found.plan.source) == ("83.33", "NQ 25/NQ-HĐND")
    assert found.light.colour == pb.Light.COLOUR_GREEN  # 83 % of it in 83.29 % of the year
    assert found.light.measured == "83.33"
    assert list(found.series[-2:]) == ["8", "30"]

    quarter = await figure(world, period_type="quarter", series_length=0)
    assert (quarter.period, quarter.value, list(quarter.series)) == ("2026-Q4", "30", [])
    year = await figure(world, period="2025")
    assert (year.value, year.plan.value) == ("30", "")


async def test_a_rate_is_made_of_its_parts_and_nobody_may_make_a_rate_of_rates(
    world: World,
) -> None:
    await places(world)
    cases, people = await define(world, CASES), await define(world, PEOPLE, "LAST")
    rate = await define(
        world,
        "RATE",
        "RATE",
        unit="%",
        numerator=cases,
        denominator=people,
        direction="DIRECTION_DOWN",
    )
    form = await monthly(world, a=cases, b=people)
    await make.sent(world, form, {"a": "10", "b": "100"}, "2026-09", FIRST)
    await make.sent(world, form, {"a": "1", "b": "100"}, "2026-10", FIRST)
    await make.sent(world, form, {"a": "90", "b": "300"}, "2026-10", SECOND)
    await make.sent(world, form, {"a": "77"}, "2026-10", THIRD)

    found = await figure(world, indicator=rate)

    assert (found.value, found.reporters, found.expected) == ("22.75", 2, 3)
    assert found.previous.change == pb.Difference(
        value="12.75",
        unit=pb.Difference.UNIT_PERCENTAGE_POINTS,
        sense=pb.Difference.SENSE_WORSE,
        uneven=True,
    )
    parts = (await breakdown(world, "AGENCY", indicator=rate)).parts
    assert [(part.title, part.value, part.rank) for part in parts] == [
        ("Đơn vị 11", "1", 1),
        ("Đơn vị 12", "30", 2),
        ("Đơn vị 13", "", 0),
    ]
    with pytest.raises(Refused) as no:
        await define(world, "WORSE", "RATE", numerator=rate, denominator=people)
    assert (no.value.reason, no.value.facts["field"]) == ("INVALID_RATE", "indicator.numerator")
    with pytest.raises(Refused) as no:
        await define(world, "LESS", "RATE", numerator=cases)
    assert no.value.reason == "MISSING_FIELD"


async def test_who_makes_up_a_figure_is_ranked_and_who_is_missing_comes_last(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    form = await monthly(world, a=cases)
    await make.sent(world, form, {"a": "7"}, "2026-10", SECOND)
    await make.sent(world, form, {"a": "9"}, "2026-10", FIRST)

    found = await breakdown(world, "AGENCY", indicator=cases)

    assert (found.period, found.ranked, found.missing) == ("2026-10", 2, 1)
    assert [(part.agency, part.rank, part.value, part.expected) for part in found.parts] == [
        (make.agency(FIRST), 1, "9", 1),
        (make.agency(SECOND), 2, "7", 1),
        (make.agency(THIRD), 0, "", 1),
    ]
    page = await breakdown(world, "AGENCY", indicator=cases, page_size=2)
    rest = await breakdown(
        world, "AGENCY", indicator=cases, page_size=2, page_token=page.next_page_token
    )
    assert [*page.parts, *rest.parts] == list(found.parts)
    assert rest.next_page_token == ""
    await plan(world, (cases, FIRST, "2026-10", "90"), (cases, SECOND, "2026-10", "7"))
    await plan(world, (cases, make.ROOT, "2026-10", "97"))  # for all together: it reports nothing
    assert len((await breakdown(world, "AGENCY", indicator=cases)).parts) == 3
    by_plan = await breakdown(
        world, "AGENCY", indicator=cases, rank_by=pb.ListBreakdownRequest.RANK_BY_PLAN
    )
    assert [(part.agency, part.plan.share) for part in by_plan.parts[:2]] == [
        (make.agency(SECOND), "100"),
        (make.agency(FIRST), "10"),
    ]


async def test_a_map_has_every_area_and_one_part_for_what_lies_in_none(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    form = await monthly(world, a=cases)
    await make.oblige(world, form, make.HEALTH)
    await make.sent(world, form, {"a": "7"}, "2026-10", FIRST)
    await make.sent(world, form, {"a": "9"}, "2026-10", SECOND)
    await make.sent(world, form, {"a": "100"}, "2026-10", make.HEALTH)

    found = await breakdown(world, "AREA", indicator=cases)

    assert [(part.area, part.value, part.reporters, part.expected) for part in found.parts] == [
        (f"areas/{WARD}", "16", 2, 2),
        ("", "100", 1, 1),
        (f"areas/{COMMUNE}", "", 0, 1),
    ]
    assert (await figure(world)).value == "116"
    assert (await figure(world, area=f"areas/{WARD}")).value == "16"
    assert (await figure(world, agency=make.agency(SECOND))).value == "9"
    nobody = await figure(world, agency=make.agency(SECOND), area=f"areas/{COMMUNE}")
    assert (nobody.value, nobody.period) == ("", "")


async def test_a_series_is_told_in_every_type_it_adds_up_to(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    form = await monthly(world, a=cases)
    for period, value in (("2025-10", "4"), ("2026-07", "1"), ("2026-10", "3")):
        await make.sent(world, form, {"a": value}, period, FIRST)
    await plan(world, (cases, FIRST, "2026-10", "6"))
    stub = make.leader(world).asks(FiguresServiceStub)

    found = await stub.GetSeries(pb.GetSeriesRequest(indicator=cases, count=3))

    assert [(one.period, one.value, one.plan) for one in found.points] == [
        ("2026-08", "", ""),
        ("2026-09", "", ""),
        ("2026-10", "3", "6"),
    ]
    assert found.points[2].year_before.change.value == "-25"
    assert list(found.period_types) == ["month", "quarter", "half_year", "nine_months", "year"]
    asked = pb.GetSeriesRequest(indicator=cases, period_type="quarter", count=2)
    quarters = await stub.GetSeries(asked)
    assert [(one.period, one.value) for one in quarters.points] == [
        ("2026-Q3", "1"),
        ("2026-Q4", "3"),
    ]
    for wrong in ({"count": 401}, {"period_type": "fortnight"}, {"period": "2026-13"}):
        with pytest.raises(Refused) as no:
            await stub.GetSeries(pb.GetSeriesRequest(indicator=cases, **wrong))
        assert no.value.reason in {"INVALID_FIELD", "NOT_A_PERIOD"}


async def test_how_many_must_report_is_told_as_it_was_known_then(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    form = await monthly(world, a=cases)
    await make.sent(world, form, {"a": "30"}, "2026-10", FIRST)
    before = world.now
    world.now += timedelta(hours=1)
    await make.oblige(world, form, make.HEALTH, since="2026-01-01")

    assert (await figure(world)).expected == 4
    assert (await figure(world, as_of=stamp(before))).expected == 3
    then = await breakdown(world, "AGENCY", indicator=cases, as_of=stamp(before))
    assert (then.ranked, then.missing) == (1, 2)


async def test_a_stock_that_was_merged_into_another_is_not_counted_twice(world: World) -> None:
    await places(world)
    people = await define(world, "PEOPLE", "LAST")
    cases = await define(world, CASES)
    rate = await define(world, "RATE", "RATE", numerator=cases, denominator=people)
    form = await monthly(world, a=people, b=cases)
    await make.sent(world, form, {"a": "100", "b": "1"}, "2026-05", FIRST)
    await make.sent(world, form, {"a": "40", "b": "2"}, "2026-05", SECOND)
    merged = unit_of(SECOND, WARD, 2, valid_to="2026-06-01", successor=make.agency(FIRST))
    async with world.unit("warehouse") as unit:
        await copies.keep_agencies(unit, [merged])
    asked = {"indicators": [people], "period": "2026"}

    # Until the heir has told of it, what was known last is the stock.
    assert (await figure(world, **asked)).value == "140"
    before, world.now = world.now, world.now + timedelta(hours=1)
    await make.sent(world, form, {"a": "141", "b": "3"}, "2026-06", FIRST)

    assert (await figure(world, **asked)).value == "141"
    assert (await figure(world, **asked, as_of=stamp(world.now))).value == "141"
    assert (await figure(world, **asked, as_of=stamp(before))).value == "140"
    assert (await figure(world, indicators=[people], period="2026-05")).value == "140"
    assert (await figure(world, **asked, agency=make.agency(SECOND))).value == "40"
    # What happened before is counted wherever it happened.
    assert (await figure(world, indicators=[cases], period="2026")).value == "6"
    of_all = await figure(world, indicators=[rate], period="2026")
    assert (of_all.value, of_all.reporters) == ("4.255319", 2)
    for moment in ({}, {"as_of": stamp(world.now)}):
        parts = await breakdown(world, "AGENCY", indicator=people, period="2026", **moment)
        assert {part.agency: part.value for part in parts.parts if part.reporters} == {
            make.agency(FIRST): "141",
            make.agency(SECOND): "",
        }


async def test_a_stock_is_its_own_until_the_day_of_which_an_heir_tells(world: World) -> None:
    """The month of that day is kept added up from its first on, and has not told before."""
    await places(world)
    people = await define(world, PEOPLE, "LAST")
    cases = await define(world, CASES)
    rate = await define(world, "RATE", "RATE", numerator=cases, denominator=people)
    form = await daily(world, a=people, b=cases)
    await make.sent(world, form, {"a": "100", "b": "1"}, "2026-05-29", FIRST)
    await make.sent(world, form, {"a": "40", "b": "2"}, "2026-05-29", SECOND)
    merged = unit_of(SECOND, WARD, 2, valid_to="2026-06-01", successor=make.agency(FIRST))
    async with world.unit("warehouse") as unit:
        await copies.keep_agencies(unit, [merged])
    await make.sent(world, form, {"a": "141", "b": "3"}, "2026-06-19", FIRST)

    for moment in ({}, {"as_of": stamp(world.now)}):
        of = {"indicators": [rate], **moment}
        assert (await figure(world, period="2026-06-10", **of)).cumulative.value == "2.142857"
        assert (await figure(world, period="2026-06-19", **of)).cumulative.value == "4.255319"
