"""What a table in plain text says: the report of the period asked for, and the values of others."""

import csv
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import StringIO
from typing import NamedTuple

from saola.kit.errors import DomainError
from saola.periods.periods import PeriodType
from saola.services.warehouse.domain.bulk import TooManyRows
from saola.services.warehouse.domain.lists import Entry, Items, judge_list, written_period
from saola.services.warehouse.domain.tables import HEADS, ColumnsMissing
from saola.services.warehouse.domain.workbooks import Cell, Line
from saola.services.warehouse.formats.heads import REPORT, Words
from saola.services.warehouse.formats.submissions import MOST_ROWS, WHY, Reading, judged
from saola.services.warehouse.formats.tables import Table
from saola.sheets.cells import meant, shown
from saola.sheets.texts import MARK


class Survey(NamedTuple):
    """What a table is about: the lines of the report, the periods of its list, and the heads of
    its columns by their letters."""

    language: str
    lines: list[Line]
    periods: list[str]
    heads: dict[str, str]


def survey(file: bytes, asked: str, type: PeriodType) -> Survey:
    """`asked` is the period of the report, if there is one."""
    table = _opened(file, asked)
    is_asked, lines, periods = _asked(table, asked, type), list[Line](), dict[str, None]()
    for _, period, line in table.lines():
        if is_asked(period):
            if line.code or not line.is_empty:
                lines.append(line)
            if len(lines) > MOST_ROWS:
                raise TooManyRows(most=MOST_ROWS)
        elif written := _written(period, type):
            periods[written] = None
    heads = {table.place(name, 0)[:-1]: table.heads.cells[at] for name, at in table.columns.items()}
    return Survey(table.language, lines, list(periods), heads)


def read_list(file: bytes, asked: str, type: PeriodType, items: Items, language: str) -> Reading:
    """The lines that are not of the report, judged; sentences are in `language`."""
    table = _opened(file, asked)
    entries = _entries(table, _asked(table, asked, type))
    verdict = judge_list(items, type, entries, table.language)
    return judged(verdict, [table.place("period", 0)[:-1]], type, table.language, language)


def wrong_rows(file: bytes, why: Mapping[int, str], language: str, words: Words = REPORT) -> bytes:
    """A table of only those rows that were not taken, each with the reason: what is mended in it
    can be sent as it is. `why` is by the number of the row."""
    table, out = Table(file, words), StringIO()
    heads, reasons = list(table.heads.cells), set(WHY.values())
    at = next((place for place, head in enumerate(heads) if head in reasons), len(heads))
    after = at + (at < len(heads))  # what stands right of all heads stays
    writer = csv.writer(out, delimiter=table.heads.delimiter)
    writer.writerow([*heads[:at], WHY[language], *heads[after:]])
    for number, row in table.records():
        if number in why:
            cells = [shown(meant(cell)) for cell in row]
            cells += [""] * (at - len(cells))
            writer.writerow([*cells[:at], why[number], *cells[after:]])
    return (MARK + out.getvalue()).encode()


def _opened(file: bytes, asked: str) -> Table:
    table = Table(file)
    if not asked and not table.is_list:
        raise ColumnsMissing(columns=HEADS["period"])
    return table


def _entries(table: Table, is_asked: Callable[[Cell], bool]) -> Iterator[Entry]:
    for number, period, line in table.lines():
        if not is_asked(period):
            yield Entry(number, period, line)


def _asked(table: Table, asked: str, type: PeriodType) -> Callable[[Cell], bool]:
    """Whether a line is of the report."""
    if not table.is_list:
        return lambda _: True

    @cache
    def written(text: str) -> str:
        return _written(Cell("", text), type)

    return lambda cell: bool(asked) and not cell.formula and written(cell.text) == asked


def _written(cell: Cell, type: PeriodType) -> str:
    """As systems write it; nothing where it is none."""
    try:
        return written_period(cell, type)
    except DomainError:
        return ""
