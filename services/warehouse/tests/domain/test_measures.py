"""What a figure is compared with, out of cells that a naive reader adds up."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain import glances, measures, rollups
from saola.services.warehouse.domain.comparisons import In
from saola.services.warehouse.domain.glances import Figure, Plan
from saola.services.warehouse.domain.indicators import Aggregation, Direction
from saola.services.warehouse.domain.measures import (
    NOTHING_FOUND,
    Found,
    Latest,
    Measure,
    Source,
    Wanted,
)
from saola.services.warehouse.domain.rollups import Cell, Said, over
from saola.services.warehouse.domain.values import Status

AT = datetime(2026, 11, 20, 5, tzinfo=UTC)
HERE, THERE, SICK, PEOPLE = (UUID(int=number) for number in range(4))
Reported = Mapping[UUID, Mapping[str, str]]  # by agency and period


def measure(aggregation: Aggregation = Aggregation.SUM, unit: In = In.PERCENT) -> Measure:
    source = Source(SICK, aggregation)
    return Measure(SICK, aggregation, Direction.DOWN, unit, (source,))


RATE = Measure(
    UUID(int=9),
    Aggregation.RATE,
    Direction.DOWN,
    In.PERCENTAGE_POINTS,
    (Source(SICK, Aggregation.SUM), Source(PEOPLE, Aggregation.LAST)),
    Decimal(100),
)


def cell(number: str) -> Cell:
    if not number:
        return rollups.direct([Said(HERE, Status.MISSING, "", None, AT)])
    return rollups.direct([Said(HERE, Status.VALUE, number, Decimal(number), AT)])


def figure(
    of: Measure, period: str, *reported: Reported, plans: tuple[Plan, ...] = (), series: int = 0
) -> Figure:
    """The figure of what was reported about each source of a measure."""
    known = [
        {
            agency: rollups.cells({Period.read(one): cell(number) for one, number in said.items()})
            for agency, said in source.items()
        }
        for source in reported
    ]

    def read(wanted: Wanted) -> Found:
        found = [
            [over(source.get(agency, {}), wanted.periods) for source in known]
            for agency in set[UUID]().union(*known)
        ]
        whole = [[one for one in cells if one is not None] for cells in found if None not in cells]
        return of.found(whole) if whole else NOTHING_FOUND

    return glances.figure(of, Period.read(period), read, plans, series)


def test_a_series_has_gaps_where_nobody_reported() -> None:
    found = figure(
        measure(),
        "2026-03",
        {HERE: {"2026-03": "30.5", "2026-01": "7"}, THERE: {"2026-03": "1"}},
        series=4,
    )
    assert found.series == [None, Decimal(7), None, Decimal("31.5")]
    assert found.previous.value is None
    assert found.previous.change is None
    assert found.sums.reporters == 2


def test_growth_rates_are_never_added() -> None:
    said = {HERE: {"2026-03": "75", "2026-02": "50"}, THERE: {"2026-03": "70"}}
    found = figure(measure(Aggregation.NONE), "2026-03", said)
    assert (found.value, found.previous.value, found.cumulated) == (None, 50, None)


def test_a_change_says_whether_equally_many_have_reported() -> None:
    said = {HERE: {"2026-03": "8", "2026-02": "10"}, THERE: {"2026-03": "1"}}
    found = figure(measure(), "2026-03", said)
    assert found.previous.change is not None
    assert (found.previous.change.value, found.previous.uneven) == (-10, True)
    even = figure(measure(), "2026-03", {HERE: said[HERE]})
    assert not even.previous.uneven


def test_what_adds_up_since_new_year_leaves_gaps_out_and_counts_reports() -> None:
    said = {HERE: {"2026-01": "5", "2026-03": "7", "2025-01": "4", "2025-02": "3", "2025-03": "5"}}
    found = figure(measure(), "2026-03", said).cumulated
    assert found is not None
    assert (found.value, found.reports, found.former, found.former_reports) == (12, 2, 12, 3)
    assert found.change is not None
    assert found.change.value == 0


def test_what_comes_later_in_the_year_is_not_in_it() -> None:
    said = {HERE: {"2025-02": "3", "2025-11": "100", "2026-02": "6"}}
    found = figure(measure(), "2026-02", said).cumulated
    assert found is not None
    assert (found.value, found.former) == (6, 3)


def test_a_plan_of_the_year_is_compared_with_what_has_added_up() -> None:
    said = {HERE: {"2026-01": "5", "2026-02": "7"}}
    year, month = Period.read("2026"), Period.read("2026-02")
    whole = Plan(year, Decimal(48), "NQ 25")
    found = figure(measure(), "2026-02", said, plans=(whole,)).plan
    assert found is not None
    assert (found.actual, found.share, found.source) == (12, 25, "NQ 25")
    own = figure(measure(), "2026-02", said, plans=(whole, Plan(month, Decimal(14)))).plan
    assert own is not None
    assert (own.period, own.actual, own.share) == (month, 7, 50)


def test_a_plan_of_the_year_for_a_stock_is_compared_with_the_last() -> None:
    said = {HERE: {"2026-01": "5", "2026-02": "7"}}
    plan = Plan(Period.read("2026"), Decimal(14))
    found = figure(measure(Aggregation.LAST), "2026-02", said, plans=(plan,)).plan
    assert found is not None
    assert (found.actual, found.share) == (7, 50)


def test_a_rate_leaves_out_who_has_reported_only_one_part() -> None:
    sick = {HERE: {"2026-02": "10"}, THERE: {"2026-02": "90"}}
    people = {HERE: {"2026-02": "1000"}}
    found = figure(RATE, "2026-02", sick, people)
    assert (found.value, found.sums.reporters) == (1, 1)


def test_a_rate_changes_by_points_and_adds_up_its_parts_since_new_year() -> None:
    sick = {HERE: {"2026-01": "10", "2026-02": "30"}, THERE: {"2026-01": "4", "2026-02": "4"}}
    people = {
        HERE: {"2026-01": "900", "2026-02": "1000"},
        THERE: {"2026-01": "50", "2026-02": "60"},
    }
    found = figure(RATE, "2026-02", sick, people)
    assert found.value == Decimal("3.207547")  # 34 of 1,060
    assert found.previous.change is not None
    assert found.previous.change.unit is In.PERCENTAGE_POINTS
    assert found.cumulated is not None
    assert found.cumulated.value == Decimal("4.528302")  # 48 of 1,060, the last count of people


def test_plans_of_several_make_one_only_where_figures_add_up() -> None:
    period, values = Period.read("2026"), {HERE: Decimal(3), THERE: Decimal(4)}
    assert glances.one_plan(measure(), period, values, {"a"}) == Plan(period, Decimal(7), "a")
    assert glances.one_plan(measure(), period, values, {"a", "b"}) == Plan(period, Decimal(7))
    assert glances.one_plan(RATE, period, values, {"a"}) is None
    alone = {HERE: Decimal(3)}
    assert glances.one_plan(RATE, period, alone, {"a"}) == Plan(period, Decimal(3), "a")
    assert glances.one_plan(measure(), period, {}, set()) is None


def test_the_latest_period_of_a_rate_is_one_that_both_parts_have() -> None:
    november, october = Period.read("2026-11"), Period.read("2026-10")
    months, year = PeriodType.MONTH, PeriodType.YEAR
    latest = {
        SICK: Latest({months: november, year: Period.read("2026")}, {months}),
        PEOPLE: Latest({months: october, year: Period.read("2026")}, {months}),
    }
    assert measures.period_of(RATE, latest, None) == october
    assert measures.period_of(RATE, latest, year) == Period.read("2026")
    assert measures.period_of(RATE, latest, PeriodType.DAY) is None
    assert measures.period_of(RATE, {SICK: latest[SICK]}, None) is None


def test_people_who_are_counted_once_a_year_make_a_rate_of_years() -> None:
    latest = {
        SICK: Latest(
            {PeriodType.MONTH: Period.read("2026-11"), PeriodType.YEAR: Period.read("2026")},
            {PeriodType.MONTH},
        ),
        PEOPLE: Latest({PeriodType.YEAR: Period.read("2025")}, {PeriodType.YEAR}),
    }
    assert measures.period_of(RATE, latest, None) == Period.read("2025")
    assert measures.types_of(RATE, latest) == [PeriodType.YEAR]
