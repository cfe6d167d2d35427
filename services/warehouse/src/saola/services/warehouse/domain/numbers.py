"""How a number is read: as systems write it, or as people type it in Vietnamese or in English.

Vietnamese groups by a point and splits off decimals by a comma (1.204,5); English the other way
round. What is right in the other language only is asked about, never guessed.
"""

import re
from decimal import Decimal
from typing import Final

from saola.kit.errors import Code, DomainError

MOST_DIGITS: Final = 18  # before the point
LONGEST: Final = 40
CANONICAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
TYPED: Final = {
    "vi": re.compile(
        r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:,[0-9]+)?"
    ),
    "en": re.compile(
        r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]+)?"
    ),
}
OTHER: Final = {"vi": "en", "en": "vi"}
MARKS: Final = {"vi": (".", ","), "en": (",", ".")}  # of groups, of decimals
SPACES: Final = re.compile("[\u00a0\u2007\u2009\u202f]")


class NotANumber(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: “{value}” không phải là số."
    en = "Item “{item}”: “{value}” is not a number."


class AmbiguousNumber(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = (
        "Dòng “{item}”: “{value}” là {one} hay {other}? Hãy viết lại, dấu phẩy ngăn phần thập phân."
    )
    en = "Item “{item}”: is “{value}” {one} or {other}? Write it again, with a point for decimals."


class TooManyDigits(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: “{value}” có quá {most} chữ số."
    en = "Item “{item}”: “{value}” has more than {most} digits."


def read(text: str, language: str, item: str, field: str) -> Decimal:
    """The number that is written so. `language` is empty for what systems write."""
    wrong = {"field": field, "item": item, "value": text[:LONGEST]}
    if language:
        text = SPACES.sub(" ", text.replace("−", "-"))
    if len(text) > LONGEST or not (TYPED[language] if language else CANONICAL).fullmatch(text):
        if language and len(text) <= LONGEST and TYPED[OTHER[language]].fullmatch(text):
            one, digits = _plain(text, OTHER[language]), re.sub("[^-0-9]", "", text)
            other = f"{digits[:-3]}.{digits[-3:]}" if one == digits else digits
            raise AmbiguousNumber(**wrong, one=one, other=other)
        raise NotANumber(**wrong)
    number = Decimal(_plain(text, language) if language else text)
    if number.adjusted() >= MOST_DIGITS:
        raise TooManyDigits(**wrong, most=MOST_DIGITS)
    return number


def spoken(number: str, language: str) -> str:
    """What systems write, as people read it: `1204.5` is 1.204,5 in Vietnamese."""
    groups, decimals = MARKS[language]
    whole, _, rest = number.partition(".")
    sign = "-" * whole.startswith("-")
    grouped = re.sub(r"(?<=[0-9])(?=([0-9]{3})+$)", groups, whole.lstrip("-"))
    return sign + grouped + (decimals + rest if rest else "")


def _plain(text: str, language: str) -> str:
    groups, decimals = MARKS[language]
    return text.replace(" ", "").replace(groups, "").replace(decimals, ".")
