"""What a row reports, and what comes of a run."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.kit.errors import DomainError
from saola.periods.periods import Period, PeriodType
from saola.periods.windows import CALENDAR, Window
from saola.services.connectors.domain import numbers, runs
from saola.services.connectors.domain.answers import Nested, NoRows, Raw, Row
from saola.services.connectors.domain.connectors import Field, Numbers
from saola.services.connectors.domain.runs import Count, Form, Judged, State, judge

HOLDS = {"n": "integer", "d": "decimal", "t": "text", "b": "boolean", "day": "date"}
MONTHLY = Form(PeriodType.MONTH, CALENDAR, HOLDS)
ASKED = Period.read("2026-11")


def one(
    values: Mapping[str, Raw], *fields: Field, numbers_: Numbers = Numbers.PLAIN, period: Raw = None
) -> Judged:
    given_ = fields or [Field(item, item) for item in values]
    [judged] = judge([Row(1, period, values)], given_, MONTHLY, ASKED, numbers_)
    return judged


def reasons(judged: Judged) -> Sequence[tuple[str, str]]:
    return [(flaw.item, flaw.refusal.reason) for flaw in judged.flaws]


@pytest.mark.parametrize(
    ("written", "raw", "said"),
    [
        (Numbers.PLAIN, "1234.50", "1234.5"),
        (Numbers.PLAIN, Decimal("1E+3"), "1000"),
        (Numbers.PLAIN, Decimal("-0.0"), "0"),
        (Numbers.COMMA, "1.234,5", "1234.5"),
        (Numbers.COMMA, "1.234.567", "1234567"),
        (Numbers.COMMA, Decimal("1234.5"), "1234.5"),
        (Numbers.POINT, "1,234.5", "1234.5"),
        (Numbers.POINT, " −7 ", "-7"),
    ],
)
def test_numbers_are_read_as_the_source_writes_them(written: Numbers, raw: Raw, said: str) -> None:
    assert one({"d": raw}, numbers_=written).values == {"d": said}


@pytest.mark.parametrize(
    ("written", "raw"),
    [
        (Numbers.PLAIN, "1,5"),
        (Numbers.PLAIN, "1.234,5"),
        (Numbers.COMMA, "1,234.5"),
        (Numbers.COMMA, "1.23"),
        (Numbers.POINT, "1.234,5"),
        (Numbers.PLAIN, "mười"),
        (Numbers.PLAIN, "-"),
        (Numbers.PLAIN, "1e3"),
        (Numbers.PLAIN, "٣"),
        (Numbers.PLAIN, "9" * 19),
        (Numbers.PLAIN, Decimal("1e18")),
        (Numbers.PLAIN, True),
        (Numbers.PLAIN, "12 người"),
    ],
)
def test_what_is_no_number_is_refused_and_never_guessed(written: Numbers, raw: Raw) -> None:
    assert reasons(one({"n": raw}, numbers_=written)) == [("n", "NOT_A_NUMBER")]


def test_units_are_changed_exactly_and_nothing_is_rounded() -> None:
    million = Field("d", "d", scale="0.001")
    assert one({"d": Decimal("1234.5")}, million).values == {"d": "1.2345"}
    assert one({"n": "1.5"}, Field("n", "n", scale="1000")).values == {"n": "1500"}
    assert reasons(one({"n": "1.5"}, Field("n", "n", scale="3"))) == [("n", "NOT_A_WHOLE_NUMBER")]
    assert reasons(one({"n": "9" * 17}, Field("n", "n", scale="100"))) == [("n", "NOT_A_NUMBER")]


@given(st.decimals(-(10**14), 10**14, places=3), st.sampled_from(["0.001", "1", "1000"]))
def test_what_is_scaled_there_and_back_is_the_same(number: Decimal, scale: str) -> None:
    there = Decimal(numbers.scaled(number, scale, "d", whole=False))
    assert there / Decimal(scale) == number


@given(st.integers(-(10**17), 10**17))
def test_what_people_write_is_what_systems_write(number: int) -> None:
    for written, text in ((Numbers.POINT, f"{number:,}"), (Numbers.COMMA, f"{number:,}")):
        said = text.replace(",", ".") if written is Numbers.COMMA else text
        assert numbers.read(said, written, "n") == number


def test_what_is_missing_is_not_zero() -> None:
    fields = [Field("n", "n"), Field("d", "d", required=True)]
    judged = one({"n": None, "d": " "}, *fields)
    assert (judged.values, reasons(judged)) == ({}, [("d", "MISSING_VALUE")])
    assert reasons(one({"n": None})) == [("", "EMPTY_ROW")]
    assert one({"n": Decimal(0)}).values == {"n": "0"}


def test_other_values_are_said_as_systems_say_them() -> None:
    said: Mapping[str, Raw] = {"t": " chữ ", "b": "Có", "day": "22/11/2026"}
    assert one(said).values == {"t": "chữ", "b": "true", "day": "2026-11-22"}
    assert one({"b": False, "t": Decimal("1.50")}).values == {"b": "false", "t": "1.5"}
    wrong = one({"t": Nested.ONE, "b": "có thể", "day": "31/02/2026"})
    assert reasons(wrong) == [(item, "NOT_A_VALUE") for item in ("t", "b", "day")]
    assert wrong.count == 3


@pytest.mark.parametrize(
    ("raw", "period"),
    [
        ("2026-10", "2026-10"),
        ("202610", "2026-10"),
        (Decimal(202610), "2026-10"),
        ("10/2026", "2026-10"),
        ("2026-10-31", "2026-10"),
        ("31/10/2026", "2026-10"),
    ],
)
def test_a_row_says_its_period_in_many_ways(raw: Raw, period: str) -> None:
    judged = one({"n": "1"}, period=raw)
    assert (judged.period, reasons(judged)) == (period, [])


@pytest.mark.parametrize("raw", ["", "2026", "2026-13", "2026-Q4", "tháng mười", Nested.ONE, True])
def test_what_is_no_period_of_the_form_is_refused(raw: Raw) -> None:
    assert reasons(one({"n": "1"}, period=raw)) == [("", "NOT_A_PERIOD_OF_THE_FORM")]


def test_a_day_is_counted_by_the_forms_window() -> None:
    closed = Form(PeriodType.MONTH, Window(15), HOLDS)
    [judged] = judge(
        [Row(1, "2026-10-15", {"n": "1"})], [Field("n", "n")], closed, ASKED, Numbers.PLAIN
    )
    assert judged.period == "2026-11"


def test_of_several_rows_each_says_its_period_and_none_twice() -> None:
    field = [Field("n", "n")]
    rows = [Row(number, None, {"n": "1"}) for number in (1, 2)]
    for judged in judge(rows, field, MONTHLY, ASKED, Numbers.PLAIN):
        assert reasons(judged) == [("", "PERIOD_NOT_SAID")]
    rows = [Row(number, said, {"n": "1"}) for number, said in ((1, "10/2026"), (2, "2026-10"))]
    first, second = judge(rows, field, MONTHLY, ASKED, Numbers.PLAIN)
    assert (reasons(first), reasons(second)) == ([], [("", "PERIOD_TWICE")])


def test_a_period_that_has_not_begun_is_not_asked_for() -> None:
    today = date(2026, 11, 20)
    assert runs.read_period("2026-11", MONTHLY, today) == ASKED
    for text in ("2026-12", "2026", "x"):
        with pytest.raises(DomainError) as no:
            runs.read_period(text, MONTHLY, today)
        assert no.value.reason == "NOT_A_PERIOD_OF_THE_FORM"


def test_a_run_is_what_its_rows_are() -> None:
    assert runs.ended(Count(stored=1), None, 0, 1) is State.SUCCEEDED
    assert runs.ended(Count(unchanged=1), None, 0, 1) is State.SUCCEEDED
    assert runs.ended(Count(stored=1, refused=1), None, 1, 2) is State.PARTLY
    assert runs.ended(Count(refused=2), None, 2, 2) is State.FAILED
    assert runs.ended(Count(), NoRows(), 0, 0) is State.FAILED


def test_pauses_double_up_to_half_an_hour_and_end() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    seconds = [runs.pause(n).total_seconds() for n in range(1, 9)]
    assert seconds == [30, 60, 120, 240, 480, 960, 1800, 1800]
    assert runs.next_try(3, 3, now) == now + timedelta(minutes=2)
    assert runs.next_try(4, 3, now) is None
