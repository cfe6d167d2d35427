"""A workbook that strangers send: opened with care, and read row by row as a stream."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname

from saola.kit.numbers import plain
from saola.services.warehouse.domain.tables import ColumnTwice
from saola.services.warehouse.domain.workbooks import (
    Cell,
    ForeignWorkbook,
    Line,
    NotAWorkbook,
    Origin,
    UnsafeWorkbook,
)
from saola.services.warehouse.formats.forms import HEADS, HIDDEN, checksum
from saola.services.warehouse.formats.heads import REPORT, Words
from saola.sheets import workbooks

MOST_HEAD: Final = 60  # rows above the first line
MOST_COLUMNS: Final = 100
LITERAL: Final = re.compile(r'"[^"]*"|\\.')  # what a number format shows as it is


def opened(file: bytes, *, stream: bool) -> Workbook:
    """The workbook, if it is one and harmless; as a `stream` it can only be read, row by row."""
    with carefully():
        return workbooks.opened(file, stream=stream)


@contextmanager
def carefully() -> Iterator[None]:
    """What is no workbook, or a harmful one, is refused in our words, wherever it shows."""
    try:
        with workbooks.carefully():
            yield
    except workbooks.UnsafeWorkbook as error:
        raise UnsafeWorkbook from error
    except workbooks.NotAWorkbook as error:
        raise NotAWorkbook from error


def origin_of(book: Workbook) -> Origin:
    if HIDDEN not in book.sheetnames:
        raise NotAWorkbook
    rows = book[HIDDEN].iter_rows(max_row=20, max_col=2, values_only=True)
    facts = {str(name): str(fact) for name, fact in rows if name}
    try:
        given: dict[str, Any] = {field.name: facts[field.name] for field in fields(Origin)}
        origin = Origin(**given | {"version": int(facts["version"])})
    except (KeyError, ValueError) as error:
        raise ForeignWorkbook(field="origin") from error
    if facts.get("checksum") != checksum(origin) or origin.language not in HEADS:
        raise ForeignWorkbook(field="checksum")
    return origin


class Table:
    """A sheet with heads: a list if one of them is the period, else the report of a form."""

    def __init__(
        self,
        sheet: Any,  # one of openpyxl's kinds of sheets
        *,
        first: bool,
        words: Words = REPORT,
    ) -> None:
        self._sheet, self._twice, self._words = sheet, "", words
        self.heads = list[str]()
        self._prefix = "" if first else f"{quote_sheetname(sheet.title)}!"
        self._head, self.columns = self._find()
        self.is_list = "period" in self.columns

    def _find(self) -> tuple[int, Mapping[str, int]]:
        """The row of the heads, and where each stands in it."""
        rows = self._sheet.iter_rows(max_row=MOST_HEAD, max_col=MOST_COLUMNS)
        for number, row in enumerate(rows, 1):
            heads = [text_of(cell.value) for cell in row]
            names = [self._words.columns.get(head.casefold(), "") for head in heads]
            if {*self._words.needed} <= {*names}:
                self.heads = heads
                columns = {name: column for column, name in enumerate(names) if name}
                twice = (heads[at] for name, at in columns.items() if names.count(name) > 1)
                self._twice = next(twice, "")
                return number, columns
        return 0, {}

    def place(self, name: str, number: int) -> str:
        column = self.columns.get(name, self.columns["value"])
        return f"{self._prefix}{get_column_letter(column + 1)}{number}"

    def lines(self) -> Iterator[tuple[int, Cell, Line]]:
        """Each row below the heads, with its number and its period. A code that is computed is
        none of the form."""
        for number, cells in self.cells():
            nothing = Cell(self.place("value", number))
            code = cells["code"]
            line = Line(
                "=" if code.formula else code.text,
                cells["value"],
                cells.get("status", nothing),
                cells.get("note", nothing),
            )
            yield number, cells.get("period", nothing), line

    def cells(self) -> Iterator[tuple[int, Mapping[str, Cell]]]:
        """The same by the names of its columns, as they came."""
        if self._twice:
            raise ColumnTwice(column=self._twice)
        below, last = self._head + 1, max(self.columns.values()) + 1
        for number, row in enumerate(self._sheet.iter_rows(min_row=below, max_col=last), below):
            yield number, {name: self._cell(row, name, number) for name in self.columns}

    def _cell(self, row: Sequence[Any], name: str, number: int) -> Cell:
        place, column = self.place(name, number), self.columns[name]
        if column >= len(row):
            return Cell(place)
        cell = row[column]
        if cell.data_type in {"f", "e"}:  # an error is what came of a formula
            return Cell(place, formula=True)
        return Cell(place, _shown(cell), typed=isinstance(cell.value, str))


def tables(book: Workbook) -> Iterator[Table]:
    """The sheets that people see and that have heads; the first must."""
    first = True
    for sheet in book.worksheets:
        if sheet.title.startswith("_"):
            continue
        table = Table(sheet, first=first)
        if table.columns:
            yield table
        elif first:
            raise ForeignWorkbook(field="columns")
        first = False
    if first:
        raise NotAWorkbook


def _shown(cell: Any) -> str:  # one of openpyxl's kinds of cells
    """As `text_of` says; a percentage as people see it: of 12 % Excel holds 0.12."""
    text = text_of(cell.value)
    if cell.data_type == "n" and text and "%" in LITERAL.sub("", cell.number_format):
        return f"{plain(Decimal(text) * 100)}%"
    return text


def text_of(value: object) -> str:
    """As systems write what Excel holds; what somebody has typed as it is."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():  # unless no-float: that is how Excel holds numbers
            return f"{Decimal(f'{value:.15g}'):f}"  # as many digits as Excel keeps
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()
