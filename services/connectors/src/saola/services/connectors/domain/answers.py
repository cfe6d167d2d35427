"""What a source answered, and why it may not be what was to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from saola.kit.errors import Code, DomainError
from saola.services.connectors.domain.connectors import Format

MOST_ROWS: Final = 1000
MOST_REDIRECTS: Final = 3
TYPES: Final = {
    Format.JSON: {"application/json", "text/json"},
    Format.CSV: {
        "text/csv",
        "application/csv",
        "text/plain",
        "application/octet-stream",
        "application/vnd.ms-excel",
    },
}
# Statuses of a source that may say something else in a moment.
PASSING: Final = {408, 425, 429, 500, 502, 503, 504}


class SourceSilent(DomainError):
    vi = "Không kết nối được tới {host}, hoặc {host} trả lời quá chậm."
    en = "{host} cannot be reached, or answers too slowly."


class SourceNotTrusted(DomainError):
    vi = "Chứng thư của {host} không đáng tin cậy; chưa gửi gì tới đó."
    en = "The certificate of {host} is not to be trusted; nothing was sent there."


class SourceRefuses(DomainError):
    vi = "Nguồn dữ liệu trả về mã lỗi HTTP {status}."
    en = "The source answers with the HTTP status {status}."


class SourceBusy(DomainError):
    vi = "Nguồn dữ liệu đang bận hoặc gặp sự cố (mã lỗi HTTP {status})."
    en = "The source is busy or in trouble (HTTP status {status})."


class TooManyRedirects(DomainError):
    vi = "Nguồn dữ liệu chuyển hướng quá {most} lần."
    en = "The source redirects more than {most} times."


class UnexpectedType(DomainError):
    vi = "Nguồn dữ liệu trả về “{type}”, không phải dữ liệu (có thể là trang đăng nhập)."
    en = "The source answers with “{type}”, which is no data; perhaps a page to sign in."


class AnswerTooLarge(DomainError):
    vi = "Dữ liệu trả về lớn hơn mức cho phép ({most} byte)."
    en = "The answer is larger than {most} bytes."


class AnswerCutShort(DomainError):
    vi = "Dữ liệu trả về bị cắt giữa chừng."
    en = "The answer ended before its end."


class AnswerNotReadable(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dữ liệu trả về không phải {format} đúng chuẩn (dòng {line})."
    en = "The answer is no proper {format} (line {line})."


class NoRows(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dữ liệu trả về không có dòng nào."
    en = "There are no rows in the answer."


class TooManyRows(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dữ liệu trả về có quá {most} dòng."
    en = "There are more than {most} rows in the answer."


class MissingColumn(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Thiếu cột “{column}”, hoặc có hai cột cùng tên."
    en = "The column “{column}” is missing, or there are two of it."


class WarehouseAway(DomainError):
    vi = "Kho dữ liệu tạm thời không trả lời."
    en = "The warehouse does not answer for the moment."


class RunInterrupted(DomainError):
    vi = "Lần chạy bị ngắt giữa chừng nhiều lần."
    en = "The run was interrupted again and again."


class Nested(Enum):
    """What stands where one value was to be: a list, an object, or what an expression failed at."""

    ONE = "nested"


# What may go well when it is tried again.
PASSING_REFUSALS: Final = (SourceSilent, SourceBusy, AnswerCutShort, WarehouseAway)
Raw = str | Decimal | bool | Nested | None


@dataclass(frozen=True)
class Answer:
    """What came, unpacked, and where it came from."""

    url: str
    status: int
    type: str
    body: bytes


@dataclass(frozen=True)
class Row:
    """What a row of an answer says, as it says it; `number` counts from 1."""

    number: int
    period: Raw
    values: Mapping[str, Raw]


def check_status(status: int) -> None:
    if status in PASSING:
        raise SourceBusy(status=status)
    if status != 200:
        raise SourceRefuses(status=status)


def check_type(format: Format, type: str) -> None:
    """JSON of any kind is JSON; what says nothing of itself is looked at."""
    bare = type.partition(";")[0].strip().lower()
    known = bare in TYPES[format] or (format is Format.JSON and bare.endswith("+json"))
    if bare and not known:
        raise UnexpectedType(type=bare[:100])
