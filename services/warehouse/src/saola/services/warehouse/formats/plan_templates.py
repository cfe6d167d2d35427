"""A file of plans, drawn up to be filled in: a workbook, or a table in plain text."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from saola.kit.numbers import plain
from saola.services.warehouse.domain.lists import spoken_period
from saola.services.warehouse.domain.plan_templates import Line
from saola.services.warehouse.domain.workbooks import Cell
from saola.services.warehouse.formats.blanks import DELIMITERS
from saola.services.warehouse.formats.forms import EXACT
from saola.services.warehouse.formats.plan_heads import HEADS, NAMES
from saola.services.warehouse.formats.styles import EDGE, HEAD, INPUT
from saola.services.warehouse.formats.submissions import WHY, again
from saola.sheets.cells import shown
from saola.sheets.texts import MARK

FILLED_IN: Final = (6, 7)  # value and source
TITLES: Final = {"vi": "Kế hoạch", "en": "Plans"}
HELP: Final = {
    "vi": "Nhập vào các ô màu vàng. Dòng để trống cột Kế hoạch được bỏ qua; ghi “thu hồi” để thu "
    "hồi kế hoạch. Giữ nguyên cột Phiên bản. Không chèn công thức.",
    "en": "Fill in the yellow cells. Lines without a plan are passed over; write “take back” to "
    "take a plan back. Leave the versions as they are. Enter no formulas.",
}
WIDTHS: Final = (16, 40, 14, 14, 36, 16, 18, 44, 12, 60)
Lines = Iterable[Sequence[Cell]]


def drawn(lines: Iterable[Line], language: str, *, plain: bool) -> bytes:
    """A file to be filled in, with what is planned so far."""
    return (_table if plain else workbook)(cells(lines, language), language)


def cells(lines: Iterable[Line], language: str) -> Iterator[Sequence[Cell]]:
    """The lines of a file that is drawn up."""
    for indicator, agency, period, held in lines:
        title = indicator.title_en if language == "en" else ""
        texts = (
            *(indicator.code, title or indicator.title_vi, indicator.unit),
            *(agency.code, agency.title, spoken_period(period, language)),
        )
        value = held.value if held else None
        yield [
            *(Cell("", text, typed=True) for text in texts),
            Cell("-") if value is None else _number(value, language),
            Cell("", held.source if held else "", typed=True),
            Cell("", held.etag.strip('"') if held else "", typed=True),
        ]


def workbook(lines: Lines, language: str, why: str = "") -> bytes:
    """`why` is the language of the reasons, where each line ends with one."""
    names = [*HEADS[language], *([WHY[why]] if why else ())]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(TITLES[language])
    for letter, width in zip("ABCDEFGHIJ", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A3"
    sheet.append([_text(sheet, HELP[language], Font(italic=True))])
    heads = [_text(sheet, head, Font(bold=True)) for head in names]
    for head in heads:
        head.fill, head.border = HEAD, EDGE
    sheet.append(heads)
    for line in lines:
        drawn = [again(sheet, cell, "!") for cell in line]
        for at in FILLED_IN:
            drawn[at].fill, drawn[at].border = INPUT, EDGE
        drawn[NAMES.index("period")].number_format = "@"  # so that Excel makes no day of it
        sheet.append(drawn)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _table(lines: Lines, language: str) -> bytes:
    out = StringIO()
    writer = csv.writer(out, delimiter=DELIMITERS[language])
    writer.writerow(HEADS[language])
    for line in lines:
        writer.writerow(shown(_typed(cell, language)) for cell in line)
    return (MARK + out.getvalue()).encode()


def _number(value: Decimal, language: str) -> Cell:
    """As a spreadsheet holds it; as people type it, where that would lose digits."""
    if len(value.as_tuple().digits) <= EXACT:
        return Cell("-", plain(value))
    return Cell("", _typed(Cell("", plain(value)), language), typed=True)


def _typed(cell: Cell, language: str) -> str:
    """A number as people type it."""
    return cell.text if cell.typed or language == "en" else cell.text.replace(".", ",")


def _text(sheet: Any, text: str, font: Font) -> Any:  # openpyxl's cell of a sheet only to write
    cell: Any = WriteOnlyCell(sheet, value=text)
    cell.font = font
    return cell
