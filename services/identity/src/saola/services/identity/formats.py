"""The directory in files: CSV in, rows out. It runs in a worker process."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from saola.services.identity.domain.imports import COLUMNS, OPTIONAL, Line, NotADirectoryFile

MOST_ROWS: Final = 100_000
MOST_BYTES: Final = 50 << 20
LONGEST_CELL: Final = 10_000


def agencies(data: bytes) -> list[Line]:
    """The rows of a file (RFC 4180; UTF-8 with or without a mark, comma or semicolon)."""
    if len(data) > MOST_BYTES:
        raise NotADirectoryFile(column="")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotADirectoryFile(column="") from error
    csv.field_size_limit(LONGEST_CELL)
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=";" if head.count(";") > head.count(",") else ",",
        strict=True,
    )
    try:
        places = _places(next(reader, []))
        lines: list[Line] = []
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(lines) == MOST_ROWS:
                raise NotADirectoryFile(column="")
            lines.append(_line(reader.line_num, row, places))
    except csv.Error as error:
        raise NotADirectoryFile(column="") from error
    return lines


def _places(header: Sequence[str]) -> dict[str, int]:
    """Which column stands where. Others may be there too; a known one only once."""
    names = [name.strip().casefold() for name in header]
    for column in COLUMNS:
        found = names.count(column)
        if found > 1 or (found == 0 and column not in OPTIONAL):
            raise NotADirectoryFile(column=column)
    return {column: names.index(column) for column in COLUMNS if column in names}


def _line(number: int, row: Sequence[str], places: dict[str, int]) -> Line:
    cells = {
        column: row[place].strip() if place < len(row) else "" for column, place in places.items()
    }
    return Line(number, **cells)
