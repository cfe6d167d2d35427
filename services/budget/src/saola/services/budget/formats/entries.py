"""The treasury's lists of entries: CSV or XLSX in, lines out. It runs in a worker process."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

from saola.kit.words import fold
from saola.services.budget.domain.imports import COLUMNS, OPTIONAL, Line, NotATreasuryFile
from saola.sheets import texts, workbooks

MOST_ROWS: Final = 100_000
MOST_BYTES: Final = 50 << 20
MOST_HEAD: Final = 30  # rows of titles above the header
LONGEST_CELL: Final = 1000
Cells = Sequence[str]


def read(data: bytes) -> list[Line]:
    """The rows of a list, whichever of the two it is, wherever its columns stand."""
    if len(data) > MOST_BYTES:
        raise NotATreasuryFile(field="")
    try:
        return _lines(_workbook(data) if data.startswith(b"PK") else _text(data))
    except (workbooks.NotAWorkbook, workbooks.UnsafeWorkbook, texts.NotAText) as error:
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
    head = "".join(islice(texts.lines(data), MOST_HEAD))
    return texts.records(data, max(texts.DELIMITERS, key=head.count))


def _workbook(data: bytes) -> Iterator[tuple[int, Cells]]:
    book = workbooks.opened(data, stream=True, computed=True)
    with workbooks.carefully():
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
