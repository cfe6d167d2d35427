"""What may be said about an item, and what is refused with which reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.kit.errors import DomainError, InvalidField
from saola.kit.numbers import plain
from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.values import (
    WITHDRAWN,
    Judged,
    Shortcut,
    Status,
    StatusContradictsValue,
    check_note,
    judge,
)

COUNT = Item("1", "Số ca", ValueType.INTEGER, minimum="0", maximum="100000")
RATE = Item("2", "Tỷ lệ", ValueType.DECIMAL, decimals=2, minimum="-5", maximum="99999.5")
NOTE = Item("3", "Ghi chú", ValueType.TEXT, longest=10)
DONE = Item("4", "Đã xong", ValueType.BOOLEAN)
DAY = Item("5", "Ngày", ValueType.DATE)
LEVEL = Item("6", "Cấp", ValueType.CHOICE, choices=("Cấp I", "Cấp II"))
ALL = (COUNT, RATE, NOTE, DONE, DAY, LEVEL)
statuses = st.one_of(st.none(), st.sampled_from([s for s in Status if s is not Status.WITHDRAWN]))
languages = st.sampled_from(["", "vi", "en"])


def say(item: Item, written: str, language: str = "", status: Status | None = None) -> Judged:
    return judge(item, written, status, language, f"values.{item.code}")


@pytest.mark.parametrize(
    ("item", "written", "language", "value"),
    [
        (COUNT, "1204", "", "1204"),
        (COUNT, "1.204", "vi", "1204"),
        (COUNT, "1,204", "en", "1204"),
        (COUNT, " 1 204 ", "vi", "1204"),
        (COUNT, "1\u00a0204", "en", "1204"),
        (COUNT, "007", "", "7"),
        (COUNT, "5.0", "", "5"),
        (RATE, "1204.50", "", "1204.5"),
        (RATE, "1.204,5", "vi", "1204.5"),
        (RATE, "1204,5", "vi", "1204.5"),
        (RATE, "1,204.5", "en", "1204.5"),
        (RATE, "1.204", "vi", "1204"),
        (RATE, "-0", "", "0"),
        (RATE, "−3,25", "vi", "-3.25"),
        (NOTE, " Bình thường"[:10], "vi", "Bình thườ"),
        (NOTE, "=1+1", "", "=1+1"),
        (DONE, "true", "", "true"),
        (DONE, "Có", "vi", "true"),
        (DONE, "không", "vi", "false"),
        (DONE, "No", "en", "false"),
        (DAY, "2026-02-28", "", "2026-02-28"),
        (DAY, "28/2/2026", "vi", "2026-02-28"),
        (DAY, "03/04/2026", "en", "2026-04-03"),
        (DAY, "7/5/1954", "vi", "1954-05-07"),
        (DAY, "1954-05-07", "", "1954-05-07"),
        (LEVEL, "Cấp I", "", "Cấp I"),
        (LEVEL, "cấp ii", "vi", "Cấp II"),
        (LEVEL, "Ca\u0302\u0301p I", "", "Cấp I"),  # typed with combining marks
    ],
)
def test_it_is_kept_as_systems_write_it(
    item: Item, written: str, language: str, value: str
) -> None:
    judged = say(item, written, language)
    assert (judged.status, judged.value) == (Status.VALUE, value)
    assert judged.number == (Decimal(value) if item.is_number else None)


@pytest.mark.parametrize(
    ("item", "written", "language", "reason"),
    [
        (COUNT, "12a", "vi", "NOT_A_NUMBER"),
        (COUNT, "1e3", "", "NOT_A_NUMBER"),
        (COUNT, "NaN", "", "NOT_A_NUMBER"),
        (COUNT, "Infinity", "", "NOT_A_NUMBER"),
        (COUNT, "١٢", "", "NOT_A_NUMBER"),
        (COUNT, "1,204", "", "NOT_A_NUMBER"),
        (COUNT, "1_000", "", "NOT_A_NUMBER"),
        (COUNT, "+5", "", "NOT_A_NUMBER"),
        (COUNT, "1.2.3", "vi", "NOT_A_NUMBER"),
        (COUNT, "12,34,567", "en", "NOT_A_NUMBER"),
        (COUNT, "1" * 5000, "", "NOT_A_NUMBER"),
        (COUNT, "1" * 19, "", "TOO_MANY_DIGITS"),
        (COUNT, "1,204.5", "vi", "AMBIGUOUS_NUMBER"),
        (COUNT, "1.5", "vi", "AMBIGUOUS_NUMBER"),
        (COUNT, "1.204,5", "en", "AMBIGUOUS_NUMBER"),
        (COUNT, "1.5", "", "NOT_A_WHOLE_NUMBER"),
        (COUNT, "1,5", "vi", "NOT_A_WHOLE_NUMBER"),
        (COUNT, "-1", "", "BELOW_MINIMUM"),
        (COUNT, "100001", "", "ABOVE_MAXIMUM"),
        (RATE, "1.234", "", "TOO_MANY_DECIMALS"),
        (RATE, "-5.01", "", "BELOW_MINIMUM"),
        (RATE, "99999.51", "", "ABOVE_MAXIMUM"),
        (NOTE, "x" * 11, "", "TEXT_TOO_LONG"),
        (NOTE, "a\0b", "", "INVALID_FIELD"),
        (DONE, "1", "", "NOT_A_BOOLEAN"),
        (DONE, "True", "", "NOT_A_BOOLEAN"),
        (DONE, "maybe", "vi", "NOT_A_BOOLEAN"),
        (DAY, "2026-02-29", "", "NOT_A_DATE"),
        (DAY, "31/4/2026", "vi", "NOT_A_DATE"),
        (DAY, "2026-02", "", "NOT_A_DATE"),
        (DAY, "46348", "vi", "NOT_A_DATE"),
        (DAY, "20261122", "", "NOT_A_DATE"),
        (DAY, "0206-11-22", "", "NOT_A_DATE"),
        (LEVEL, "Cấp III", "vi", "NOT_A_CHOICE"),
        (LEVEL, "cấp i", "", "NOT_A_CHOICE"),
    ],
)
def test_what_cannot_stand_is_refused(item: Item, written: str, language: str, reason: str) -> None:
    with pytest.raises(DomainError) as no:
        say(item, written, language)
    assert no.value.reason == reason
    assert no.value.facts["field"] == f"values.{item.code}"
    assert len(no.value.text("vi")) < 300


@pytest.mark.parametrize(
    ("written", "one", "other"),
    [("1,204.5", "1204.5", "12045"), ("12,345,678", "12345678", "12345.678")],
)
def test_a_number_that_can_be_read_in_two_ways_is_asked_about(
    written: str, one: str, other: str
) -> None:
    with pytest.raises(numbers.AmbiguousNumber) as asked:
        say(RATE, written, "vi")
    assert asked.value.facts | {"one": one, "other": other} == asked.value.facts


@pytest.mark.parametrize(
    ("item", "written", "status"),
    [
        (COUNT, "", Status.VALUE),
        (COUNT, "", Status.ESTIMATED),
        (COUNT, "", Status.REVISED),
        (COUNT, "5", Status.TRUE_ZERO),
        (COUNT, "0", Status.NOTHING_OCCURRED),
        (COUNT, "5", Status.MISSING),
        (NOTE, "", Status.TRUE_ZERO),
        (NOTE, "0", Status.TRUE_ZERO),
    ],
)
def test_a_status_that_contradicts_the_value_is_refused(
    item: Item, written: str, status: Status
) -> None:
    with pytest.raises(StatusContradictsValue):
        say(item, written, status=status)


def test_zero_nothing_and_missing_are_three_things() -> None:
    assert say(COUNT, "", status=Status.TRUE_ZERO) == Judged(Status.TRUE_ZERO, "0", Decimal(0))
    assert say(COUNT, "0,0", "vi", Status.TRUE_ZERO).value == "0"
    assert say(COUNT, "", status=Status.NOTHING_OCCURRED) == Judged(Status.NOTHING_OCCURRED)
    assert say(DAY, "", status=Status.MISSING) == Judged(Status.MISSING)


def test_a_true_zero_is_bound_by_the_limits_too() -> None:
    least_one = Item("1", "Số tổ", ValueType.INTEGER, minimum="1")
    with pytest.raises(DomainError, match="below the minimum"):
        say(least_one, "", status=Status.TRUE_ZERO)


def test_nothing_takes_back_what_was_said() -> None:
    assert all(say(item, "  ") is WITHDRAWN for item in ALL)


def test_a_note_has_an_end() -> None:
    assert check_note(" rà lại ", "1", "values[0].note") == "rà lại"
    with pytest.raises(DomainError, match="longer"):
        check_note("x" * 1001, "1", "values[0].note")
    with pytest.raises(InvalidField):
        check_note("\0", "1", "values[0].note")


def said_or_refused(
    item: Item, written: str, status: Status | None, language: str
) -> Judged | DomainError:
    try:
        return judge(item, written, status, language, "values[0].value")
    except DomainError as no:
        return no


@given(st.sampled_from(ALL), st.text(), statuses, languages)
def test_whatever_is_written_is_judged_or_refused_with_its_item(
    item: Item, written: str, status: Status | None, language: str
) -> None:
    judged = said_or_refused(item, written, status, language)
    if isinstance(judged, DomainError):
        assert judged.facts["field"] == "values[0].value"
        assert judged.text("vi") != judged.text("en")
        return
    assert "\0" not in judged.value
    if judged.value:
        assert judge(item, judged.value, judged.status, "", "") == judged  # it says the same again


@given(st.decimals(-9999, 9999, places=2))
def test_a_number_means_the_same_in_every_language(number: Decimal) -> None:
    item = Item("1", "Số", ValueType.DECIMAL, decimals=2)
    canonical = plain(number)
    english = f"{number:,}"
    vietnamese = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert say(item, english, "en").value == say(item, vietnamese, "vi").value == canonical
    assert say(item, canonical).number == number


numbers_as_sent = st.one_of(
    st.integers(-200, 2 * 10**5).map(str),
    st.decimals(-10, 10**5 + 10, places=3).map(str),
    st.from_regex(r"-?[0-9]{0,3}\.?[0-9]{0,3}", fullmatch=True),
    st.text(max_size=5),
)


@given(st.sampled_from(ALL), numbers_as_sent)
def test_the_shortcut_leads_to_the_same_place(item: Item, written: str) -> None:
    sooner = Shortcut(item)(written)
    if sooner is not None:
        assert Judged(Status.VALUE, sooner, Decimal(sooner)) == judge(item, written, None, "", "")


def test_the_shortcut_is_taken_for_plain_numbers() -> None:
    assert Shortcut(COUNT)("1204") == "1204"
    assert Shortcut(COUNT)("100") == "100"
    assert Shortcut(RATE)("80.5") == "80.5"
    assert Shortcut(RATE)("80.50") == "80.5"
    assert Shortcut(RATE)("80.00") == "80"
    assert Shortcut(COUNT)("0") == "0"
    for text in ("", "-1", "007", "1.0", "1.5", "100001"):
        assert Shortcut(COUNT)(text) is None
    assert Shortcut(RATE)("80.555") is None
    assert Shortcut(NOTE)("") is None
    assert Shortcut(NOTE)("1204") is None
