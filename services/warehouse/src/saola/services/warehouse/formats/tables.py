"""A table in plain text (CSV) that strangers send: its code, its separators, heads and rows."""

import codecs
import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, TextIOWrapper
from typing import Final, NamedTuple

from openpyxl.utils import get_column_letter

from saola.services.warehouse.domain.lists import MOST_LINES, TooManyLines
from saola.services.warehouse.domain.tables import (
    HEADS,
    ColumnsMissing,
    ColumnTwice,
    NotATable,
    NotUnicode,
    is_computed,
    meant,
)
from saola.services.warehouse.domain.workbooks import Cell, Line
from saola.services.warehouse.formats.lists import LIST_HEADS
from saola.services.warehouse.formats.sheets import COLUMNS, MOST_COLUMNS, MOST_HEAD

DELIMITERS: Final = (";", ",", "\t")
MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
PLAIN: Final = "utf-8"
UTF_8: Final = {PLAIN, MARKS[codecs.BOM_UTF8]}
MOST_RECORDS: Final = 1 << 20  # as many as a spreadsheet has rows
NEEDED: Final = ("code", "value")
ENGLISH: Final = {head.casefold() for head in LIST_HEADS["en"]}
Record = tuple[int, Sequence[str]]


class Heads(NamedTuple):
    """Where the heads stand, and what was found there; `columns` is where each of ours is."""

    row: int
    delimiter: str
    cells: Sequence[str]
    columns: Mapping[str, int]


class Table:
    """The rows below its heads: the report of a period, or a list if they say their periods."""

    def __init__(self, file: bytes) -> None:
        self._file, self.encoding = file, _encoding(file)
        self.heads = self._find()
        self.columns = self.heads.columns
        self.is_list = "period" in self.columns
        value = self.heads.cells[self.columns["value"]]
        self.language = "en" if _folded(value) in ENGLISH else "vi"

    def _find(self) -> Heads:
        """By the separator that tells them apart. What is needed, and what else is ours, must be
        there once."""
        best, cells = set[str](), 0
        for delimiter in DELIMITERS:
            for number, row in self._head(delimiter):
                names = [COLUMNS.get(_folded(cell), "") for cell in row[:MOST_COLUMNS]]
                if {*names} >= {*NEEDED}:
                    return Heads(number, delimiter, row, _once(names, row))
                best, cells = max(best, {*names} & {*NEEDED}, key=len), max(cells, len(row))
        if not best and cells < len(NEEDED):
            raise NotATable(line=1)
        raise ColumnsMissing(columns=", ".join(HEADS[name] for name in NEEDED if name not in best))

    def _head(self, delimiter: str) -> Iterator[Record]:
        """What can be read of the first rows with that separator."""
        try:
            for number, row in _records(self._file, self.encoding, delimiter):
                if number > MOST_HEAD:
                    return
                yield number, row
        except NotATable:
            return

    def place(self, name: str, number: int) -> str:
        column = self.columns.get(name, self.columns["value"])
        return f"{get_column_letter(column + 1)}{number}"

    def records(self) -> Iterator[Record]:
        """Each row below the heads that says anything, as it came."""
        for number, row in _records(self._file, self.encoding, self.heads.delimiter):
            if number > MOST_RECORDS:
                raise TooManyLines(most=MOST_LINES)
            if number > self.heads.row and any(row):
                yield number, row

    def lines(self) -> Iterator[tuple[int, Cell, Line]]:
        """Each row below the heads, with its number and its period."""
        width = len(self.heads.cells)
        for number, row in self.records():
            cells = {name: self._cell(row, name, number) for name in self.columns}
            nothing = Cell(self.place("value", number))
            over = next((at for at in range(width, len(row)) if row[at].strip()), 0)
            line = Line(
                cells["code"].text,
                cells["value"],
                cells.get("status", nothing),
                cells.get("note", nothing),
                f"{get_column_letter(over + 1)}{number}" if over else "",
            )
            yield number, cells.get("period", nothing), line

    def _cell(self, row: Sequence[str], name: str, number: int) -> Cell:
        place, column = self.place(name, number), self.columns[name]
        text = unicodedata.normalize("NFC", row[column].strip()) if column < len(row) else ""
        if is_computed(text):
            return Cell(place, formula=True)
        return Cell(place, meant(text), typed=True)


def _once(names: Sequence[str], row: Sequence[str]) -> Mapping[str, int]:
    """Where each head of ours stands."""
    found = dict[str, int]()
    for column, name in enumerate(names):
        if name and name in found:
            raise ColumnTwice(column=row[column].strip())
        if name:
            found[name] = column
    return found


def _folded(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip().casefold()


def _encoding(file: bytes) -> str:
    """By its mark; without one, UTF-16 shows by the noughts in its first letter."""
    for mark, name in MARKS.items():
        if file.startswith(mark):
            return name
    if file[:1] != b"\0" and file[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if file[:1] == b"\0" and file[1:2] != b"\0" else PLAIN


def _records(file: bytes, encoding: str, delimiter: str) -> Iterator[Record]:
    """All rows, numbered from 1 as a spreadsheet shows them."""
    text = TextIOWrapper(BytesIO(file), encoding, newline="")
    reader = csv.reader(_texts(text), delimiter=delimiter, strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise NotATable(line=max(reader.line_num, 1)) from error
    except UnicodeDecodeError as error:
        if encoding not in UTF_8 or b"\0" in file:
            raise NotATable(line=reader.line_num + 1) from error
        raise NotUnicode(line=_first_wrong(file)) from error


def _texts(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise NotATable(line=number)
        yield line


def _first_wrong(file: bytes) -> int:
    """The line of the first letter that is none in UTF-8."""
    try:
        file.decode()
    except UnicodeDecodeError as error:
        return file.count(b"\n", 0, error.start) + 1
    return 1
