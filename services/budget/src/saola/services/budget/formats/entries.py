"""The treasury's lists of entries: CSV or XLSX in, lines out. It runs in a worker process."""

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from saola.kit.words import fold
from saola.services.budget.domain.imports import COLUMNS, OPTIONAL, Line, NotATreasuryFile

MOST_ROWS: Final = 100_000
MOST_BYTES: Final = 50 << 20
MOST_UNPACKED: Final = 400 << 20
MOST_PARTS: Final = 500
MOST_HEAD: Final = 30  # rows of titles above the header
LONGEST_CELL: Final = 1000
BROKEN: Final = (
    AttributeError,
    BadZipFile,
    DefusedXmlException,
    EOFError,
    IndexError,
    InvalidFileException,
    KeyError,
    NotImplementedError,
    OSError,
    ParseError,
    TypeError,
    ValueError,
    zlib.error,
)
Cells = Sequence[str]


def read(data: bytes) -> list[Line]:
    """The rows of a list, whichever of the two it is, wherever its columns stand."""
    if len(data) > MOST_BYTES:
        raise NotATreasuryFile(field="")
    try:
        return _lines(_workbook(data) if data.startswith(b"PK") else _text(data))
    except (*BROKEN, csv.Error) as error:
        raise NotATreasuryFile(field="") from error


def _lines(rows: Iterable[tuple[int, Cells]]) -> list[Line]:
    places: Mapping[str, int] = {}
    missing, found = "day", list[Line]()
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not places:
            places, missing = _places(cells, missing)
            if not places and number > MOST_HEAD:
                break
            continue
        if len(found) == MOST_ROWS:
            raise NotATreasuryFile(field="")
        said = {
            column: cells[place][:LONGEST_CELL] if place < len(cells) else ""
            for column, place in places.items()
        }
        found.append(Line(number, dict.fromkeys(COLUMNS, "") | said))
    if not places:
        raise NotATreasuryFile(field=missing)
    return found


def _places(cells: Cells, missing: str) -> tuple[Mapping[str, int], str]:
    """Which column stands where, if this row is the header; else which one it lacks first."""
    names = [fold(cell) for cell in cells]
    places = dict[str, int]()
    for column, known in COLUMNS.items():
        at = [place for place, name in enumerate(names) if name in known]
        if len(at) > 1 or (not at and column not in OPTIONAL):
            return {}, column if places else missing
        if at:
            places[column] = at[0]
    return places, ""


def _text(data: bytes) -> Iterator[tuple[int, Cells]]:
    text = data.decode("utf-8-sig")
    if "\0" in text:
        raise NotATreasuryFile(field="")
    csv.field_size_limit(LONGEST_CELL * 10)
    head = "\n".join(text.split("\n", MOST_HEAD)[:MOST_HEAD])
    marks = {mark: head.count(mark) for mark in (";", ",", "\t")}
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(marks, key=lambda one: marks[one]), strict=True
    )
    for row in reader:
        yield reader.line_num, row


def _workbook(data: bytes) -> Iterator[tuple[int, Cells]]:
    with ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
            raise NotATreasuryFile(field="")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
        yield number, [_cell(value) for value in row]


def _cell(value: Any) -> str:  # whatever openpyxl makes of a cell
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | bool | int):
        return str(value)
    try:
        number = Decimal(repr(value))
    except InvalidOperation:
        return str(value)
    return f"{number:f}" if number % 1 else f"{number.to_integral_value():f}"
