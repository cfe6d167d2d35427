"""The table in plain text by which an agency reports: what it must be."""

from typing import Final

from saola.kit.errors import Code, DomainError

HEADS: Final = {
    "period": "Kỳ (Period)",
    "code": "Mã (Code)",
    "value": "Giá trị (Value)",
    "came": "Ngày đến (Came)",
}


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
