"""What rules find: operators, missing values, pairs, ranges, own history; and what they say."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

from saola.services.warehouse.domain.expressions import InvalidExpression
from saola.services.warehouse.domain.findings import Report, errors, find, side, violates, worth
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.rules import (
    Comparison,
    InvalidRule,
    Missing,
    Operator,
    Outlier,
    Range,
    Rule,
    Severity,
    Side,
    check_rules,
)
from saola.services.warehouse.domain.submissions import UnknownItem
from saola.services.warehouse.domain.values import Judged, Status

NUMBERS = [
    Item("boys", "Nam", ValueType.INTEGER, label_en="Boys", minimum="0"),
    Item("girls", "Nữ", ValueType.INTEGER, label_en="Girls"),
    Item("all", "Tổng số", ValueType.INTEGER, label_en="All"),
    Item("1.2", "Tỷ lệ", ValueType.DECIMAL, decimals=2),
]
NOTE = Item("note", "Ghi chú", ValueType.TEXT, label_en="Note")
ITEMS = {item.code: item for item in [*NUMBERS, NOTE]}
TOTAL = Comparison(Side("boys + girls"), Operator.EQUAL_TO, Side("all"))


def rule(check: Comparison | Range | Outlier, severity: Severity = Severity.ERROR) -> Rule:
    return Rule("R1", "Nam cộng nữ bằng tổng số", severity, check, "Boys and girls make all")


def report(**said: str | Status) -> Report:
    judged = {
        item: Judged(value)
        if isinstance(value, Status)
        else Judged(Status.VALUE, value, Decimal(value) if ITEMS[item].is_number else None)
        for item, value in said.items()
    }
    return Report(ITEMS, judged, {})


def found(check: Comparison | Range | Outlier, **said: str | Status) -> list[str]:
    return [one.vi for one in find([rule(check)], report(**said))]


@pytest.mark.parametrize(
    ("operator", "less", "same", "more"),
    [
        (Operator.EQUAL_TO, True, False, True),
        (Operator.NOT_EQUAL_TO, False, True, False),
        (Operator.GREATER_THAN, True, True, False),
        (Operator.GREATER_THAN_OR_EQUAL_TO, True, False, False),
        (Operator.LESS_THAN, False, True, True),
        (Operator.LESS_THAN_OR_EQUAL_TO, False, False, True),
        (Operator.COMPULSORY_PAIR, False, False, False),
        (Operator.EXCLUSIVE_PAIR, True, True, True),
    ],
)
def test_operators(operator: Operator, *, less: bool, same: bool, more: bool) -> None:
    of = Comparison(Side("boys"), operator, Side("girls"))
    one, two = Fraction(1), Fraction(2)
    violated = [violates(of, *sides) for sides in ((one, two), (one, one), (two, one))]
    assert violated == [less, same, more]


@pytest.mark.parametrize(
    ("operator", "left", "right", "neither"),
    [
        (Operator.EQUAL_TO, False, False, False),
        (Operator.LESS_THAN, False, False, False),
        (Operator.COMPULSORY_PAIR, True, True, False),
        (Operator.EXCLUSIVE_PAIR, False, False, False),
    ],
)
def test_a_side_without_a_value(
    operator: Operator, *, left: bool, right: bool, neither: bool
) -> None:
    of, one = Comparison(Side("boys"), operator, Side("girls")), Fraction(1)
    violated = [violates(of, *sides) for sides in ((one, None), (None, one), (None, None))]
    assert violated == [left, right, neither]


@pytest.mark.parametrize(
    ("missing", "values", "worth_"),
    [
        (Missing.SKIP_IF_ANY, {"boys": 3, "girls": 4}, 7),
        (Missing.SKIP_IF_ANY, {"boys": 3}, None),
        (Missing.SKIP_IF_ANY, {}, None),
        (Missing.SKIP_IF_ALL, {"boys": 3, "girls": 4}, 7),
        (Missing.SKIP_IF_ALL, {"boys": 3}, 3),
        (Missing.SKIP_IF_ALL, {}, None),
        (Missing.NEVER_SKIP, {"boys": 3, "girls": 4}, 7),
        (Missing.NEVER_SKIP, {"boys": 3}, 3),
        (Missing.NEVER_SKIP, {}, 0),
    ],
)
def test_missing_values_as_dhis2_has_them(
    missing: Missing, values: Mapping[str, int], worth_: int | None
) -> None:
    known = {item: Decimal(value) for item, value in values.items()}
    assert side(Side("boys + girls", missing), known) == worth_


def test_a_side_of_decimals_only_has_a_value_whatever_is_missing() -> None:
    assert all(side(Side("2 * 3", missing), {}) == 6 for missing in Missing)


def test_what_statements_are_worth() -> None:
    assert worth(Judged(Status.NOTHING_OCCURRED)) == 0
    assert worth(Judged(Status.TRUE_ZERO, "0", Decimal(0))) == 0
    assert worth(Judged(Status.ESTIMATED, "5", Decimal(5))) == 5
    assert worth(Judged(Status.MISSING)) is None
    assert worth(Judged(Status.WITHDRAWN)) is None
    assert worth(Judged(Status.VALUE, "có gì đó")) == 1


def test_a_finding_names_rule_items_sides_and_says_it_in_both_languages() -> None:
    [one] = find([rule(TOTAL)], report(boys="1200", girls="5", all="1210"))
    assert (one.rule, one.severity, one.items) == ("R1", Severity.ERROR, ("boys", "girls", "all"))
    assert (one.left, one.right) == ("1205", "1210")
    assert one.vi == "Nam cộng nữ bằng tổng số: 1.205 phải bằng 1.210."
    assert one.en == "Boys and girls make all: 1,205 must be equal to 1,210."
    assert found(TOTAL, boys="1200", girls="5", all="1205") == []


def test_nothing_occurred_counts_as_nought_and_what_is_missing_does_not() -> None:
    assert found(TOTAL, boys="5", girls=Status.NOTHING_OCCURRED, all="5") == []
    strict = Comparison(Side("boys + girls", Missing.SKIP_IF_ANY), Operator.EQUAL_TO, Side("all"))
    assert found(strict, boys="5", girls=Status.MISSING, all="9") == []
    assert found(TOTAL, boys="5", girls=Status.MISSING, all="9") != []


def test_never_skip_compares_with_nought_what_nobody_has_said() -> None:
    of = Comparison(Side("boys"), Operator.LESS_THAN_OR_EQUAL_TO, Side("all", Missing.NEVER_SKIP))
    assert found(of, boys="5") == ["Nam cộng nữ bằng tổng số: 5 phải nhỏ hơn hoặc bằng 0."]
    assert found(of) == []


def test_what_is_divided_by_nought_is_not_compared() -> None:
    of = Comparison(Side("boys / girls"), Operator.EQUAL_TO, Side("1"))
    assert found(of, boys="5", girls="0") == []
    assert found(of, boys="5", girls="4") == ["Nam cộng nữ bằng tổng số: 1,25 phải bằng 1."]
    thirds = Comparison(Side("boys / girls * 3"), Operator.EQUAL_TO, Side("boys"))
    assert found(thirds, boys="5", girls="3") == []


def test_pairs_ask_what_is_said_be_it_a_text_or_a_nought() -> None:
    both = Comparison(Side("boys"), Operator.COMPULSORY_PAIR, Side("note"))
    assert found(both, boys="0", note="vì mưa") == []
    assert found(both) == []
    assert found(both, boys="0") == [
        "Nam cộng nữ bằng tổng số: “Nam” và “Ghi chú” phải cùng có số liệu hoặc cùng để trống."
    ]
    assert found(both, boys=Status.MISSING, note="x") != []
    one = Comparison(Side("boys"), Operator.EXCLUSIVE_PAIR, Side("note"))
    assert found(one, boys="1") == []
    assert found(one, boys="1", note="x") != []
    divided = Comparison(Side("1 / boys"), Operator.COMPULSORY_PAIR, Side("girls"))
    assert found(divided, boys="0", girls="1") == []


def test_a_range() -> None:
    of = Range("1.2", "10", "99.5")
    assert found(of, **{"1.2": "10"}) == found(of, **{"1.2": "99.5"}) == found(of) == []
    [low] = find([rule(of)], report(**{"1.2": "9.99"}))
    assert low.vi == "Nam cộng nữ bằng tổng số: “Tỷ lệ” là 9,99, dưới 10."
    assert (low.left, low.right, low.lower, low.upper) == ("9.99", "10", "10", "99.5")
    [high] = find([rule(Range("1.2", "", "99.5"))], report(**{"1.2": "99.51"}))
    assert high.right == "99.5"


def test_own_history_is_told_with_its_bounds() -> None:
    history = {"all": {n: Decimal(1000 + 10 * (n % 3)) for n in range(1, 10)}}
    said = {"all": Judged(Status.VALUE, "10500", Decimal(10500))}
    [one] = find([rule(Outlier(), Severity.WARNING)], Report(ITEMS, said, history, 12))
    assert one.items == ("all",)
    assert one.vi == (
        "Nam cộng nữ bằng tổng số: “Tổng số” là 10.500; theo 9 kỳ trước, thường từ 959 đến 1.061."
    )
    assert one.en.endswith("“All” is 10,500; by the 9 periods before, 959 to 1,061 is usual.")
    assert (one.left, one.lower, one.upper, one.right) == ("10500", "959", "1061", "1061")
    assert not find([rule(Outlier(("boys",)))], Report(ITEMS, said, history, 12))
    assert not find([rule(Outlier((), "1000"))], Report(ITEMS, said, history, 12))


def test_a_constant_history_is_told_as_such() -> None:
    said = {"boys": Judged(Status.VALUE, "75", Decimal(75))}
    history = {"boys": dict.fromkeys(range(1, 9), Decimal(8))}
    [one] = find([rule(Outlier())], Report(ITEMS, said, history))
    assert "8 kỳ trước đều là 8, thường từ 5 đến 11" in one.vi
    rare = Report(
        ITEMS,
        {"boys": Judged(Status.VALUE, "5", Decimal(5))},
        {"boys": dict.fromkeys(range(1, 9), Decimal(0))},
    )
    assert find([rule(Outlier())], rare)[0].lower == "0"  # no less than the item may hold


def test_a_note_explains_its_own_finding_and_a_word_of_the_submitter_all() -> None:
    said = {
        "boys": Judged(Status.VALUE, "5", Decimal(5), "đếm lại"),
        "all": Judged(Status.VALUE, "7", Decimal(7)),
        "1.2": Judged(Status.VALUE, "1", Decimal(1)),
    }
    rules = [rule(TOTAL), rule(Range("1.2", "2"))]
    assert [one.explained for one in find(rules, Report(ITEMS, said, {}))] == [True, False]
    assert all(one.explained for one in find(rules, Report(ITEMS, said, {}), "đã kiểm tra"))


def test_errors_are_refusals_in_both_languages_and_warnings_are_none() -> None:
    wrong = report(boys="1", girls="1", all="3")
    [refusal] = errors(find([rule(TOTAL)], wrong))
    assert refusal.reason == "RULE_VIOLATED"
    assert refusal.text("vi") == "Quy tắc R1: Nam cộng nữ bằng tổng số: 2 phải bằng 3."
    assert refusal.text("en") == "Rule R1: Boys and girls make all: 2 must be equal to 3."
    assert errors(find([rule(TOTAL, Severity.WARNING)], wrong)) == []


@pytest.mark.parametrize(
    ("check", "refusal", "field"),
    [
        (Comparison(Side("boys +"), Operator.EQUAL_TO, Side("all")), InvalidExpression, "left"),
        (Comparison(Side("boys"), Operator.EQUAL_TO, Side("")), InvalidExpression, "right"),
        (Comparison(Side("boys"), Operator.EQUAL_TO, Side("men")), UnknownItem, "right"),
        (Comparison(Side("boys"), Operator.EQUAL_TO, Side("note")), InvalidRule, "right"),
        (Comparison(Side("1"), Operator.EQUAL_TO, Side("2")), InvalidRule, "comparison"),
        (Comparison(Side("boys"), Operator.EXCLUSIVE_PAIR, Side("1")), InvalidRule, "right"),
        (
            Comparison(Side("boys", Missing.NEVER_SKIP), Operator.COMPULSORY_PAIR, Side("girls")),
            InvalidRule,
            "left.missing_values",
        ),
        (Range("men", "1"), UnknownItem, "range.item"),
        (Range("note", "1"), InvalidRule, "range.item"),
        (Range("boys"), InvalidRule, "range"),
        (Range("boys", "2", "1"), InvalidRule, "range"),
        (Range("boys", "1,5"), InvalidRule, "range"),
        (Outlier(("men",)), UnknownItem, "outlier.items"),
        (Outlier(("note",)), InvalidRule, "outlier.items"),
        (Outlier((), "0"), InvalidRule, "outlier.threshold"),
        (Outlier((), "-3"), InvalidRule, "outlier.threshold"),
        (Outlier((), "many"), InvalidRule, "outlier.threshold"),
    ],
)
def test_a_rule_that_is_not_right_is_refused_when_it_is_drafted(
    check: Comparison | Range | Outlier, refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as no:
        check_rules([rule(check)], ITEMS)
    assert field in str(no.value.facts["field"])


def test_rules_have_codes_of_their_own_and_titles() -> None:
    with pytest.raises(InvalidRule, match=r"form.rules\[1\].code"):
        check_rules([rule(TOTAL), rule(Range("boys", "1"))], ITEMS)
    with pytest.raises(InvalidRule, match="title_vi"):
        check_rules([Rule("R2", " ", Severity.ERROR, TOTAL)], ITEMS)
    with pytest.raises(InvalidRule, match="code"):
        check_rules([Rule("R 2", "x", Severity.ERROR, TOTAL)], ITEMS)
    with pytest.raises(InvalidRule, match=r"form\.rules"):
        check_rules([Rule(f"R{n}", "x", Severity.ERROR, TOTAL) for n in range(201)], ITEMS)
    check_rules([rule(TOTAL), Rule("R2", "x", Severity.WARNING, Outlier())], ITEMS)
