"""A table in plain text (CSV) that strangers send: its code, its separators, heads and rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from openpyxl.utils import get_column_letter

from saola.services.warehouse.domain.lists import MOST_LINES, TooManyLines
from saola.services.warehouse.domain.tables import (
    ColumnsMissing,
    ColumnTwice,
    NotATable,
    NotUnicode,
)
from saola.services.warehouse.domain.workbooks import Cell, Line
from saola.services.warehouse.formats.heads import REPORT, Words
from saola.services.warehouse.formats.sheets import MOST_COLUMNS, MOST_HEAD
from saola.sheets import texts
from saola.sheets.cells import is_computed, meant
from saola.sheets.texts import Record

MOST_RECORDS: Final = 1 << 20  # as many as a spreadsheet has rows


class Heads(NamedTuple):
    """Where the heads stand, and what was found there; `columns` is where each of ours is."""

    row: int
    delimiter: str
    cells: Sequence[str]
    columns: Mapping[str, int]


class Table:
    """The rows below its heads: the report of a period, or a list if they say their periods."""

    def __init__(self, file: bytes, words: Words = REPORT) -> None:
        self._file, self._words = file, words
        self.heads = self._find()
        self.columns = self.heads.columns
        self.is_list = "period" in self.columns
        value = self.heads.cells[self.columns["value"]]
        self.language = "en" if _folded(value) in words.english else "vi"

    def _find(self) -> Heads:
        """By the separator that tells them apart. What is needed, and what else is ours, must be
        there once."""
        words, best, cells = self._words, set[str](), 0
        for delimiter in texts.DELIMITERS:
            for number, row in self._head(delimiter):
                names = [words.columns.get(_folded(cell), "") for cell in row[:MOST_COLUMNS]]
                if {*names} >= {*words.needed}:
                    return Heads(number, delimiter, row, _once(names, row))
                best = max(best, {*names} & {*words.needed}, key=len)
                cells = max(cells, len(row))
        if not best and cells < len(words.needed):
            raise NotATable(line=1)
        missing = (words.called[name] for name in words.needed if name not in best)
        raise ColumnsMissing(columns=", ".join(missing))

    def _head(self, delimiter: str) -> Iterator[Record]:
        """What can be read of the first rows with that separator."""
        try:
            for number, row in _records(self._file, delimiter):
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
        for number, row in _records(self._file, self.heads.delimiter):
            if number > MOST_RECORDS:
                raise TooManyLines(most=MOST_LINES)
            if number > self.heads.row and any(row):
                yield number, row

    def lines(self) -> Iterator[tuple[int, Cell, Line]]:
        """Each row below the heads, with its number and its period."""
        value = self.place("value", 0)[:-1]
        for number, cells, surplus in self.cells():
            nothing = Cell(f"{value}{number}")
            line = Line(
                cells["code"].text,
                cells["value"],
                cells.get("status", nothing),
                cells.get("note", nothing),
                surplus,
            )
            yield number, cells.get("period", nothing), line

    def cells(self) -> Iterator[tuple[int, Mapping[str, Cell], str]]:
        """The same by the names of its columns, and the place of what stands right of all heads."""
        width = len(self.heads.cells)
        places = [(name, self.place(name, 0)[:-1], at) for name, at in self.columns.items()]
        for number, row in self.records():
            cells = {name: _cell(row, at, f"{letter}{number}") for name, letter, at in places}
            yield number, cells, _surplus(row, width, number) if len(row) > width else ""


def _surplus(row: Sequence[str], width: int, number: int) -> str:
    """The place of the first cell right of all heads that says anything."""
    over = next((at for at in range(width, len(row)) if row[at].strip()), 0)
    return f"{get_column_letter(over + 1)}{number}" if over else ""


def _cell(row: Sequence[str], column: int, place: str) -> Cell:
    text = row[column].strip() if column < len(row) else ""
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
    return cell.strip().casefold()


def _records(file: bytes, delimiter: str) -> Iterator[Record]:
    try:
        yield from texts.records(file, delimiter)
    except texts.NotUnicode as error:
        raise NotUnicode(line=error.line) from error
    except texts.NotAText as error:
        raise NotATable(line=error.line) from error
