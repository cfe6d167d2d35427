"""What one item of a report says, and whether it may: one rule set for gRPC, web form and Excel."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from saola.kit.errors import Code, DomainError, InvalidField, Word
from saola.kit.numbers import plain
from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.comparisons import In, counted_in
from saola.services.warehouse.domain.forms import USUAL_TEXT, Item, ValueType

LONGEST_NOTE: Final = 1000
SHOWN: Final = 80  # characters of a wrong value that are said again
UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
YEAR_FIRST: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(1800, 1, 1), date(2199, 12, 31)
ENDLESS: Final = Decimal("Infinity")
YES, NO = {"true", "yes", "có", "co", "đúng", "x"}, {"false", "no", "không", "khong", "sai"}


class Status(Word):
    """What kind of statement it is. The words of SDMX's CL_OBS_STATUS, and what it lacks."""

    VALUE = "value", "có số liệu"
    TRUE_ZERO = "true_zero", "số 0 thật"
    NOTHING_OCCURRED = "nothing_occurred", "không phát sinh"
    MISSING = "missing", "chưa có"
    ESTIMATED = "estimated", "ước tính"
    PRELIMINARY = "preliminary", "sơ bộ"
    REVISED = "revised", "đã sửa"
    # Said no more: whoever entered it has emptied the item again. It never leaves the warehouse.
    WITHDRAWN = "withdrawn", "đã xoá"


class NotAWholeNumber(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: “{value}” không phải là số nguyên."
    en = "Item “{item}”: “{value}” is not a whole number."


class TooManyDecimals(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: “{value}” có quá {most} chữ số thập phân."
    en = "Item “{item}”: “{value}” has more than {most} decimals."


class BelowMinimum(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: {value} nhỏ hơn mức thấp nhất {minimum}."
    en = "Item “{item}”: {value} is below the minimum, {minimum}."


class AboveMaximum(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: {value} lớn hơn mức cao nhất {maximum}."
    en = "Item “{item}”: {value} is above the maximum, {maximum}."


class TextTooLong(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: dài quá {most} ký tự."
    en = "Item “{item}”: the text is longer than {most} characters."


class NotABoolean(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: “{value}” không phải là “có” hay “không”."
    en = "Item “{item}”: “{value}” is neither “yes” nor “no”."


class NotADate(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: “{value}” không phải là ngày."
    en = "Item “{item}”: “{value}” is not a date."


class NotAChoice(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: “{value}” không có trong danh sách: {choices}."
    en = "Item “{item}”: “{value}” is none of: {choices}."


class StatusContradictsValue(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}”: trạng thái “{status}” không khớp với giá trị."
    en = "Item “{item}”: the status “{status}” contradicts the value."


class Judged(NamedTuple):
    """A statement that may stand: as systems write it, and as a number where it is one."""

    status: Status
    value: str = ""
    number: Decimal | None = None
    note: str = ""


WITHDRAWN: Final = Judged(Status.WITHDRAWN)
ZERO: Final = Judged(Status.TRUE_ZERO, "0", Decimal(0))
WITHOUT_VALUE: Final = {Status.NOTHING_OCCURRED, Status.MISSING}


def judge(item: Item, written: str, status: Status | None, language: str, field: str) -> Judged:
    """What `written` says about `item`, or a refusal that names `field` and item.

    `language` is `vi` or `en` for what a person has typed, and empty for what a system has
    written (`1204.5`, `true`, `2026-11-22`). Nothing, without a status, takes back what was said.
    """
    text = (
        unicodedata.normalize("NFC", written.strip()) if not written.isascii() else written.strip()
    )
    if not text and status is None:
        return WITHDRAWN
    if status in WITHOUT_VALUE or status is Status.TRUE_ZERO or not text:
        return _without_value(item, text, status, language, field)
    value, number = _read(item, text, language, field)
    return Judged(status or Status.VALUE, value, number)


class Shortcut:
    """What `judge` reads, sooner, in what systems send most: plain numbers within their limits.

    It gives the value as `judge` would, or None for all else, which is judged.
    """

    def __init__(self, item: Item) -> None:
        self._low = Decimal(item.minimum) if item.minimum else -ENDLESS
        self._high = Decimal(item.maximum) if item.maximum else ENDLESS
        self._most = item.decimals if item.value_type is ValueType.DECIMAL else 0
        decimals = rf"(?:\.[0-9]{{1,{self._most}}})?" if self._most else ""
        plain = rf"(?:0|[1-9][0-9]{{0,14}}){decimals}" if item.is_number else "(?!)"
        self._takes = re.compile(plain).fullmatch

    def __call__(self, written: str) -> str | None:
        if self._takes(written) and self._low <= Decimal(written) <= self._high:
            if self._most and written[-1] == "0" and "." in written:
                return written.rstrip("0").rstrip(".")
            return written
        return None


def check_note(note: str, item: str, field: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise TextTooLong(field=field, item=item, most=LONGEST_NOTE)
    if UNREADABLE.search(note):
        raise InvalidField(field=field)
    return note.strip()


def _without_value(
    item: Item, text: str, status: Status | None, language: str, field: str
) -> Judged:
    wrong = StatusContradictsValue(field=field, item=item.code, status=status or Status.VALUE)
    if status is Status.TRUE_ZERO and item.is_number:
        if text and _read(item, text, language, field)[1] != 0:
            raise wrong
        _check_limits(item, Decimal(0), {"field": field, "item": item.code, "value": "0"})
        return ZERO
    if status not in WITHOUT_VALUE or text:
        raise wrong
    return Judged(status)


def _read(item: Item, text: str, language: str, field: str) -> tuple[str, Decimal | None]:
    if item.is_number:
        percentage = counted_in(item.unit) is In.PERCENTAGE_POINTS
        amount = text.removesuffix("%").rstrip() if percentage else text
        number = numbers.read(amount, language, item.code, field)
        wrong = {"field": field, "item": item.code, "value": text[:SHOWN]}
        shown = plain(number)
        decimals = len(shown.partition(".")[2])
        if decimals and item.value_type is ValueType.INTEGER:
            raise NotAWholeNumber(**wrong)
        if decimals > item.decimals:
            raise TooManyDecimals(**wrong, most=item.decimals)
        if item.minimum or item.maximum:
            _check_limits(item, number, wrong)
        return shown, number
    if UNREADABLE.search(text):
        raise InvalidField(field=field)
    wrong = {"field": field, "item": item.code, "value": text[:SHOWN]}
    match item.value_type:
        case ValueType.BOOLEAN:
            return _boolean(text, language, wrong), None
        case ValueType.DATE:
            return _date(text, language, wrong), None
        case ValueType.CHOICE:
            return _choice(item, text, language, wrong), None
        case _:
            if len(text) > (most := item.longest or USUAL_TEXT):
                raise TextTooLong(field=field, item=item.code, most=most)
            return text, None


def _check_limits(item: Item, number: Decimal, wrong: dict[str, str]) -> None:
    if item.minimum and number < Decimal(item.minimum):
        raise BelowMinimum(**wrong, minimum=item.minimum)
    if item.maximum and number > Decimal(item.maximum):
        raise AboveMaximum(**wrong, maximum=item.maximum)


def _boolean(text: str, language: str, wrong: dict[str, str]) -> str:
    said = text.casefold() if language else text
    if said in (YES if language else {"true"}):
        return "true"
    if said in (NO if language else {"false"}):
        return "false"
    raise NotABoolean(**wrong)


def _date(text: str, language: str, wrong: dict[str, str]) -> str:
    """People in Vietnam write the day first, whichever language they use."""
    if language and (found := DAY_FIRST.fullmatch(text)):
        day, month, year = found.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        if YEAR_FIRST.fullmatch(text) and EARLIEST <= date.fromisoformat(text) <= LATEST:
            return text
    except ValueError:
        pass
    raise NotADate(**wrong)


def _choice(item: Item, text: str, language: str, wrong: dict[str, str]) -> str:
    for choice in item.choices:
        if text == choice or (language and text.casefold() == choice.casefold()):
            return choice
    raise NotAChoice(**wrong, choices=", ".join(item.choices)[:1000])
