"""The table in plain text by which an agency reports: what it must be, and how its cells are put.

A cell that begins like a formula would be computed by whatever spreadsheet opens the file. So what
begins so by right travels behind an apostrophe, and comes back without it.
"""

import re
from typing import Final

from saola.kit.errors import Code, DomainError

FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
HIDDEN: Final = re.compile(r"''*[=+\-@\t\r]")
NUMBER: Final = re.compile(r"-[0-9][0-9., ]*")
COMPUTED: Final = ("=", "@")  # nobody writes a value like this
HEADS: Final = {"period": "Kỳ (Period)", "code": "Mã (Code)", "value": "Giá trị (Value)"}


class NotATable(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Tệp không phải là bảng CSV đọc được (từ dòng {line})."
    en = "The file is no CSV table that can be read (from line {line} on)."


class NotUnicode(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = (
        "Tệp dùng bảng mã cũ, không phải Unicode (từ dòng {line}). "
        "Trong Excel, hãy lưu lại với kiểu “CSV UTF-8”."
    )
    en = (
        "The file is in an older code than Unicode (from line {line} on). "
        "In Excel, save it again as “CSV UTF-8”."
    )


class ColumnsMissing(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Bảng thiếu cột: {columns}. Hãy giữ nguyên dòng tiêu đề của biểu mẫu."
    en = "The table lacks columns: {columns}. Keep the heads of the template."


class ColumnTwice(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Bảng có hai cột “{column}”."
    en = "The table has two columns “{column}”."


def shown(text: str) -> str:
    """As it is put into a cell: no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def meant(cell: str) -> str:
    """What was put there by `shown`."""
    return cell[1:] if HIDDEN.match(cell) else cell


def is_computed(cell: str) -> bool:
    return cell.startswith(COMPUTED)
