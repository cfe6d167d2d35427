"""The rules of the treasury's files: each row is an entry that is new, corrected, there already, or
wrong. A row that is refused stops no other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from saola.kit.errors import Code, DomainError, InvalidField, MissingField
from saola.services.budget.domain import entries
from saola.services.budget.domain.entries import Key, Said
from saola.services.budget.domain.money import DuplicateLine, Flow, InvalidAmount, Level

# Columns, by what their header may say without diacritics.
COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "day": ("ngay hach toan", "ngay", "day"),
    "flow": ("thu/chi", "loai", "flow"),
    "chapter": ("chuong", "ma chuong", "chapter"),
    "sector": ("khoan", "loai khoan", "ma nganh kinh te", "sector"),
    "item": ("tieu muc", "muc", "ma ndkt", "item"),
    "level": ("cap ns", "cap ngan sach", "level"),
    "area": ("dia ban", "ma dia ban", "area"),
    "document": ("so chung tu", "chung tu", "document"),
    "amount": ("so tien", "so tien (dong)", "amount"),
}
OPTIONAL: Final = {"sector", "area"}
FLOWS: Final = {"thu": Flow.REVENUE, "chi": Flow.EXPENDITURE}
LEVELS: Final = {
    "1": Level.CENTRAL,
    "2": Level.PROVINCE,
    "3": Level.DISTRICT,
    "4": Level.COMMUNE,
}
AMOUNT: Final = re.compile(r"-?([0-9]{1,17}|[0-9]{1,3}([.,])[0-9]{3}(\2[0-9]{3})*)")
DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class NotATreasuryFile(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Tệp không phải bảng kê của kho bạc: thiếu hoặc sai cột “{field}”."
    en = "The file is not a list of the treasury: the column “{field}” is missing or wrong."


class Outcome(StrEnum):
    RECORDED = "recorded"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """A row as it was written; `number` counts from 1, as in the file."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """What is recorded already by the same key."""

    id: UUID
    amount: int


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row, or why nothing does."""

    line: int
    outcome: Outcome
    said: Said | None = None
    supersedes: UUID | None = None
    refusal: DomainError | None = None


def judge(lines: Sequence[Line], known: Mapping[Key, Known], today: date) -> Sequence[Verdict]:
    """In = recorded + corrected + unchanged + refused."""
    seen = dict[Key, int]()
    return [_verdict(line, known, seen, today) for line in lines]


def _verdict(line: Line, known: Mapping[Key, Known], seen: dict[Key, int], today: date) -> Verdict:
    try:
        said = entries.check(read(line), today)
        if said.key in seen:
            raise DuplicateLine(field="document", row=seen[said.key])
    except DomainError as refusal:
        return Verdict(line.number, Outcome.REFUSED, refusal=refusal)
    seen[said.key] = line.number
    before = known.get(said.key)
    if before is None:
        return Verdict(line.number, Outcome.RECORDED, said)
    if before.amount == said.amount:
        return Verdict(line.number, Outcome.UNCHANGED, said)
    return Verdict(line.number, Outcome.CORRECTED, said, before.id)


def read(line: Line) -> Said:
    """What the cells of a row say, or which of them is wrong."""
    cells = line.cells
    flow = FLOWS.get(cells["flow"].strip().casefold())
    if flow is None:
        raise InvalidField(field="flow")
    level = LEVELS.get(cells["level"].strip())
    if level is None:
        raise InvalidField(field="level")
    key = Key(
        day(cells["day"].strip()),
        flow,
        cells["chapter"].strip().zfill(3) if cells["chapter"].strip() else "",
        cells["sector"].strip().zfill(3) if cells["sector"].strip() else "",
        cells["item"].strip(),
        level,
        cells["area"].strip(),
        cells["document"],
    )
    return Said(key, amount(cells["amount"].strip()))


def amount(text: str) -> int:
    """Whole đồng, with or without a mark between thousands: there is nothing behind a comma."""
    if not text:
        raise MissingField(field="amount")
    if not AMOUNT.fullmatch(text):
        raise InvalidAmount(field="amount")
    return int(text.replace(".", "").replace(",", ""))


def day(text: str) -> date:
    """As `22/11/2026` or `2026-11-22`."""
    found = DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidField(field="day") from error


def span(lines: Sequence[Line]) -> tuple[date, date]:
    """From which day to which the rows of a file are; days that cannot be read are in none."""
    days = list[date]()
    for line in lines:
        try:
            days.append(day(line.cells["day"].strip()))
        except InvalidField:
            continue
    return min(days, default=date.max), max(days, default=date.min)
