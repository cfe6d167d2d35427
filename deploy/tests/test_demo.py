"""The demo province, before anything of it is entered."""

from datetime import date

import pytest

from saola.deploy.demo.enter import Plan
from saola.deploy.demo.history import days, figure, months, share
from saola.deploy.demo.province import Province

PROVINCE = Province.load()


def test_it_has_the_units_communes_indicators_and_fields_of_the_facts() -> None:
    fields = {one.field for one in PROVINCE.indicators}
    assert (len(PROVINCE.units), len(PROVINCE.communes)) == (38, 75)
    assert (len(PROVINCE.indicators), len(fields)) == (60, 9)


def test_six_units_report_daily_and_twenty_two_monthly() -> None:
    reporters: dict[str, set[str]] = {"day": set(), "month": set()}
    for form in PROVINCE.forms:
        units = (unit for unit in PROVINCE.reporters(form) if not unit.area)
        reporters[form.period] |= {unit.code for unit in units}
    assert (len(reporters["day"]), len(reporters["month"])) == (6, 22)


def test_every_reporter_and_every_form_is_there() -> None:
    codes = {unit.code for unit in PROVINCE.units} | {"COMMUNES"}
    assert {code for form in PROVINCE.forms for code in form.reporters} <= codes
    assert {one.form for one in PROVINCE.indicators} == {form.code for form in PROVINCE.forms}


def test_a_figure_is_always_the_same_and_never_negative() -> None:
    for one in PROVINCE.indicators:
        period = "2026-11-22" if one.code.endswith("NGAY") else "2026-10"
        assert figure(one, "KBNN", period) == figure(one, "KBNN", period)
        assert not figure(one, "KBNN", period).startswith("-")
        assert one.type == "decimal" or figure(one, "KBNN", period).isdigit()


def test_shares_are_spread_over_the_whole() -> None:
    shares = [share(str(n)) for n in range(1000)]
    assert 0.45 < sum(shares) / 1000 < 0.55


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 1), ["2025-11", "2025-12"]),
        (date(2024, 3, 31), ["2024-01", "2024-02"]),
    ],
)
def test_months_before_today_cross_the_year(today: date, expected: list[str]) -> None:
    assert list(months(today, 2)) == expected


def test_days_before_today_end_yesterday() -> None:
    assert list(days(date(2024, 3, 1), 2)) == ["2024-02-28", "2024-02-29"]


def test_the_plan_asks_for_no_period_before_its_obligations() -> None:
    plan = Plan(date(2026, 11, 22))
    assert plan.begin == date(2026, 8, 1)
    for form in PROVINCE.forms:
        assert min(plan.periods(form)) >= plan.begin.isoformat()[:7]


def test_a_scale_takes_a_part_of_the_communes() -> None:
    assert len(Province.load(0.1).communes) == 8
