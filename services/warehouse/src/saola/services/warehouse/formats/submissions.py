"""A workbook that comes back: what its cells say, and the same workbook with wrong cells marked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import chain, count
from typing import Any, Final, NamedTuple

import orjson
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from saola.kit.errors import DomainError
from saola.periods.periods import PeriodType
from saola.services.warehouse.domain.bulk import Rows, TooManyRows
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.lists import Entry, Items, Verdict, judge_list, written_period
from saola.services.warehouse.domain.quarantine import Refused, Sent
from saola.services.warehouse.domain.workbooks import Cell, Line, Origin
from saola.services.warehouse.formats.forms import HIDDEN, checksum
from saola.services.warehouse.formats.lists import LIST_HEADS, LIST_TITLES
from saola.services.warehouse.formats.sheets import Table, carefully, opened, origin_of, tables
from saola.services.warehouse.formats.styles import INPUT, WRONG

MOST_ROWS: Final = 5000  # of the report of a form; and of a file that is marked in place
MOST_SHOWN: Final = 1000
SHEET: Final = 21  # bits of a number of a line that tell its row; those above tell the list
NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
AUTHOR: Final = "Saola"
WHY: Final = {"vi": "Lý do", "en": "Why"}
# Of each part of a list the periods that were refused when it was kept: the reason, its sentence.
Late = Mapping[str, Mapping[str, tuple[str, str]]]
Told = tuple[str, str, str, str]  # of a cell that was not taken: place, item, reason, sentence


class Reading(NamedTuple):
    """What the lists of a workbook say. It comes from a worker process, so it is mostly bytes:
    each of `parts` holds the columns of `Rows`, `flaws` the number of each wrong line and why."""

    received: int
    refused: int
    parts: Sequence[bytes]
    told: Sequence[Told]
    flaws: bytes
    period_places: Sequence[str]
    # The wrong lines as they came.
    wrong: Sequence[Refused] = ()

    def period_place(self, number: int) -> str:
        """The cell of the period of a line."""
        return f"{self.period_places[number >> SHEET]}{number % (1 << SHEET)}"

    def wrong_ones(self) -> Iterator[tuple[int, str, str]]:
        """The lines that are wrong in themselves: number, cell, and why."""
        yield from orjson.loads(self.flaws)

    def late(self, refused: Late) -> Iterator[tuple[int, str, str, tuple[str, str]]]:
        """The lines of periods that were refused later: number, cell, item, and why."""
        for nth, periods in refused.items():
            rows = rows_of(self.parts[int(nth)])
            for number, period, item in zip(rows.numbers, rows.periods, rows.items, strict=True):
                if period in periods:
                    yield number, self.period_place(number), item, periods[period]


def read(file: bytes) -> tuple[Origin, list[Line]]:
    """For what the workbook was drawn up, and the lines of its report: wherever rows and columns
    were moved. A workbook that begins with a list has none."""
    book = opened(file, stream=True)
    with carefully():
        origin = origin_of(book)
        table = next(tables(book))
        return origin, [] if table.is_list else list(_lines(table))


def read_lists(file: bytes, items: Mapping[str, Item], type: PeriodType, language: str) -> Reading:
    """What stands in its lists, judged; sentences are in `language`."""
    book = opened(file, stream=True)
    with carefully():
        typed_in = origin_of(book).language
        lists = [table for table in tables(book) if table.is_list]
        entries = chain.from_iterable(map(_entries, lists, count()))
        verdict = judge_list(Items(items), type, entries, typed_in)
    places = [table.place("period", 0)[:-1] for table in lists]
    return judged(verdict, places, type, typed_in, language)


def judged(
    verdict: Verdict, places: Sequence[str], type: PeriodType, typed_in: str, language: str
) -> Reading:
    """What was found, to be sent on; `places` are where the periods stand in each list."""
    told = [
        (flaw.place, flaw.item, flaw.refusal.reason, flaw.refusal.text(language))
        for _, flaw in verdict.flaws[:MOST_SHOWN]
    ]
    flaws = [(number, flaw.place, flaw.refusal.text(language)) for number, flaw in verdict.flaws]
    return Reading(
        verdict.received,
        len(verdict.flaws),
        [orjson.dumps(tuple(part)) for part in verdict.parts()],
        told,
        orjson.dumps(flaws),
        places,
        _refused(verdict, type, typed_in),
    )


def _period(cell: Cell, type: PeriodType) -> str:
    """As systems write it; as it stands there, where it is none."""
    try:
        return written_period(cell, type)
    except DomainError:
        return cell.text


def _refused(verdict: Verdict, type: PeriodType, language: str) -> list[Refused]:
    return [
        Refused(
            Sent(
                number,
                _period(entry.period, type),
                entry.line.code,
                entry.line.value.text,
                entry.line.status.text,
                entry.line.note.text,
                flaw.place,
                language if entry.line.value.typed else "",
            ),
            flaw.refusal,
        )
        for (number, flaw), entry in zip(verdict.flaws, verdict.wrong, strict=True)
    ]


def rows_of(part: bytes) -> Rows:
    return Rows(*orjson.loads(part))


def give_back(
    file: bytes, lists: Reading, late: Late, wrong: Sequence[tuple[str, str]], language: str
) -> bytes:
    """The same workbook, marked; of one with a long list only the lines that are wrong. `wrong`
    are the first of all flaws: places and sentences."""
    if lists.received <= MOST_ROWS:
        return mark(file, wrong)
    every = {number: (place, said) for number, place, said in lists.wrong_ones()}
    every |= {number: (place, why[1]) for number, place, _, why in lists.late(late)}
    return wrong_lines(file, every, language)


def mark(file: bytes, flaws: Sequence[tuple[str, str]]) -> bytes:
    """The same workbook; each wrong cell is red, and its comment says why. `flaws` are the places
    of cells and the sentences. What an earlier answer has marked is marked no more."""
    book = opened(file, stream=False)
    sheets = [sheet for sheet in book.worksheets if not sheet.title.startswith("_")]
    for cell in chain.from_iterable(row for sheet in sheets for row in sheet.iter_rows()):
        if cell.comment and cell.comment.author == AUTHOR:
            cell.comment, cell.fill = None, INPUT
    for place, sentence in flaws:
        cell = _sheet(sheets, place)[place.rpartition("!")[2]]
        cell.fill = WRONG
        cell.comment = Comment(sentence, AUTHOR, height=90, width=300)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def wrong_lines(file: bytes, why: Mapping[int, tuple[str, str]], language: str) -> bytes:
    """A workbook of only those lines of the lists that were not taken, each with the reason: what
    is mended in it can be sent as it is. `why` holds places and sentences by number."""
    book, out = opened(file, stream=True), Workbook(write_only=True)
    origin = origin_of(book)
    sheet = out.create_sheet(LIST_TITLES[origin.language])
    sheet.append([*LIST_HEADS[origin.language], WHY[language]])
    for nth, table in enumerate(table for table in tables(book) if table.is_list):
        for number, period, line in table.lines():
            if found := why.get((nth << SHEET) + number):
                cells = (period, Cell("", line.code), line.value, line.status, line.note)
                sheet.append([*(again(sheet, cell, found[0]) for cell in cells), found[1]])
    hidden = out.create_sheet(HIDDEN)
    hidden.sheet_state = "veryHidden"
    for name, fact in (vars(origin) | {"checksum": checksum(origin)}).items():
        hidden.append([name, str(fact)])
    file_out = BytesIO()
    out.save(file_out)
    return file_out.getvalue()


def again(sheet: Any, cell: Cell, wrong: str) -> Any:
    """The same in a cell of another sheet, red if it is the wrong one."""
    number = NUMBER.fullmatch(cell.text) and not cell.typed and cell.place
    value: Any = Decimal(cell.text) if number else cell.text  # openpyxl writes Decimals, too
    again: Any = WriteOnlyCell(sheet, value=value)
    if not number:
        again.data_type = "s"
    if cell.place == wrong:
        again.fill = WRONG
    return again


def _lines(table: Table) -> Iterator[Line]:
    for number, _, line in table.lines():
        if line.code:
            if number > MOST_ROWS:
                raise TooManyRows(most=MOST_ROWS)
            yield line


def _entries(table: Table, nth: int) -> Iterator[Entry]:
    for number, period, line in table.lines():
        yield Entry((nth << SHEET) + number, period, line)


def _sheet(sheets: Sequence[Worksheet], place: str) -> Worksheet:
    title = place.rpartition("!")[0]
    if not title:
        return sheets[0]
    named = title.strip("'").replace("''", "'")
    return next(sheet for sheet in sheets if sheet.title == named)
