"""What the rules of a form find in the values of a report, and how it is said."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any, Final

from saola.kit.errors import DomainError
from saola.kit.numbers import plain
from saola.services.warehouse.domain import expressions, numbers, outliers
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.rules import (
    PAIRS,
    Comparison,
    Missing,
    Operator,
    Outlier,
    Range,
    Rule,
    Severity,
    Side,
)
from saola.services.warehouse.domain.values import Judged, Status

HOLDS: Final[Mapping[Operator, Callable[[Fraction, Fraction], bool]]] = {
    Operator.EQUAL_TO: operator.eq,
    Operator.NOT_EQUAL_TO: operator.ne,
    Operator.GREATER_THAN: operator.gt,
    Operator.GREATER_THAN_OR_EQUAL_TO: operator.ge,
    Operator.LESS_THAN: operator.lt,
    Operator.LESS_THAN_OR_EQUAL_TO: operator.le,
}
SHOWN: Final = Decimal("0.000001")
ZERO: Final = Decimal(0)
# An item's former numbers, by how many periods ago they were.
History = Mapping[str, Mapping[int, Decimal]]


class RuleViolated(DomainError):
    vi = "Quy tắc {rule}: {finding}"
    en = "Rule {rule}: {finding}"


@dataclass(frozen=True)
class Finding:
    """What one rule has found. The numbers are decimals as systems write them, or empty."""

    rule: str
    severity: Severity
    items: tuple[str, ...]
    vi: str
    en: str
    left: str = ""
    right: str = ""
    lower: str = ""
    upper: str = ""
    # Whether somebody has said why it is so.
    explained: bool = False

    def __str__(self) -> str:
        """As a refusal says it in English; in Vietnamese it says `vi`."""
        return self.en


@dataclass(frozen=True)
class Report:
    """What a report says, and what its agency has said before."""

    items: Mapping[str, Item]
    said: Mapping[str, Judged]
    history: History
    # How many periods make a season's round, or 1.
    season: int = 1


def find(rules: Sequence[Rule], report: Report, note: str = "") -> list[Finding]:
    """All that the rules find, in their order. `note` is the word of whoever submits."""
    known = {item: worth(judged) for item, judged in report.said.items()}
    values = {item: number for item, number in known.items() if number is not None}
    found = list[Finding]()
    for rule in rules:
        match rule.check:
            case Comparison():
                found += _compare(rule, rule.check, report, values)
            case Range():
                found += _range(rule, rule.check, report, values)
            case Outlier():
                found += _outliers(rule, rule.check, report, values)
    noted = {item for item, judged in report.said.items() if judged.note}
    return [replace(one, explained=bool(note or noted & {*one.items})) for one in found]


def numbers_of(rules: Sequence[Rule], items: Mapping[str, Item]) -> list[str]:
    """The items of whose history a rule asks."""
    asked = (rule.check for rule in rules)
    return list(
        dict.fromkeys(code for of in asked if isinstance(of, Outlier) for code in of.of(items))
    )


def errors(found: Iterable[Finding]) -> list[DomainError]:
    """A refusal for each finding that is an error."""
    return [
        RuleViolated(field="values", rule=one.rule, finding=one)
        for one in found
        if one.severity is Severity.ERROR
    ]


def worth(judged: Judged) -> Decimal | None:
    """The number that a statement counts as. Where nothing occurred that is 0; what is missing is
    none. A statement that is no number counts as 1: it is said."""
    if judged.status in {Status.MISSING, Status.WITHDRAWN}:
        return None
    if judged.status is Status.NOTHING_OCCURRED:
        return ZERO
    return Decimal(1) if judged.number is None else judged.number


def side(of: Side, values: Mapping[str, Decimal]) -> Fraction | None:
    """What a side comes to, or nothing, as its strategy for missing values says."""
    expression = expressions.read(of.expression)
    there = [item for item in expression.items if item in values]
    match of.missing:
        case Missing.SKIP_IF_ANY if len(there) < len(expression.items):
            return None
        case Missing.SKIP_IF_ALL if expression.items and not there:
            return None
    return expression.value(values)


def violates(of: Comparison, left: Fraction | None, right: Fraction | None) -> bool:
    """Whether two sides contradict a rule. What cannot be compared contradicts nothing."""
    if of.operator is Operator.COMPULSORY_PAIR:
        return (left is None) != (right is None)
    if of.operator is Operator.EXCLUSIVE_PAIR:
        return left is not None and right is not None
    return left is not None and right is not None and not HOLDS[of.operator](left, right)


def _compare(
    rule: Rule, of: Comparison, report: Report, values: Mapping[str, Decimal]
) -> Iterable[Finding]:
    if of.operator in PAIRS:  # they ask what is said, not what it comes to: 1/x is said where x is
        values = {item: Decimal(1) for item in values}
    left, right = side(of.left, values), side(of.right, values)
    if not violates(of, left, right):
        return
    sides = [expressions.read(one.expression).items for one in (of.left, of.right)]
    if of.operator in PAIRS:
        one, other = (_named(items, report, "vi") for items in sides)
        alone, also = (_named(items, report, "en") for items in sides)
        if of.operator is Operator.COMPULSORY_PAIR:
            vi = f"{one} và {other} phải cùng có số liệu hoặc cùng để trống"
            en = f"{alone} and {also} must both say something, or neither"
        else:
            vi = f"{one} và {other} không được cùng có số liệu"
            en = f"{alone} and {also} must not both say something"
        shown = ("", "")
    else:
        shown = (_decimal(left), _decimal(right))
        vi = f"{_spoken(shown[0], 'vi')} phải {of.operator.vi} {_spoken(shown[1], 'vi')}"
        word = of.operator.replace("_", " ")
        en = f"{_spoken(shown[0], 'en')} must be {word} {_spoken(shown[1], 'en')}"
    items = tuple(dict.fromkeys(sides[0] + sides[1]))
    yield _finding(rule, items, vi, en, left=shown[0], right=shown[1])


def _range(
    rule: Rule, of: Range, report: Report, values: Mapping[str, Decimal]
) -> Iterable[Finding]:
    number = values.get(of.item)
    if number is None:
        return
    low = of.minimum and number < Decimal(of.minimum)
    if not low and not (of.maximum and number > Decimal(of.maximum)):
        return
    bound = of.minimum if low else of.maximum
    value = plain(number)
    vi, en = (_named([of.item], report, language) for language in ("vi", "en"))
    yield _finding(
        rule,
        (of.item,),
        f"{vi} là {_spoken(value, 'vi')}, {'dưới' if low else 'trên'} {_spoken(bound, 'vi')}",
        f"{en} is {_spoken(value, 'en')}, {'below' if low else 'above'} {_spoken(bound, 'en')}",
        left=value,
        right=bound,
        lower=of.minimum,
        upper=of.maximum,
    )


def _outliers(
    rule: Rule, of: Outlier, report: Report, values: Mapping[str, Decimal]
) -> Iterable[Finding]:
    for code in of.of(report.items):
        item, history = report.items.get(code), report.history.get(code)
        if item is None or not history or (number := values.get(code)) is None:
            continue
        step = Decimal(1).scaleb(-item.decimals)
        bounds = outliers.unusual(number, history, report.season, step, of.beyond)
        if bounds is None:
            continue
        lower, upper = _outer(bounds, item)
        value = plain(number)
        label_vi, label_en = (_named([code], report, language) for language in ("vi", "en"))
        before_vi, before_en = _before(bounds)
        reach_vi = f"từ {_spoken(lower, 'vi')} đến {_spoken(upper, 'vi')}"
        reach_en = f"{_spoken(lower, 'en')} to {_spoken(upper, 'en')}"
        yield _finding(
            rule,
            (code,),
            f"{label_vi} là {_spoken(value, 'vi')}; {before_vi}, thường {reach_vi}",
            f"{label_en} is {_spoken(value, 'en')}; by {before_en}, {reach_en} is usual",
            left=value,
            right=lower if number < bounds.lower else upper,
            lower=lower,
            upper=upper,
        )


def _before(bounds: outliers.Bounds) -> tuple[str, str]:
    """Of what the bounds have come, in both languages."""
    count = bounds.count
    if bounds.seasonal:
        vi = f"theo mức thay đổi so với cùng kỳ của {count} kỳ trước"
        return vi, f"how the {count} periods before have changed against the same season"
    if bounds.constant is not None:
        same = plain(bounds.constant)
        vi = f"{count} kỳ trước đều là {_spoken(same, 'vi')}"
        return vi, f"the {count} periods before, {_spoken(same, 'en')} each"
    return f"theo {count} kỳ trước", f"the {count} periods before"


def _outer(bounds: outliers.Bounds, item: Item) -> tuple[str, str]:
    """The bounds as precise as the item, rounded inwards so that the value stays outside."""
    places = Decimal(1).scaleb(-item.decimals)
    lower = bounds.lower.quantize(places, ROUND_CEILING)
    upper = bounds.upper.quantize(places, ROUND_FLOOR)
    if lower > upper:  # there is no such number between them
        places = places.scaleb(-2)
        lower = bounds.lower.quantize(places, ROUND_CEILING)
        upper = bounds.upper.quantize(places, ROUND_FLOOR)
    if item.minimum:
        lower = max(lower, Decimal(item.minimum))
    return plain(lower), plain(upper)


def _finding(rule: Rule, items: tuple[str, ...], vi: str, en: str, **compared: Any) -> Finding:
    return Finding(
        rule.code,
        rule.severity,
        items,
        f"{rule.title('vi')}: {vi}.",
        f"{rule.title('en')}: {en}.",
        **compared,
    )


def _named(items: Iterable[str], report: Report, language: str) -> str:
    labels = (report.items[item].label(language) for item in items if item in report.items)
    return ", ".join(f"“{label}”" for label in labels)


def _decimal(value: Fraction | None) -> str:
    if value is None:
        return ""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return plain(exact.quantize(SHOWN) if abs(exact) < 10**18 else exact)


def _spoken(number: str, language: str) -> str:
    return numbers.spoken(number, language) or ("nothing" if language == "en" else "chưa có")
