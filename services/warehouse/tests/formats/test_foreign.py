"""Workbooks as they come from elsewhere: other programs, other people, and bad will."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from services.warehouse.tests.formats.test_lists import listed, reading
from services.warehouse.tests.formats.test_workbooks import (
    BY_CODE,
    changed,
    drawn,
    filled,
    judged,
    reasons,
)

from saola.kit.errors import DomainError
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.domain.workbooks import judge_lines
from saola.services.warehouse.formats.submissions import mark, read

OLE = bytes.fromhex(
    "d0cf11e0a1b11ae1"
)  # how files begin that Excel has encrypted, and its old ones


def rewritten(file: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same archive with other parts; None leaves one out."""
    out = BytesIO()
    with ZipFile(BytesIO(file)) as given, ZipFile(out, "w", ZIP_DEFLATED) as zipped:
        for name in given.namelist():
            if (part := change(name, given.read(name))) is not None:
                zipped.writestr(name, part)
    return out.getvalue()


def refused(file: bytes) -> str:
    with pytest.raises(DomainError) as no:
        read(file)
    return no.value.reason


def test_a_workbook_with_macros_is_refused_whatever_it_is_called() -> None:
    typed = rewritten(
        drawn(),
        lambda name, part: (
            part.replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")
            if name == "[Content_Types].xml"
            else part
        ),
    )
    assert refused(typed) == "UNSAFE_WORKBOOK"


def test_what_is_encrypted_or_of_the_old_kind_is_no_workbook() -> None:
    assert refused(OLE + bytes(4096)) == "NOT_A_WORKBOOK"


def test_an_archive_whose_parts_are_encrypted_is_no_workbook() -> None:
    locked = bytearray(drawn())
    for mark_, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):  # the bit that says so
        start = 0
        while (found := locked.find(mark_, start)) >= 0:
            locked[found + at] |= 1
            start = found + 4
    assert refused(bytes(locked)) == "NOT_A_WORKBOOK"


def test_a_part_that_unpacks_to_far_more_than_it_is_is_a_bomb() -> None:
    bomb = rewritten(
        drawn(),
        lambda name, part: part + b" " * (8 << 20) if name.endswith("sheet1.xml") else part,
    )
    assert len(bomb) < 100_000
    assert refused(bomb) == "UNSAFE_WORKBOOK"


def test_an_archive_that_lies_about_its_size_is_no_workbook() -> None:
    file = bytearray(drawn())
    found = file.find(b"PK\x01\x02")
    file[found + 24 : found + 28] = (1).to_bytes(4, "little")
    assert refused(bytes(file)) == "NOT_A_WORKBOOK"


def test_a_workbook_that_was_cut_or_changed_on_its_way_is_no_workbook() -> None:
    file = drawn()
    assert refused(file[: len(file) // 2]) == "NOT_A_WORKBOOK"
    broken = rewritten(file, lambda name, part: part[:300] if name == "xl/workbook.xml" else part)
    assert refused(broken) == "NOT_A_WORKBOOK"
    without = rewritten(file, lambda name, part: None if "worksheets/" in name else part)
    assert refused(without) == "NOT_A_WORKBOOK"


def test_a_sheet_that_breaks_off_is_no_workbook_though_its_archive_is_whole() -> None:
    torn = rewritten(drawn(), lambda name, part: part[:-60] if "sheet1" in name else part)
    assert refused(torn) == "NOT_A_WORKBOOK"


def test_of_merged_cells_the_first_counts() -> None:
    def merge(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet["D8"], sheet["D9"] = 5, "80,5"
        sheet.merge_cells("D8:E8")
        sheet.merge_cells("A2:B2")
        sheet.merge_cells("D9:D10")

    said, flaws = judged(changed(drawn(), merge))
    assert not flaws
    assert {code: one.value for code, one in said.items()} == {"1": "5", "2.1": "80.5"}


def test_an_error_of_a_formula_and_a_shared_formula_are_formulas() -> None:
    assert reasons(filled(drawn(), {"D8": "#DIV/0!", "D9": "=D8*2"})) == {
        "D8": "FORMULA",
        "D9": "FORMULA",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.204,5", "1204.5"),
        ("1 204,5", "1204.5"),
        ("1204,50", "1204.5"),
        ("1,204.5", "AMBIGUOUS_NUMBER"),
        ("1.204.5", "NOT_A_NUMBER"),
        ("1.204,5 tỷ", "NOT_A_NUMBER"),
        ("12%", "NOT_A_NUMBER"),
        ("khoảng 12", "NOT_A_NUMBER"),
        ("O", "NOT_A_NUMBER"),
    ],
)
def test_numbers_that_are_typed_as_text(text: str, value: str) -> None:
    file = filled(drawn(), {"D9": text})
    said, flaws = judged(file)
    assert [one.value for one in said.values()] + [one.refusal.reason for one in flaws] == [value]
    by_list = reading(listed([["19/11/2026", "2.1", text]]))
    assert [one[2] for one in by_list.told] == [one.refusal.reason for one in flaws]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19/11/2026", "2026-11-19"),
        ("9-1-2026", "2026-01-09"),
        ("2026-11-19", "2026-11-19"),
        ("11/19/2026", "NOT_A_DATE"),
        ("29/2/2026", "NOT_A_DATE"),
        ("7/5/1954", "1954-05-07"),
        ("22/11/0206", "NOT_A_DATE"),
        ("19/11/26", "NOT_A_DATE"),
        ("46345", "NOT_A_DATE"),
        ("ngày 19 tháng 11", "NOT_A_DATE"),
    ],
)
def test_dates_that_are_typed_as_text(text: str, value: str) -> None:
    said, flaws = judged(filled(drawn(), {"D12": text}))
    assert [one.value for one in said.values()] + [one.refusal.reason for one in flaws] == [value]


def test_a_percentage_is_read_as_it_is_shown() -> None:
    """Of 12,5 % Excel holds 0.125, which is never taken for the figure."""

    def fill(book: Workbook) -> None:
        cells = (("D8", 12, '0"%"'), ("D9", 0.125, "0.0%"), ("D14", 0.07, "0%"))
        for place, value, shown in cells:
            book.worksheets[0][place].value = value
            book.worksheets[0][place].number_format = shown

    file, share = changed(drawn(), fill), replace(BY_CODE["2.1"], unit="%")
    assert reasons(file) == {"D9": "NOT_A_NUMBER", "D14": "NOT_A_NUMBER"}
    origin, lines = read(file)
    said, _ = judge_lines(BY_CODE | {"2.1": share}, lines, origin.language)
    assert {code: one.value for code, one in said.items()} == {"1": "12", "2.1": "12.5"}


def test_a_day_before_excel_s_first_comes_back() -> None:
    day = {"5": Judged(Status.VALUE, "1890-05-19")}
    assert judged(drawn(day)) == (day, [])


def test_of_two_columns_with_one_head_none_is_chosen() -> None:
    assert refused(filled(drawn(), {"D8": 5, "G7": "Giá trị", "G8": 7})) == "COLUMN_TWICE"


def test_a_line_whose_code_is_computed_is_not_passed_over() -> None:
    assert reasons(filled(drawn(), {"A8": "=1", "D8": 5})) == {"D8": "UNKNOWN_ITEM"}


def resaved(file: bytes) -> bytes:
    """As other programs save; LibreOffice itself is asked by `make office`, which takes its time.
    Texts are inline or shared as before, but styles, names, the dimension and the views are gone,
    numbers may be written with an exponent, and rows may be told to be of full length."""

    def change(name: str, part: bytes) -> bytes | None:
        if name.startswith("xl/worksheets/sheet"):
            head, _, rest = part.partition(b"<sheetData")
            begin = head.index(b">", head.index(b"<worksheet")) + 1
            part = head[:begin] + b"<sheetData" + rest
            part = part.replace(b"<v>1204.5</v>", b"<v>1.2045E3</v>")
            return part.replace(b'<row r="8"', b'<row r="8" spans="1:16384"')
        return part

    return rewritten(file, change)


def test_a_workbook_that_another_program_has_saved_says_the_same() -> None:
    file = resaved(
        listed([["19/11/2026", "2.1", 1204.5]], filled(drawn(), {"D8": 12, "D9": 1204.5}))
    )
    said, flaws = judged(file)
    assert not flaws
    assert {code: one.value for code, one in said.items()} == {"1": "12", "2.1": "1204.5"}
    assert (reading(file).received, reading(file).refused) == (1, 0)
    assert load_workbook(BytesIO(mark(file, [("D8", "Sai.")]))).worksheets[0]["D8"].comment


def test_a_sheet_that_people_add_for_themselves_says_nothing() -> None:
    def add(book: Workbook) -> None:
        book.create_sheet("Tính nháp")["A1"] = "=1+1"

    assert judged(changed(filled(drawn(), {"D8": 5}), add))[1] == []
