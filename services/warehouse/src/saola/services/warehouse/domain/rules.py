"""The rules of a form: what its values are checked for, beyond what each item may hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from saola.kit.errors import Code, DomainError, Word
from saola.services.warehouse.domain import expressions, outliers
from saola.services.warehouse.domain.forms import (
    ITEM_CODE,
    LONGEST_LABEL,
    Item,
    above,
    limit,
    readable,
)
from saola.services.warehouse.domain.submissions import UnknownItem

MOST_RULES: Final = 200


class Severity(Word):
    ERROR = "error", "lỗi"
    WARNING = "warning", "cảnh báo"


class Operator(Word):
    """The words of DHIS2, and what one says in a sentence: “12 phải bằng 11”."""

    EQUAL_TO = "equal_to", "bằng"
    NOT_EQUAL_TO = "not_equal_to", "khác"
    GREATER_THAN = "greater_than", "lớn hơn"
    GREATER_THAN_OR_EQUAL_TO = "greater_than_or_equal_to", "lớn hơn hoặc bằng"
    LESS_THAN = "less_than", "nhỏ hơn"
    LESS_THAN_OR_EQUAL_TO = "less_than_or_equal_to", "nhỏ hơn hoặc bằng"
    COMPULSORY_PAIR = "compulsory_pair", "phải đi cùng"
    EXCLUSIVE_PAIR = "exclusive_pair", "không đi cùng"


class Missing(Word):
    """What a side is worth while items of it say nothing. The strategies of DHIS2."""

    SKIP_IF_ANY = "skip_if_any", "bỏ qua nếu thiếu một dòng"
    SKIP_IF_ALL = "skip_if_all", "bỏ qua nếu thiếu tất cả"
    NEVER_SKIP = "never_skip", "không bỏ qua"


PAIRS: Final = {Operator.COMPULSORY_PAIR, Operator.EXCLUSIVE_PAIR}


class InvalidRule(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Quy tắc “{rule}” của biểu định nghĩa chưa đúng ở {field}."
    en = "The definition of the rule “{rule}” is not right at {field}."


@dataclass(frozen=True)
class Side:
    expression: str
    missing: Missing = Missing.SKIP_IF_ALL


@dataclass(frozen=True)
class Comparison:
    """What must hold between items of one report."""

    left: Side
    operator: Operator
    right: Side


@dataclass(frozen=True)
class Range:
    """Between which numbers an item usually lies: decimals as they were written, or empty."""

    item: str
    minimum: str = ""
    maximum: str = ""


@dataclass(frozen=True)
class Outlier:
    """Numbers unlike the agency's own history; of every item that is a number, if none is named."""

    items: tuple[str, ...] = ()
    threshold: str = ""

    @property
    def beyond(self) -> Decimal:
        return Decimal(self.threshold) if self.threshold else outliers.THRESHOLD

    def of(self, items: Mapping[str, Item]) -> Iterable[str]:
        return self.items or (code for code, item in items.items() if item.is_number)


Check = Comparison | Range | Outlier


@dataclass(frozen=True)
class Rule:
    """One rule. Its title says what must hold, as people say it."""

    code: str
    title_vi: str
    severity: Severity
    check: Check
    title_en: str = ""

    def title(self, language: str) -> str:
        return (self.title_en if language == "en" else "") or self.title_vi


def check_rules(rules: Sequence[Rule], items: Mapping[str, Item]) -> None:
    """Whether a form can be drafted with these rules: each is read now, and not at 16:59."""
    if len(rules) > MOST_RULES:
        raise InvalidRule(field="form.rules", rule=rules[-1].code[:40])
    codes = set[str]()
    for row, rule in enumerate(rules):
        field = f"form.rules[{row}]"
        if wrong := "code" if rule.code.lower() in codes else _flaw(rule):
            raise InvalidRule(field=f"{field}.{wrong}", rule=rule.code[:40])
        codes.add(rule.code.lower())
        match rule.check:
            case Comparison():
                _check_comparison(rule, rule.check, items, field)
            case Range(item, minimum, maximum):
                _check_number(rule, item, items, f"{field}.range.item")
                fine = limit(minimum) is not None if minimum else bool(maximum)
                if not fine or (maximum and not above(maximum, minimum)):
                    raise InvalidRule(field=f"{field}.range", rule=rule.code)
            case Outlier(named, threshold):
                for item in named:
                    _check_number(rule, item, items, f"{field}.outlier.items")
                if threshold and not (limit(threshold) or 0) > 0:
                    raise InvalidRule(field=f"{field}.outlier.threshold", rule=rule.code)


def _flaw(rule: Rule) -> str:
    right = {
        "code": bool(ITEM_CODE.fullmatch(rule.code)),
        "title_vi": readable(rule.title_vi, LONGEST_LABEL) and bool(rule.title_vi.strip()),
        "title_en": readable(rule.title_en, LONGEST_LABEL),
    }
    return next((name for name, fine in right.items() if not fine), "")


def _check_comparison(rule: Rule, of: Comparison, items: Mapping[str, Item], field: str) -> None:
    """A pair asks whether something is said, so it may be about texts, and what is missing is
    never made to be 0; the other operators reckon with numbers only."""
    pair = of.operator in PAIRS
    named = 0
    for name, side in (("left", of.left), ("right", of.right)):
        place = f"{field}.comparison.{name}"
        expression = expressions.check(side.expression, f"{place}.expression")
        for item in expression.items:
            if pair:
                _check_known(item, items, f"{place}.expression")
            else:
                _check_number(rule, item, items, f"{place}.expression")
        named += bool(expression.items)
        if pair and (not expression.items or side.missing is Missing.NEVER_SKIP):
            raise InvalidRule(field=f"{place}.missing_values", rule=rule.code)
    if not named:
        raise InvalidRule(field=f"{field}.comparison", rule=rule.code)


def _check_known(item: str, items: Mapping[str, Item], field: str) -> None:
    if item not in items:
        raise UnknownItem(field=field, item=item[:40])


def _check_number(rule: Rule, item: str, items: Mapping[str, Item], field: str) -> None:
    _check_known(item, items, field)
    if not items[item].is_number:
        raise InvalidRule(field=field, rule=rule.code)
