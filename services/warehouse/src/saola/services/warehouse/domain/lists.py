"""A list of values, period by period, as people keep them in a long sheet: what its lines say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from saola.kit.errors import Code, DomainError
from saola.periods import periods
from saola.periods.periods import Period, PeriodType
from saola.periods.titles import read_title
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.periods import NotAPeriod
from saola.services.warehouse.domain.submissions import DuplicateItem
from saola.services.warehouse.domain.workbooks import Cell, Flaw, Formula, Line, judge_line

MOST_LINES: Final = 100_000
PART: Final = 5000  # lines that are kept in one transaction
DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
MONTH: Final = re.compile(r"(?:(?:tháng|month) )?([0-9]{1,2})[/.-]([0-9]{4})", re.IGNORECASE)
FIRST_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2})-01")


class TooManyLines(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Bảng có quá {most} dòng. Hãy chia thành nhiều tệp."
    en = "The sheet has more than {most} lines. Split it into several files."


@dataclass(frozen=True)
class Items:
    """By which items periods are reported: those of an edition, and for some those of another."""

    usual: Mapping[str, Item]
    others: Mapping[str, Mapping[str, Item]] = field(default_factory=dict)

    def of(self, period: str) -> Mapping[str, Item]:
        return self.others.get(period, self.usual)


@dataclass(frozen=True)
class Entry:
    """A line of a list: its number in the sheet, its period, and what it says of an item."""

    number: int
    period: Cell
    line: Line

    @property
    def is_empty(self) -> bool:
        return not self.line.code and not self.period.text and self.line.is_empty


@dataclass
class Verdict:
    """What became of the lines of a list: received = those of `rows` and those of `flaws`."""

    received: int = 0
    rows: list[tuple[int, str, str, str, str, str]] = field(default_factory=list)
    flaws: list[tuple[int, Flaw]] = field(default_factory=list)
    # The lines of the flaws as they came, beside them.
    wrong: list[Entry] = field(default_factory=list)

    def parts(self) -> Iterator[Rows]:
        """What may stand, in parts for one transaction each."""
        for start in range(0, len(self.rows), PART):
            yield Rows(*zip(*self.rows[start : start + PART], strict=True))


def judge_list(
    items: Items,
    type: PeriodType,
    entries: Iterable[Entry],
    language: str,
    most: int = MOST_LINES,
) -> Verdict:
    """By the rules of every way in. Whether a period is asked for is for later."""
    verdict, seen = Verdict(), set[tuple[str, str]]()
    for entry in entries:
        if entry.is_empty:
            continue
        verdict.received += 1
        if verdict.received > most:
            raise TooManyLines(most=most)
        line = entry.line
        try:
            period = written_period(entry.period, type)
            if (period, line.code) in seen:
                raise DuplicateItem(field=line.value.place, item=line.code)
            judged = judge_line(items.of(period), line, language)
        except DomainError as refusal:
            flaw = Flaw(str(refusal.facts.get("field", "")), line.code, refusal)
            verdict.flaws.append((entry.number, flaw))
            verdict.wrong.append(entry)
        else:
            seen.add((period, line.code))
            row = (entry.number, period, line.code, judged.status, judged.value, judged.note)
            verdict.rows.append(row)
    return verdict


def written_period(cell: Cell, type: PeriodType) -> str:
    """The period as systems write it. People write the day first, and Excel makes a day of a
    month."""
    if cell.formula:
        raise Formula(field=cell.place, item="", cell=cell.place)
    text = cell.text.strip()
    if found := DAY.fullmatch(text):
        text = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    elif found := MONTH.fullmatch(text):
        text = f"{found[2]}-{int(found[1]):02}"
    if type is PeriodType.MONTH and (found := FIRST_DAY.fullmatch(text)):
        text = found[1]
    with suppress(periods.NotAPeriod):
        if (period := Period.read(text)).type is type:
            return str(period)
    try:
        return str(read_title(text, type))  # as the head of a template calls it
    except periods.NotAPeriod as error:
        raise NotAPeriod(field=cell.place, period=text[:40]) from error


def spoken_period(period: Period, language: str) -> str:
    """As `written_period` reads it, and as no spreadsheet takes for something else: `11/2026`
    would become a day."""
    if period.type is PeriodType.MONTH:
        word = "Month" if language == "en" else "Tháng"
        return f"{word} {period.number}/{period.year}"
    if period.type is PeriodType.DAY and language != "en":
        return f"{period.begin:%d/%m/%Y}"
    return str(period)
