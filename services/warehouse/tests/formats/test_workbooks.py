"""Workbooks: drawn up, filled in by people as people do, read, and marked."""

import random
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from saola.kit.errors import DomainError
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.domain.workbooks import Flaw, Line, Origin, judge_lines
from saola.services.warehouse.formats.forms import FIRST, Template, render
from saola.services.warehouse.formats.styles import WRONG
from saola.services.warehouse.formats.submissions import mark, read

ITEMS = (
    Item("1", "Số ca", ValueType.INTEGER, unit="ca", required=True, minimum="0", maximum="999999"),
    Item("2.1", "Tỷ lệ", ValueType.DECIMAL, decimals=2),
    Item("3", "Ghi chú", ValueType.TEXT, longest=20),
    Item("4", "Đã họp", ValueType.BOOLEAN),
    Item("5", "Ngày họp", ValueType.DATE),
    Item("6", "Cấp", ValueType.CHOICE, choices=("Cấp I, vùng thấp", "Cấp II")),
    Item("07", "Số tiền", ValueType.DECIMAL, decimals=6, maximum="999999999999999999"),
)
BY_CODE = {item.code: item for item in ITEMS}
ORIGIN = Origin("forms/1", "agencies/2", "2026-11-20", 2, "vi")
SAID = {
    "1": Judged(Status.ESTIMATED, "1204", Decimal(1204)),
    "2.1": Judged(Status.VALUE, "80.5", Decimal("80.5")),
    "3": Judged(Status.VALUE, "=1+1"),
    "4": Judged(Status.VALUE, "false"),
    "5": Judged(Status.VALUE, "2026-11-19"),
    "6": Judged(Status.VALUE, "Cấp I, vùng thấp", note="Theo QĐ 18"),
    "07": Judged(Status.VALUE, "123456789012345678.123456", Decimal("123456789012345678.123456")),
}


def drawn(said: dict[str, Judged] | None = None, language: str = "vi") -> bytes:
    origin = Origin(**(vars(ORIGIN) | {"language": language}))
    template = Template(
        origin, "YT-01", "Dịch bệnh", "Sở Y tế", "17:00 20/11/2026", ITEMS, said or {}
    )
    return render(template)


def changed(file: bytes, change: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(BytesIO(file))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def filled(file: bytes, cells: dict[str, object]) -> bytes:
    def fill(book: Workbook) -> None:
        for place, value in cells.items():
            book.worksheets[0][place] = value

    return changed(file, fill)


def judged(file: bytes) -> tuple[dict[str, Judged], list[Flaw]]:
    origin, lines = read(file)
    return judge_lines(BY_CODE, lines, origin.language)


def reasons(file: bytes) -> dict[str, str]:
    return {flaw.place: flaw.refusal.reason for flaw in judged(file)[1]}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_drawn_up_says_the_same_when_it_comes_back(language: str) -> None:
    file = drawn(SAID, language)
    origin, _ = read(file)
    assert (origin.form, origin.version, origin.language) == ("forms/1", 2, language)
    assert judged(file) == (SAID, [])


def test_an_empty_workbook_says_nothing_and_takes_back_nothing() -> None:
    assert judged(drawn()) == ({}, [])


def test_people_see_their_language_and_write_only_where_they_shall() -> None:
    book = load_workbook(BytesIO(drawn(language="en")))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[FIRST]] == [
        "Code", "Item", "Unit", "Value", "Status", "Note",
    ]  # fmt: skip
    assert sheet["B8"].value == "Số ca *"
    assert sheet.protection.sheet
    open_cells = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }
    assert open_cells == {f"{column}{row}" for column in "DEF" for row in range(8, 15)}
    assert book.worksheets[1].title == "List"
    assert {other.sheet_state for other in book.worksheets[2:]} == {"veryHidden"}
    assert {str(one.sqref) for one in sheet.data_validations.dataValidation} == {
        "E8:E14", "D11", "D13",
    }  # fmt: skip


def test_cells_are_read_as_excel_holds_them_and_as_people_type() -> None:
    cells = {
        "D8": 1204.0,
        "D9": "80,50",
        "D10": 12,
        "D11": "Có",
        "D12": datetime.fromisoformat("2026-11-19"),
        "D13": "cấp ii",
        "D14": 0.1,
        "E14": "Ước tính",
    }
    said, flaws = judged(filled(drawn(), cells))
    assert not flaws
    assert {code: one.value for code, one in said.items()} == {
        "1": "1204", "2.1": "80.5", "3": "12", "4": "true", "5": "2026-11-19", "6": "Cấp II",
        "07": "0.1",
    }  # fmt: skip
    assert said["07"].status is Status.ESTIMATED


def test_a_status_alone_says_enough() -> None:
    said, flaws = judged(filled(drawn(), {"E8": "không phát sinh", "E9": "missing"}))
    assert not flaws
    assert [one.status for one in said.values()] == [Status.NOTHING_OCCURRED, Status.MISSING]


def test_each_wrong_cell_is_told_by_its_reason() -> None:
    cells = {
        "D8": "nhiều",
        "D9": "1,204.5",
        "D10": "x" * 21,
        "D11": "có lẽ",
        "D12": "30/02/2026",
        "D13": "Cấp III",
        "D14": "=SUM(D8:D9)",
    }
    assert reasons(filled(drawn(), cells)) == {
        "D8": "NOT_A_NUMBER",
        "D9": "AMBIGUOUS_NUMBER",
        "D10": "TEXT_TOO_LONG",
        "D11": "NOT_A_BOOLEAN",
        "D12": "NOT_A_DATE",
        "D13": "NOT_A_CHOICE",
        "D14": "FORMULA",
    }
    others = {
        "D8": 1.5,
        "D9": date(2026, 5, 1),  # Excel takes 1.5 for the first of May
        "E10": "chắc vậy",
        "E11": "số 0 thật",
        "F12": "ghi chú suông",
        "D13": 6,
        "D14": True,
    }
    assert reasons(filled(drawn(), others)) == {
        "D8": "NOT_A_WHOLE_NUMBER",
        "D9": "NOT_A_NUMBER",
        "E10": "NOT_A_CHOICE",
        "D11": "STATUS_CONTRADICTS_VALUE",
        "F12": "STATUS_CONTRADICTS_VALUE",
        "D13": "NOT_A_CHOICE",
        "D14": "NOT_A_NUMBER",
    }


def test_rows_and_columns_may_be_moved_and_a_row_added() -> None:
    def move(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.move_range("A11:F14", rows=3)
        sheet.insert_cols(4)
        sheet["A11"], sheet["E11"] = "99", 5
        sheet["A12"], sheet["E12"] = "1", 6
        sheet["B13"] = "Tổng cộng"

    said, flaws = judged(changed(drawn(SAID), move))
    assert said == SAID
    assert {flaw.place: flaw.refusal.reason for flaw in flaws} == {
        "E11": "UNKNOWN_ITEM",
        "E12": "DUPLICATE_ITEM",
    }


def test_twenty_random_wrong_cells_come_back_marked_and_no_others() -> None:
    lot = random.Random(20)  # noqa: S311  # it shall be repeatable
    types = [ValueType.INTEGER, ValueType.DATE, ValueType.BOOLEAN]
    items = tuple(Item(f"{n}", f"Dòng {n}", lot.choice(types)) for n in range(200))
    good = {ValueType.INTEGER: 5, ValueType.DATE: "1/2/2026", ValueType.BOOLEAN: "có"}
    file = render(Template(ORIGIN, "X", "X", "X", "", items, {}))
    cells: dict[str, object] = {
        f"D{FIRST + 1 + row}": good[item.value_type] for row, item in enumerate(items)
    }
    broken = set(lot.sample(sorted(cells), 20))
    cells |= {place: lot.choice(["?!", "=1+1", "1.2.3", 1.5]) for place in broken}
    sent = filled(file, cells)
    _, lines = read(sent)
    _, flaws = judge_lines({item.code: item for item in items}, lines, "vi")

    marked = mark(sent, [(flaw.place, flaw.refusal.text("vi")) for flaw in flaws])

    sheet = load_workbook(BytesIO(marked)).worksheets[0]
    every = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.coordinate for cell in every if cell.comment} == broken
    assert {cell.coordinate for cell in every if cell.fill == WRONG} == broken
    mended = filled(marked, dict.fromkeys(list(broken)[:19], "không phát sinh"))
    again = mark(mended, [(max(broken), "Vẫn sai.")])
    sheet = load_workbook(BytesIO(again)).worksheets[0]
    comments = {
        cell.coordinate: cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert comments == {max(broken): "Vẫn sai."}


def archive(*names: str, size: int = 1) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        for name in names:
            zipped.writestr(name, bytes(size))
    return file.getvalue()


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "NOT_A_WORKBOOK"),
        (b"PK\x03\x04", "NOT_A_WORKBOOK"),
        (b"code;value\n1;2", "NOT_A_WORKBOOK"),
        (archive("a.txt"), "NOT_A_WORKBOOK"),
        (archive("xl/workbook.xml", "[Content_Types].xml"), "NOT_A_WORKBOOK"),
        (drawn()[:-200], "NOT_A_WORKBOOK"),
        (archive("xl/workbook.xml", size=(200 << 20) + 1), "UNSAFE_WORKBOOK"),
        (archive("xl/workbook.xml", *(f"{n}" for n in range(501))), "UNSAFE_WORKBOOK"),
        (
            archive("xl/workbook.xml", "[Content_Types].xml", "xl/vbaProject.bin"),
            "UNSAFE_WORKBOOK",
        ),
    ],
)
def test_other_files_are_refused(file: bytes, reason: str) -> None:
    with pytest.raises(DomainError) as no:
        read(file)
    assert no.value.reason == reason


def test_entities_are_never_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    out = BytesIO()
    with ZipFile(BytesIO(drawn())) as given, ZipFile(out, "w") as zipped:
        for name in given.namelist():
            zipped.writestr(name, bomb if name == "xl/workbook.xml" else given.read(name))
    with pytest.raises(DomainError) as no:
        read(out.getvalue())
    assert no.value.reason == "UNSAFE_WORKBOOK"


def test_a_workbook_of_somebody_else_is_refused() -> None:
    plain = BytesIO()
    Workbook().save(plain)

    def other_agency(book: Workbook) -> None:
        book["_saola"]["B2"] = "agencies/3"

    def no_heads(book: Workbook) -> None:
        book.worksheets[0].delete_rows(FIRST)

    for file, reason in (
        (plain.getvalue(), "NOT_A_WORKBOOK"),
        (changed(drawn(), other_agency), "FOREIGN_WORKBOOK"),
        (changed(drawn(), no_heads), "FOREIGN_WORKBOOK"),
    ):
        with pytest.raises(DomainError) as no:
            read(file)
        assert no.value.reason == reason


def test_a_workbook_has_so_many_rows_at_most() -> None:
    with pytest.raises(DomainError) as no:
        read(filled(drawn(), {"A6000": "1"}))
    assert no.value.reason == "TOO_MANY_ROWS"


def test_lines_without_a_code_are_no_lines() -> None:
    _, lines = read(filled(drawn(), {"D20": "tổng"}))
    assert [line.code for line in lines] == [item.code for item in ITEMS]
    assert all(isinstance(line, Line) and line.is_empty for line in lines)
