"""The rules of the dictionary of indicators (chỉ tiêu)."""

import re
from dataclasses import dataclass
from typing import Final

from saola.kit.errors import InvalidField, Word

CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9._]{0,63}")
FIELD: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LONGEST_TITLE: Final = 300
LONGEST_UNIT: Final = 60
LONGEST_DEFINITION: Final = 8000


class Aggregation(Word):
    """How figures of several agencies or days make one. Percentages are never averaged."""

    SUM = "sum", "cộng dồn"
    LAST = "last", "lấy số cuối kỳ"
    NONE = "none", "không tổng hợp"


class Direction(Word):
    """Which way is good."""

    UP = "up", "tăng là tốt"
    DOWN = "down", "giảm là tốt"
    NEUTRAL = "neutral", "trung tính"


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
