"""A workbook that comes back: what its cells say, and the same workbook with wrong cells marked."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from saola.services.warehouse.domain.bulk import TooManyRows
from saola.services.warehouse.domain.workbooks import (
    Cell,
    ForeignWorkbook,
    Line,
    NotAWorkbook,
    Origin,
    UnsafeWorkbook,
)
from saola.services.warehouse.formats.forms import HEADS, HIDDEN, INPUT, LISTS, checksum

MOST_BYTES: Final = 50 << 20  # unpacked
MOST_PARTS: Final = 500
MOST_ROWS: Final = 5000
MOST_HEAD: Final = 60  # rows above the first line
MOST_COLUMNS: Final = 100
WRONG: Final = PatternFill("solid", "FFC7CE")
AUTHOR: Final = "Saola"
BROKEN = (
    AttributeError,
    BadZipFile,
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
NAMES: Final = ("code", "", "", "value", "status", "note")
COLUMNS: Final = {
    word.casefold(): name
    for heads in HEADS.values()
    for word, name in zip(heads, NAMES, strict=True)
    if name
}


def read(file: bytes) -> tuple[Origin, list[Line]]:
    """For what the workbook was drawn up, and its lines: wherever rows and columns were moved."""
    book = _open(file)
    origin = _origin(book)
    return origin, list(_lines(_sheet(book)))


def mark(file: bytes, flaws: Sequence[tuple[str, str]]) -> bytes:
    """The same workbook; each wrong cell is red, and its comment says why. `flaws` are the places
    of cells and the sentences. What an earlier answer has marked is marked no more."""
    book = _open(file)
    sheet = _sheet(book)
    for line in _lines(sheet):
        for cell in (line.value, line.status, line.note):
            if sheet[cell.place].comment:
                sheet[cell.place].comment, sheet[cell.place].fill = None, INPUT
    for place, sentence in flaws:
        cell = sheet[place]
        cell.fill = WRONG
        cell.comment = Comment(sentence, AUTHOR, height=90, width=300)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _open(file: bytes) -> Workbook:
    try:
        with ZipFile(BytesIO(file)) as archive:
            parts = archive.infolist()
            names = {part.filename.casefold() for part in parts}
            if "xl/workbook.xml" not in names:
                raise NotAWorkbook
            big = sum(part.file_size for part in parts) > MOST_BYTES or len(parts) > MOST_PARTS
            types = archive.read("[Content_Types].xml") if not big else b""
            if big or b"macroEnabled" in types or any("vba" in name for name in names):
                raise UnsafeWorkbook
        return load_workbook(BytesIO(file), rich_text=False, keep_links=False)
    except BROKEN as error:
        causes = (error, error.__cause__, error.__context__)  # openpyxl tells it in its own words
        harmful = any(isinstance(cause, DefusedXmlException) for cause in causes)
        raise (UnsafeWorkbook if harmful else NotAWorkbook) from error


def _origin(book: Workbook) -> Origin:
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


def _sheet(book: Workbook) -> Worksheet:
    for sheet in book.worksheets:
        if sheet.title not in {HIDDEN, LISTS}:
            return sheet
    raise NotAWorkbook


def _lines(sheet: Worksheet) -> Iterator[Line]:
    if sheet.max_row > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    columns: dict[str, int] = {}
    for number, row in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, MOST_COLUMNS)), 1):
        if not columns:
            if number > MOST_HEAD:
                break
            columns = _columns(row)
        elif code := _text(row[columns["code"]].value):
            cells = {name: _cell(row[column]) for name, column in columns.items() if name != "code"}
            nothing = Cell(cells["value"].place)
            yield Line(
                code, cells["value"], cells.get("status", nothing), cells.get("note", nothing)
            )
    if not columns:
        raise ForeignWorkbook(field="columns")


def _columns(row: Sequence[Any]) -> dict[str, int]:
    """Where the heads stand, if this is their row."""
    found = {
        name: column
        for column, cell in enumerate(row)
        if (name := COLUMNS.get(_text(cell.value).casefold()))
    }
    return found if {"code", "value"} <= found.keys() else {}


def _cell(cell: Any) -> Cell:  # one of openpyxl's kinds of cells
    place, value = str(cell.coordinate), cell.value
    if cell.data_type in {"f", "e"}:  # an error is what came of a formula
        return Cell(place, formula=True)
    return Cell(place, _text(value), typed=isinstance(value, str))


def _text(value: object) -> str:
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
