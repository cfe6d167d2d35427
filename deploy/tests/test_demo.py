"""The demo province, before anything of it is entered."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from saola.deploy.demo.arrivals import came
from saola.deploy.demo.enter import Plan
from saola.deploy.demo.history import History, over, share
from saola.deploy.demo.province import Form, Indicator, Province
from saola.periods.local import instant
from saola.periods.periods import Period, PeriodType

PROVINCE, TODAY = Province.load(), date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
HISTORY = History(PROVINCE.by_code, PROVINCE.slips, TODAY)
REPORTED = [one for one in PROVINCE.indicators if one.form]


def last(indicator: Indicator) -> Period:
    return Period.of(PeriodType(indicator.period), TODAY).former


def test_it_has_the_units_communes_indicators_and_fields_of_the_facts() -> None:
    fields = {one.field for one in PROVINCE.indicators}
    assert (len(PROVINCE.units), len(PROVINCE.communes), len(fields)) == (38, 75, 9)
    assert 115 <= len(PROVINCE.indicators) <= 130


def test_as_many_units_report_as_often_as_in_the_facts() -> None:
    reporters: dict[str, set[str]] = {}
    for form in PROVINCE.forms:
        units = {unit.code for unit in PROVINCE.reporters(form) if not unit.area}
        reporters.setdefault(form.period, set()).update(units)
    counted = {period: len(units) for period, units in reporters.items()}
    assert counted == {
        "day": 6,
        "month": 22,
        "quarter": 10,
        "half_year": 5,
        "year": 21,
        "nine_months": 1,  # the statistics office, cumulatively
    }


def test_every_reporter_every_form_and_every_part_is_there() -> None:
    codes = {unit.code for unit in PROVINCE.units} | {"COMMUNES"}
    assert {code for form in PROVINCE.forms for code in form.reporters} <= codes
    assert {one.form for one in REPORTED} == {form.code for form in PROVINCE.forms}
    for one in PROVINCE.indicators:
        parts = {one.part_of, one.numerator, one.denominator} - {""}
        assert parts <= PROVINCE.by_code.keys()
        assert bool(one.form) != (one.aggregation == "rate")
    assert {slip.indicator for slip in PROVINCE.slips} <= PROVINCE.by_code.keys()


def test_a_figure_is_always_the_same_and_never_negative() -> None:
    for one in REPORTED:
        figure = HISTORY.figure(one, "KBNN", last(one))
        assert figure == HISTORY.figure(one, "KBNN", last(one))
        assert Decimal(figure) >= 0
        assert one.type == "decimal" or figure.isdigit()


def test_a_part_is_never_more_than_the_whole() -> None:
    for one in REPORTED:
        if one.part_of:
            for period in over(PeriodType(one.period), TODAY, date(2025, 11, 1)):
                part, whole = (
                    HISTORY.figure(each, "TTHCC", period)
                    for each in (one, PROVINCE.by_code[one.part_of])
                )
                assert Decimal(part) <= Decimal(whole)


def test_each_slip_is_there_to_be_found_and_nothing_else_is() -> None:
    wrong = set[str]()
    for one in REPORTED:
        form = next(form for form in PROVINCE.forms if form.code == one.form)
        for unit in PROVINCE.reporters(form):
            for period in Plan(TODAY, 0.2).periods(form):
                said = HISTORY.reported(one, unit.code, period)
                if said != HISTORY.figure(one, unit.code, period):
                    wrong.add(one.code)
    assert wrong == {slip.indicator for slip in PROVINCE.slips}


def test_a_plan_is_above_the_year_before() -> None:
    revenue = PROVINCE.by_code["NS.THU.NGAY"]
    year = over(PeriodType.DAY, date(2026, 1, 1), date(2025, 1, 1))
    reached = sum(Decimal(HISTORY.figure(revenue, "KBNN", day)) for day in year)
    planned = Decimal(HISTORY.plan(revenue, ["KBNN"], 2026))
    assert Decimal("1.05") < planned / reached < Decimal("1.15")


def test_shares_are_spread_over_the_whole() -> None:
    shares = [share(str(n)) for n in range(1000)]
    assert 0.45 < sum(shares) / 1000 < 0.55


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2024, 3, 31), TODAY])
def test_periods_that_are_over_follow_one_another_up_to_today(today: date) -> None:
    for type in PeriodType:
        found = over(type, today, date(2022, 2, 28))
        assert all(one.next == other for one, other in pairwise(found))
        assert found[-1].last < today <= found[-1].next.last
        assert date(2022, 2, 28) in found[0] or type is PeriodType.NINE_MONTHS


def arrived(form: Form, unit: str) -> tuple[int, int, int]:
    """Of two years: how many reports have come, how many of these late, and how many never."""
    periods = Plan(TODAY).periods(form)
    moments = [(one, came(form, unit, one, NOW)) for one in periods]
    there = [(period, moment) for period, moment in moments if moment]
    assert all(instant(period.begin, time()) <= moment < NOW for period, moment in there)
    late = sum(moment >= instant(period.last, time(17)) for period, moment in there)
    return len(there), late, len(periods) - len(there)


def test_most_reports_had_come_in_time_some_late_by_unit_and_a_few_never() -> None:
    daily = [
        arrived(form, unit.code)
        for form in PROVINCE.forms
        if form.period == "day"
        for unit in PROVINCE.reporters(form)
    ]
    came, late, never = (sum(counts) for counts in zip(*daily, strict=True))
    assert 0.02 < late / came < 0.25
    assert 0 < never / (came + never) < 0.03
    assert len({late for _, late, _ in daily}) > 1


def test_what_has_not_come_yet_comes_later() -> None:
    form = next(one for one in PROVINCE.forms if one.code == "XA-01")
    october, unit = Period.read("2026-10"), "XA03646"
    moments = {came(form, unit, october, at) for at in (NOW, NOW + timedelta(days=400))}
    assert len(moments) == 1
    assert came(form, unit, october, instant(date(2026, 11, 1), time(7))) is None


def test_the_plan_tells_of_no_period_before_its_obligations() -> None:
    plan = Plan(TODAY)
    for form in PROVINCE.forms:
        assert plan.periods(form)[0].begin == plan.since(form)
    assert Plan(TODAY, 0.1).months == 3


def test_a_scale_takes_a_part_of_the_communes() -> None:
    assert len(Province.load(0.1).communes) == 8
