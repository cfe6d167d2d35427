"""The list sheet of a workbook: many periods, as people write them."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import repeat

import pytest
from openpyxl import Workbook, load_workbook
from services.warehouse.tests.formats.test_workbooks import BY_CODE, changed, drawn

from saola.kit.errors import DomainError
from saola.periods.periods import PeriodType
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.lists import (
    MOST_LINES,
    Entry,
    Items,
    judge_list,
    written_period,
)
from saola.services.warehouse.domain.workbooks import Cell, Line
from saola.services.warehouse.formats.lists import LIST_FIRST
from saola.services.warehouse.formats.styles import WRONG
from saola.services.warehouse.formats.submissions import (
    Reading,
    give_back,
    read,
    read_lists,
    rows_of,
)

Lines = Sequence[Sequence[object]]


def listed(lines: Lines, file: bytes | None = None) -> bytes:
    """The template with these lines in its list."""

    def fill(book: Workbook) -> None:
        for row, line in enumerate(lines, LIST_FIRST + 1):
            for column, value in zip("ABCDE", line, strict=False):
                book.worksheets[1][f"{column}{row}"] = value

    return changed(file or drawn(), fill)


def reading(file: bytes, type: PeriodType = PeriodType.DAY) -> Reading:
    return read_lists(file, BY_CODE, type, "vi")


def rows(said: Reading) -> list[Rows]:
    return [rows_of(part) for part in said.parts]


def test_the_template_offers_an_empty_list_that_says_how_it_is_filled_in() -> None:
    said = reading(drawn())
    assert (said.received, said.refused, said.parts) == (0, 0, [])
    sheet = load_workbook(BytesIO(drawn())).worksheets[1]
    assert sheet.title == "Danh sách"
    assert "100.000 dòng" in str(sheet["A1"].value)
    assert [cell.value for cell in sheet[LIST_FIRST]][:3] == ["Kỳ", "Mã", "Giá trị"]


def test_each_line_is_read_as_people_write() -> None:
    lines = [
        ["19/11/2026", "1", "1.204", None, None],
        [datetime.fromisoformat("2026-11-18"), "1", 7.0, "ước tính", "rà lại"],
        ["2026-11-17", "2.1", "80,5", "", ""],
        [None, None, None, None, None],
        ["17-11-2026", "1", None, "không phát sinh", ""],
    ]
    said = reading(listed(lines))
    assert (said.received, said.refused) == (4, 0)
    [part] = rows(said)
    assert list(zip(*part, strict=True)) == [
        (5, "2026-11-19", "1", "value", "1204", ""),
        (6, "2026-11-18", "1", "estimated", "7", "rà lại"),
        (7, "2026-11-17", "2.1", "value", "80.5", ""),
        (9, "2026-11-17", "1", "nothing_occurred", "", ""),
    ]


@pytest.mark.parametrize(
    ("type", "text", "period"),
    [
        (PeriodType.DAY, "1/2/2026", "2026-02-01"),
        (PeriodType.MONTH, "11/2026", "2026-11"),
        (PeriodType.MONTH, "2026-11-01", "2026-11"),  # as Excel takes it
        (PeriodType.MONTH, "01/11/2026", "2026-11"),
        (PeriodType.QUARTER, "2026-Q4", "2026-Q4"),
        (PeriodType.YEAR, "2026", "2026"),
        (PeriodType.QUARTER, "Quý IV/2026", "2026-Q4"),
        (PeriodType.WEEK, "Tuần 47/2026", "2026-W47"),
        (PeriodType.NINE_MONTHS, "9 tháng năm 2026", "2026-9M"),
    ],
)
def test_a_period_is_read_as_people_write_it(type: PeriodType, text: str, period: str) -> None:
    assert written_period(Cell("A5", text), type) == period


@pytest.mark.parametrize(
    ("type", "text"),
    [
        (PeriodType.MONTH, "02/11/2026"),
        (PeriodType.DAY, "11/2026"),
        (PeriodType.DAY, "31/2/2026"),
        (PeriodType.DAY, ""),
        (PeriodType.DAY, "hôm qua"),
    ],
)
def test_what_is_no_period_of_the_form_is_refused(type: PeriodType, text: str) -> None:
    with pytest.raises(DomainError) as no:
        written_period(Cell("A5", text), type)
    assert (no.value.reason, no.value.facts["field"]) == ("NOT_A_PERIOD", "A5")


def test_each_wrong_line_is_told_by_its_cell() -> None:
    lines = [
        ["19/11/2026", "1", 5],
        ["19/11/2026", "1", 6],
        ["19/11/2026", "99", 6],
        ["2026-13-01", "1", 6],
        ["18/11/2026", "1", "1,204.5"],
        ["18/11/2026", "2.1", "=1+1"],
        ["17/11/2026", "1", 5, "chắc vậy"],
        ["16/11/2026", "1", None, None, "ghi chú suông"],
        ["15/11/2026", "1", None],
    ]
    said = reading(listed(lines))
    assert (said.received, said.refused, len(rows(said)[0].numbers)) == (9, 8, 1)
    assert [(place, reason) for place, _, reason, _ in said.told] == [
        ("'Danh sách'!C6", "DUPLICATE_ITEM"),
        ("'Danh sách'!C7", "UNKNOWN_ITEM"),
        ("'Danh sách'!A8", "NOT_A_PERIOD"),
        ("'Danh sách'!C9", "AMBIGUOUS_NUMBER"),
        ("'Danh sách'!C10", "FORMULA"),
        ("'Danh sách'!D11", "NOT_A_CHOICE"),
        ("'Danh sách'!E12", "STATUS_CONTRADICTS_VALUE"),
        ("'Danh sách'!E13", "STATUS_CONTRADICTS_VALUE"),
    ]


def test_a_short_file_goes_back_whole_and_marked() -> None:
    sent = listed([["19/11/2026", "1", "nhiều"], ["18/11/2026", "1", 5]])
    said = reading(sent)
    wrong = [(place, why) for place, _, _, why in said.told]
    book = load_workbook(BytesIO(give_back(sent, said, {}, wrong, "vi")))
    cells = [cell for row in book.worksheets[1].iter_rows() for cell in row if cell.fill == WRONG]
    assert [cell.coordinate for cell in cells] == ["C5"]
    assert "không phải là số" in str(cells[0].comment)


def long(lines: Lines) -> bytes:
    """As a system would write it: the list comes first, and the hidden sheet is copied."""
    given, out = load_workbook(BytesIO(drawn())), Workbook(write_only=True)
    sheet = out.create_sheet("Danh sách")
    sheet.append(["Kỳ", "Mã chỉ tiêu", "Giá trị", "Trạng thái", "Ghi chú"])
    for line in lines:
        sheet.append(list(line))
    hidden = out.create_sheet("_saola")
    for row in given["_saola"].iter_rows(values_only=True):
        hidden.append(list(row))
    file = BytesIO()
    out.save(file)
    return file.getvalue()


def test_of_a_long_list_only_the_wrong_lines_go_back_and_can_be_sent_again() -> None:
    days = [date.fromordinal(date(2000, 1, 1).toordinal() + n) for n in range(6000)]
    lines: list[list[object]] = [[day, "2.1", 1204.5] for day in days]
    lines[17][1] = "99"
    lines[4000][2] = "12a"
    sent = long(lines)
    said = reading(sent)
    assert (said.received, said.refused, [len(part.numbers) for part in rows(said)]) == (
        6000, 2, [5000, 998],
    )  # fmt: skip
    late = {"1": {str(days[5999]): ("NOT_OBLIGED", "Không có nghĩa vụ.")}}

    back = give_back(sent, said, late, [], "vi")

    sheet = load_workbook(BytesIO(back)).worksheets[0]
    assert [row[1:4] + row[5:] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ("99", 1204.5, None, "Biểu không có dòng “99”."),
        ("2.1", "12a", None, "Dòng “2.1”: “12a” không phải là số."),
        ("2.1", 1204.5, None, "Không có nghĩa vụ."),
    ]
    mended = changed(back, lambda book: book.worksheets[0].__setitem__("B2", "1"))
    again = reading(changed(mended, lambda book: book.worksheets[0].__setitem__("C2", 5)))
    assert (again.received, again.refused) == (3, 1)
    assert read(back)[1] == []


def test_a_list_has_so_many_lines_at_most() -> None:
    line = Line("1", Cell("C5", "5"), Cell("D5"), Cell("E5"))
    entry = Entry(5, Cell("A5", "2026-11-19"), line)
    assert MOST_LINES == 100_000
    assert (
        judge_list(Items(BY_CODE), PeriodType.DAY, repeat(entry, 30), "vi", most=30).received == 30
    )
    with pytest.raises(DomainError) as no:
        judge_list(Items(BY_CODE), PeriodType.DAY, repeat(entry), "vi", most=30)
    assert no.value.reason == "TOO_MANY_LINES"


def test_two_lists_keep_their_lines_apart() -> None:
    def second(book: Workbook) -> None:
        sheet = book.create_sheet("Năm 2025", 2)
        for line in (["Kỳ", "Mã", "Giá trị"], ["19/11/2025", "1", 5], ["18/11/2025", "1", "x"]):
            sheet.append(line)

    said = reading(changed(listed([["19/11/2026", "1", 5]]), second))
    [part] = rows(said)
    assert list(part.periods) == ["2026-11-19", "2025-11-19"]
    assert [said.period_place(number) for number in part.numbers] == [
        "'Danh sách'!A5", "'Năm 2025'!A2",
    ]  # fmt: skip
    assert said.told[0][0] == "'Năm 2025'!C3"
