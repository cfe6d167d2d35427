"""Tables as files: CSV and XLSX. It runs in a worker process."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as Written
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from saola.sheets.cells import shown
from saola.sheets.texts import MARK

Cell = str | int | Decimal | None
WIDEST: Final = 60


@dataclass(frozen=True)
class Table:
    """`notes` stand above it: what it shows, of when, and as it was known when."""

    title: str
    notes: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def written(table: Table, kind: str) -> bytes:
    return xlsx(table) if kind == "xlsx" else comma_separated(table)


def comma_separated(table: Table) -> bytes:
    """RFC 4180, numbers as systems write them. A text never begins a formula in Excel."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.head)
    for row in table.rows:
        writer.writerow([shown(cell) if isinstance(cell, str) else cell for cell in row])
    return (MARK + text.getvalue()).encode()


def xlsx(table: Table) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for column, name in enumerate(table.head):
        longest = max([len(name), *(len(str(row[column] or "")) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(longest + 3, WIDEST)
    sheet.freeze_panes = f"A{len(table.notes) + 3}"
    sheet.append([_text(sheet, table.title, bold=True)])
    for note in table.notes:
        sheet.append([_text(sheet, note)])
    sheet.append([_text(sheet, name, bold=True) for name in table.head])
    for row in table.rows:
        sheet.append([_text(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _text(sheet: WriteOnlyWorksheet, value: str, *, bold: bool = False) -> Written:
    """A text, and never a formula, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    cell.font = Font(bold=bold)
    return cell
