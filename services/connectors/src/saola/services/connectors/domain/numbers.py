"""How a source writes numbers, and what the warehouse is told for them."""

import re
from decimal import Context, Decimal
from typing import Final

from saola.kit.errors import Code, DomainError
from saola.kit.numbers import plain
from saola.services.connectors.domain.answers import Nested, Raw
from saola.services.connectors.domain.connectors import Numbers

MOST_DIGITS: Final = 18  # before the point
LONGEST: Final = 40
EXACT: Final = Context(prec=200)  # what comes of figures of that length has all its digits
WRITTEN: Final = {
    Numbers.PLAIN: re.compile(r"-?[0-9]+(?:\.[0-9]+)?"),
    Numbers.COMMA: re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,[0-9]+)?"),
    Numbers.POINT: re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?"),
}
MARKS: Final = {Numbers.PLAIN: ("", "."), Numbers.COMMA: (".", ","), Numbers.POINT: (",", ".")}


class NotANumber(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{value}” của chỉ tiêu “{item}” không phải là số theo cách viết đã khai báo."
    en = "“{value}” of the item “{item}” is no number as the source is said to write them."


class NotAWholeNumber(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Chỉ tiêu “{item}” phải là số nguyên, nguồn cho “{value}”."
    en = "The item “{item}” is a whole number, the source gives “{value}”."


def read(raw: Raw, numbers: Numbers, item: str) -> Decimal:
    """A number of JSON is what it is; in a text it is written as is said, and never guessed."""
    wrong = NotANumber(item=item, value=shown(raw))
    if isinstance(raw, Decimal):
        number = raw
    elif isinstance(raw, str):
        text = raw.strip().replace("\u2212", "-")
        if len(text) > LONGEST or not WRITTEN[numbers].fullmatch(text):
            raise wrong
        groups, point = MARKS[numbers]
        bare = text.replace(groups, "") if groups else text
        number = Decimal(bare.replace(point, "."))
    else:
        raise wrong
    if not number.is_finite() or number.adjusted() >= MOST_DIGITS or number.adjusted() < -LONGEST:
        raise wrong
    return number


def scaled(number: Decimal, scale: str, item: str, *, whole: bool) -> str:
    """As systems write it. A part of what is counted in whole numbers is refused, not rounded."""
    given = EXACT.multiply(number, Decimal(scale)) if scale else number
    if given.adjusted() >= MOST_DIGITS:
        raise NotANumber(item=item, value=plain(number))
    if whole and given != given.to_integral_value():
        raise NotAWholeNumber(item=item, value=plain(given))
    return plain(given)


def shown(raw: Raw) -> str:
    """What was said, for whoever is to mend it."""
    match raw:
        case Nested():
            return "[…]"
        case bool():
            return str(raw).lower()
        case Decimal():
            return str(raw)[:LONGEST]
        case _:
            return (raw or "")[:LONGEST]
