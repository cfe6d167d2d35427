"""The rules of areas: places with the codes of the statistics office, one below the other."""

import re
from decimal import Decimal
from typing import Final

from saola.kit.errors import InvalidField, MissingField

CODE: Final = re.compile(r"[0-9]{2,10}")
LARGEST: Final = Decimal(1_000_000)  # square kilometres; the country has 331,000


def code(text: str) -> str:
    """As the statistics office writes it: `14` a province, `03646` a commune or ward."""
    if not text:
        raise MissingField(field="area.code")
    if not CODE.fullmatch(text):
        raise InvalidField(field="area.code")
    return text


def within(value: Decimal, most: Decimal, field: str, least: Decimal | None = None) -> Decimal:
    """A number that a place can have."""
    if not value.is_finite() or not (-most if least is None else least) <= value <= most:
        raise InvalidField(field=field)
    return value
