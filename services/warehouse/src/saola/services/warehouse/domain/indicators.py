"""The rules of the dictionary of indicators (chỉ tiêu)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from saola.kit.errors import Code, DomainError, InvalidField, MissingField, Word

CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9._]{0,63}")
FIELD: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LONGEST_TITLE: Final = 300
LONGEST_UNIT: Final = 60
LONGEST_DEFINITION: Final = 8000
MOST_DECIMALS: Final = 6


class Aggregation(Word):
    """How figures of several agencies or days make one. Percentages are never averaged."""

    SUM = "sum", "cộng dồn"
    LAST = "last", "lấy số cuối kỳ"
    NONE = "none", "không tổng hợp"
    RATE = "rate", "tỷ lệ tử số trên mẫu số"
    DISTINCT = "distinct", "đếm số đơn vị"


class Direction(Word):
    """Which way is good."""

    UP = "up", "tăng là tốt"
    DOWN = "down", "giảm là tốt"
    NEUTRAL = "neutral", "trung tính"


class Basis(Word):
    """What the thresholds of a light are compared with."""

    PLAN = "plan", "tỷ lệ so với kế hoạch"
    YEAR_BEFORE = "year_before", "thay đổi so với cùng kỳ năm trước"
    VALUE = "value", "giá trị"


class InvalidRate(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Tỷ lệ cần tử số và mẫu số là chỉ tiêu cộng dồn, cuối kỳ hoặc đếm (trường {field})."
    en = "A rate needs two indicators that add up, are stocks or counts (field {field})."


@dataclass(frozen=True)
class LightRule:
    """When a light is green or yellow; else it is red."""

    basis: Basis
    green: Decimal
    yellow: Decimal
    pro_rata: bool = False


@dataclass(frozen=True)
class Parts:
    """Of what a rate is made, as `indicators/{indicator}`, and by what it is multiplied."""

    numerator: str
    denominator: str
    factor: Decimal = Decimal(100)


@dataclass(frozen=True)
class Definition:
    """What is said about an indicator."""

    title_vi: str
    title_en: str
    field: str
    unit: str
    aggregation: Aggregation
    direction: Direction
    text: str
    decimals: int = 0
    parts: Parts | None = None
    light: LightRule | None = None


def check_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise InvalidField(field="indicator.code")


def check(definition: Definition) -> None:
    """Refuses what people could not read, or no list could be sorted by."""
    lengths = {
        "title_vi": (definition.title_vi, LONGEST_TITLE),
        "title_en": (definition.title_en, LONGEST_TITLE),
        "unit": (definition.unit, LONGEST_UNIT),
        "definition": (definition.text, LONGEST_DEFINITION),
    }
    for name, (text, most) in lengths.items():
        if len(text) > most or "\0" in text:
            raise InvalidField(field=f"indicator.{name}")
    if not FIELD.fullmatch(definition.field):
        raise InvalidField(field="indicator.field")
    if not 0 <= definition.decimals <= MOST_DECIMALS:
        raise InvalidField(field="indicator.decimals")
    _check_parts(definition)
    if definition.light:
        _check_light(definition.light, definition.direction)


def _check_parts(definition: Definition) -> None:
    """A rate has two parts, and nothing else has any."""
    if (definition.aggregation is Aggregation.RATE) != (definition.parts is not None):
        raise InvalidRate(field="indicator.numerator")
    if parts := definition.parts:
        for field in ("numerator", "denominator"):
            if not getattr(parts, field):
                raise MissingField(field=f"indicator.{field}")
        if parts.factor <= 0:
            raise InvalidField(field="indicator.factor")


def _check_light(rule: LightRule, direction: Direction) -> None:
    """Green is at least as good as yellow, and there is a good."""
    if direction is Direction.NEUTRAL:
        raise InvalidField(field="indicator.light")
    if (rule.green < rule.yellow) if direction is Direction.UP else (rule.green > rule.yellow):
        raise InvalidField(field="indicator.light.yellow")
    if rule.pro_rata and rule.basis is not Basis.PLAN:
        raise InvalidField(field="indicator.light.pro_rata")


def check_part(aggregation: Aggregation | None, field: str) -> None:
    """A rate of rates would be none, and what makes no figure makes none here; None: no such."""
    if aggregation not in {Aggregation.SUM, Aggregation.LAST, Aggregation.DISTINCT}:
        raise InvalidRate(field=f"indicator.{field}")
