"""What money is told by: flows, levels, the codes of the budget index, whole đồng."""

import re
from datetime import date
from typing import Final

from saola.kit.errors import Code, DomainError, InvalidField, MissingField, Word

LONGEST_DOCUMENT: Final = 100
LONGEST_REASON: Final = 2000
LONGEST_AREA: Final = 20
MOST_DONG: Final = 10**17
MOST_LINES: Final = 1000
EARLIEST: Final = date(2000, 1, 1)
DIGITS: Final = {"chapter": 3, "sector": 3, "item": 4}


class Flow(Word):
    REVENUE = "revenue", "thu"
    EXPENDITURE = "expenditure", "chi"


class Level(Word):
    """Of which level a budget is: three since July 2025; the district stays for what is older."""

    CENTRAL = "central", "trung ương"
    PROVINCE = "province", "tỉnh"
    DISTRICT = "district", "huyện"
    COMMUNE = "commune", "xã"


class InvalidCode(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{value}” không phải mã mục lục ngân sách {digits} chữ số (trường {field})."
    en = "“{value}” is no code of the budget index with {digits} digits (field {field})."


class InvalidAmount(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Số tiền phải là số đồng nguyên, khác 0 và không quá lớn (trường {field})."
    en = "An amount is in whole đồng, other than 0 and not too large (field {field})."


class Superseded(DomainError):
    vi = "{name} đã được đính chính, không còn hiệu lực."
    en = "{name} was corrected and holds no more."


class AlreadyRecorded(DomainError):
    code = Code.ALREADY_EXISTS
    vi = "Dòng này đã được ghi ({name}); cần đính chính thay vì ghi lại (trường {field})."
    en = "This line is recorded as {name}: correct it instead (field {field})."


class DuplicateLine(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng này trùng với dòng {row} (trường {field})."
    en = "This line is the same as line {row} (field {field})."


class TooManyLines(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Mỗi lần ghi tối đa {most} dòng."
    en = "At most {most} lines at a time."


class NotYet(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Ngày {day} chưa tới hoặc không hợp lệ (trường {field})."
    en = "The day {day} has not come, or is none (field {field})."


def check_code(value: str, field: str, *, optional: bool = False) -> str:
    """A code of the budget index (TT 324/2016/TT-BTC): chapter and sector 3 digits, item 4."""
    digits = DIGITS[field.rpartition(".")[2]]
    if optional and not value:
        return ""
    if not re.fullmatch(f"[0-9]{{{digits}}}", value):
        raise InvalidCode(field=field, value=value[:20], digits=digits)
    return value


def check_amount(amount: int, field: str) -> int:
    if not amount or abs(amount) >= MOST_DONG:
        raise InvalidAmount(field=field)
    return amount


def check_document(document: str, field: str) -> str:
    said = " ".join(document.split())
    if not said:
        raise MissingField(field=field)
    if len(said) > LONGEST_DOCUMENT or not said.isprintable():
        raise InvalidField(field=field)
    return said


def check_area(area: str, field: str) -> str:
    said = area.strip()
    if said and not re.fullmatch(f"[0-9A-Za-z.]{{1,{LONGEST_AREA}}}", said):
        raise InvalidField(field=field)
    return said


def check_day(day: date, field: str, today: date) -> date:
    """Nothing is booked before its day."""
    if not EARLIEST <= day <= today:
        raise NotYet(field=field, day=day)
    return day


def check_year(year: int, field: str, today: date) -> int:
    """The next year's plan is decided in this one."""
    if not EARLIEST.year <= year <= today.year + 1:
        raise InvalidField(field=field)
    return year


def check_reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise MissingField(field="reason")
    if len(said) > LONGEST_REASON or "\0" in said:
        raise InvalidField(field="reason")
    return said


def check_count(count: int) -> None:
    if count > MOST_LINES:
        raise TooManyLines(most=MOST_LINES)


def read_day(text: str, field: str) -> date:
    """A day as `2026-11-22`."""
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidField(field=field)
