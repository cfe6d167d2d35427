"""Days make months, months make quarters and years: what adds up, and what does not."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain import rollups
from saola.services.warehouse.domain.figures import NONE_REPORTED, rate, status, together, value
from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.domain.rollups import Cell, Said, cells, direct, since_new_year
from saola.services.warehouse.domain.values import Status

AT = datetime(2026, 11, 20, 5, tzinfo=UTC)


def said(number: str, status: Status = Status.VALUE, day: int = 20) -> Cell:
    value = Decimal(number) if number else None
    return direct([Said(UUID(int=day), status, number, value, AT.replace(day=day))])


def at(period: str) -> Period:
    return Period.read(period)


MISSING = said("", Status.MISSING)
NOTHING = said("", Status.NOTHING_OCCURRED)


def test_a_day_is_part_of_its_week_month_quarter_half_and_year() -> None:
    found = cells({at("2026-08-20"): said("5")})
    assert {str(period) for period in found} == {
        "2026-08-20", "2026-W34", "2026-08", "2026-Q3", "2026-S2", "2026-9M", "2026",
    }  # fmt: skip
    assert all(cell.total == 5 for cell in found.values())
    assert [period for period, cell in found.items() if cell.direct] == [at("2026-08-20")]


def test_the_fourth_quarter_is_no_part_of_the_nine_months() -> None:
    found = cells({at("2026-09"): said("5"), at("2026-10"): said("7")})
    assert found[at("2026-9M")].total == 5
    assert found[at("2026")].total == 12


def test_flows_add_up_and_of_stocks_the_last_that_is_known_counts() -> None:
    month = cells(
        {at("2026-11-01"): said("3"), at("2026-11-02"): said("4"), at("2026-11-03"): MISSING}
    )
    cell = month[at("2026-11")]
    assert (cell.total, cell.last, cell.numbers, cell.reports) == (7, 4, 2, 3)


def test_the_last_is_by_period_however_late_it_came() -> None:
    found = cells({at("2026-11-02"): said("4", day=3), at("2026-11-01"): said("3", day=19)})
    assert found[at("2026-11")].last == 4
    assert found[at("2026-11")].fresh_at.day == 19


def test_what_is_reported_for_a_month_itself_goes_before_its_days() -> None:
    found = cells(
        {at("2026-11-01"): said("3"), at("2026-11"): said("100"), at("2026-10"): said("1")}
    )
    assert found[at("2026-11")].total == 100
    assert found[at("2026-Q4")].total == 101


def test_missing_is_not_zero_but_true_zero_and_nothing_occurred_are() -> None:
    assert value(Aggregation.SUM, together([MISSING])) is None
    assert value(Aggregation.SUM, together([NOTHING])) == 0
    assert value(Aggregation.SUM, together([said("0", Status.TRUE_ZERO), MISSING])) == 0
    assert value(Aggregation.SUM, NONE_REPORTED) is None
    assert rollups.rolled([MISSING, MISSING]).total is None


@pytest.mark.parametrize(
    ("parts", "shown", "wanted"),
    [
        ([], None, None),
        ([MISSING], None, Status.MISSING),
        ([NOTHING, NOTHING], "0", Status.NOTHING_OCCURRED),
        ([NOTHING, said("0", Status.TRUE_ZERO)], "0", Status.TRUE_ZERO),
        ([said("3"), said("4", Status.ESTIMATED)], "7", Status.ESTIMATED),
        ([said("3"), said("4", Status.PRELIMINARY)], "7", Status.PRELIMINARY),
        ([said("3", Status.REVISED)], "3", Status.REVISED),
        ([said("3"), MISSING], "3", Status.VALUE),
        ([said("3"), said("-3")], "0", Status.TRUE_ZERO),
    ],
)
def test_the_status_of_a_figure_is_that_of_its_weakest_part(
    parts: list[Cell], shown: str | None, wanted: Status | None
) -> None:
    sums = together(parts)
    found = value(Aggregation.SUM, sums)
    assert found == (Decimal(shown) if shown else None)
    assert status(found, sums) is wanted


def test_an_agency_counts_once_however_often_something_occurred_there() -> None:
    here = cells({at("2026-11-01"): said("3"), at("2026-11-02"): said("4")})[at("2026-11")]
    there = cells({at("2026-11-01"): said("0", Status.TRUE_ZERO)})[at("2026-11")]
    assert value(Aggregation.DISTINCT, together([here, there])) == 1
    assert value(Aggregation.DISTINCT, together([MISSING])) is None


def test_yes_counts_as_one_and_no_as_nought() -> None:
    yes = direct([Said(UUID(int=1), Status.VALUE, "true", None, AT)])
    no = direct([Said(UUID(int=2), Status.VALUE, "false", None, AT)])
    remark = direct([Said(UUID(int=3), Status.VALUE, "như trên", None, AT)])
    assert value(Aggregation.DISTINCT, together([yes, no, remark])) == 1
    assert together([yes, no, remark]).known == 2


def test_what_makes_no_figure_stands_only_while_it_is_one_number() -> None:
    one = said("7.1")
    assert value(Aggregation.NONE, together([one])) == Decimal("7.1")
    assert value(Aggregation.NONE, together([one, said("6")])) is None
    assert value(Aggregation.NONE, together([one, MISSING])) == Decimal("7.1")
    month = cells({at("2026-11-01"): one})[at("2026-11")]
    assert value(Aggregation.NONE, together([month])) is None  # a day is no month


def test_a_rate_is_sum_by_sum_and_never_a_mean() -> None:
    assert rate(Decimal(1 + 90), Decimal(100 + 100), Decimal(100)) == Decimal("45.5")
    assert rate(Decimal(2), Decimal(3), Decimal(100)) == Decimal("66.666667")
    assert rate(Decimal(0), Decimal(3), Decimal(100)) == 0
    assert rate(Decimal(3), Decimal(0), Decimal(100)) is None
    assert rate(None, Decimal(3), Decimal(100)) is None
    assert rate(Decimal(3), None, Decimal(100)) is None


def test_what_changes_with_a_day_is_told_smallest_first() -> None:
    found = rollups.touched([at("2026-11-30"), at("2026-12-01")])
    assert [type.value for type in found] == [
        "day", "week", "month", "quarter", "half_year", "year",
    ]  # fmt: skip
    assert list(map(str, found[PeriodType.WEEK])) == ["2026-W49"]
    assert list(map(str, found[PeriodType.MONTH])) == ["2026-11", "2026-12"]
    assert list(rollups.touched([at("2026-W49")])) == [PeriodType.WEEK]
    assert list(rollups.touched([at("2026")])) == [PeriodType.YEAR]


@pytest.mark.parametrize(
    ("period", "parts"),
    [
        ("2026-01", ["2026-01"]),
        ("2026-03", ["2026-Q1"]),
        ("2026-11", ["2026-S1", "2026-Q3", "2026-10", "2026-11"]),
        ("2026-12", ["2026-S1", "2026-S2"]),
        ("2026-Q3", ["2026-S1", "2026-Q3"]),
        ("2026-02-02", ["2026-01", "2026-02-01", "2026-02-02"]),
        ("2026-12-31", ["2026-S1", "2026-S2"]),
        ("2026", ["2026"]),
        ("2026-9M", ["2026-9M"]),
        ("2026-W02", ["2026-W01", "2026-W02"]),
    ],
)
def test_the_time_since_new_year_is_covered_by_few_periods(period: str, parts: list[str]) -> None:
    assert list(map(str, since_new_year(at(period)))) == parts


def test_months_reach_up_to_the_year_and_weeks_nowhere() -> None:
    assert rollups.reach([PeriodType.WEEK]) == {PeriodType.WEEK}
    assert PeriodType.DAY not in rollups.reach([PeriodType.MONTH])
    assert rollups.reach([PeriodType.MONTH]) >= {PeriodType.QUARTER, PeriodType.YEAR}
    assert rollups.preferred([PeriodType.DAY, PeriodType.MONTH]) is PeriodType.MONTH
    assert rollups.preferred([PeriodType.YEAR, PeriodType.QUARTER]) is PeriodType.QUARTER
    assert rollups.preferred([]) is None
