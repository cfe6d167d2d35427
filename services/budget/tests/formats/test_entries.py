"""Lists of the treasury, CSV and XLSX: the same lines, wherever the columns stand."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from saola.services.budget.domain.imports import Line, NotATreasuryFile
from saola.services.budget.formats import entries as formats

HEADER = ["Ngày hạch toán", "Thu/Chi", "Chương", "Khoản", "Tiểu mục", "Cấp NS", "Địa bàn"]
HEADER += ["Số chứng từ", "Số tiền"]
ROW = ["20/11/2026", "Thu", "018", "", "1701", "2", "03646", "CT-1", "1.500.000"]


def csv(*rows: list[str], mark: str = ";") -> bytes:
    return "\r\n".join(mark.join(row) for row in rows).encode("utf-8-sig")


def xlsx(*rows: list[object]) -> bytes:
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def test_titles_stand_above_the_header_and_other_columns_beside_it() -> None:
    rows = [["BẢNG KÊ THU"], [], ["STT", *HEADER], ["1", *ROW], [""]]
    [line] = formats.read(csv(*rows))
    assert (line.number, line.cells["item"], line.cells["amount"]) == (4, "1701", "1.500.000")


def test_a_workbook_says_the_same_as_a_text() -> None:
    typed = [date(2026, 11, 20), *ROW[1:-1], 1_500_000]
    [line] = formats.read(xlsx(HEADER, typed))
    assert line == Line(
        2, {**formats.read(csv(HEADER, ROW))[0].cells, "day": "2026-11-20", "amount": "1500000"}
    )


def test_a_fraction_of_a_dong_is_not_rounded_away() -> None:
    [line] = formats.read(xlsx(HEADER, [*ROW[:-1], 12.5]))
    assert line.cells["amount"] == "12.5"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no archive",
        b"\xff\xfe\x00",
        csv(HEADER, ROW).replace(b"CT-1", b"CT\0"),
        csv(HEADER, ROW).replace(b"CT-1", b'"CT-1'),
        "\n".join((";".join(HEADER), ";".join(ROW))).encode("cp1258", "replace"),
        xlsx(HEADER, ROW)[:-100],
        csv(["a", "b"], ["1", "2"]),
        csv(HEADER[:-1], ROW[:-1]),
        csv([*HEADER, "Số tiền"], [*ROW, "1"]),
    ],
)
def test_what_is_no_list_of_the_treasury_is_refused(data: bytes) -> None:
    with pytest.raises(NotATreasuryFile):
        formats.read(data)
