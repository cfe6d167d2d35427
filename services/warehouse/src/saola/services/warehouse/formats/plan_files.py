"""A file of plans, workbook or plain text, as it comes back: its lines, and those not taken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from saola.services.warehouse.domain.plan_files import Known, PlannedMeanwhile, Row, Verdict, judge
from saola.services.warehouse.domain.tables import ColumnsMissing
from saola.services.warehouse.domain.workbooks import Cell
from saola.services.warehouse.formats import imports, sheets, tables
from saola.services.warehouse.formats import plan_templates as templates
from saola.services.warehouse.formats.plan_heads import NAMES, NEEDED, WORDS


class Opened(NamedTuple):
    """The lines of a file, in which language its heads are, and the same as of a Reading."""

    rows: Iterator[Row]
    language: str
    heads: Mapping[str, str]
    value: str


class Reading(NamedTuple):
    """What a file says, what its heads are by their letters, and the letter of the plans."""

    verdict: Verdict
    heads: Mapping[str, str]
    value: str

    def meanwhile(self, row: int) -> PlannedMeanwhile:
        """That another plan holds than a line was drawn up with."""
        return PlannedMeanwhile(field=f"{self.value}{row}")


def is_workbook(file: bytes) -> bool:
    return file.startswith(b"PK")


def read(file: bytes, known: Known) -> Reading:
    """What its lines say."""
    with sheets.carefully():
        opened = _opened(file)
        verdict = judge(opened.rows, known, opened.language)
        return Reading(verdict, opened.heads, opened.value)


def wrong_rows(file: bytes, why: Mapping[int, str], language: str) -> bytes:
    """A file of only those lines that were not taken, each with the reason: what is mended in it
    can be sent as it is. `why` is by the number of the line."""
    if not is_workbook(file):
        return imports.wrong_rows(file, why, language, WORDS)
    with sheets.carefully():
        opened = _opened(file)
        lines = [_again(row, why[row.number]) for row in opened.rows if row.number in why]
    return templates.workbook(lines, opened.language, language)


def _again(row: Row, why: str) -> Sequence[Cell]:
    return [*(row.cells.get(name, Cell("")) for name in NAMES), Cell("", why, typed=True)]


def _opened(file: bytes) -> Opened:
    """Whichever of the two it is."""
    if not is_workbook(file):
        text = tables.Table(file, WORDS)
        return _found(text, text.heads.cells, (Row(*found) for found in text.cells()))
    sheet = sheets.Table(sheets.opened(file, stream=True).worksheets[0], first=True, words=WORDS)
    if not sheet.columns:
        raise ColumnsMissing(columns=", ".join(WORDS.called[name] for name in NEEDED))
    return _found(sheet, sheet.heads, (Row(*found) for found in sheet.cells()))


def _found(table: tables.Table | sheets.Table, heads: Sequence[str], rows: Iterator[Row]) -> Opened:
    english = heads[table.columns["value"]].strip().casefold() in WORDS.english
    called = {table.place(name, 0)[:-1]: heads[at].strip() for name, at in table.columns.items()}
    return Opened(rows, "en" if english else "vi", called, table.place("value", 0)[:-1])
