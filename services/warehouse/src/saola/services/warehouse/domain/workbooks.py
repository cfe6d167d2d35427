"""The workbook by which an agency reports: what it must be, and what its cells say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from saola.kit.errors import Code, DomainError
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.submissions import (
    DuplicateItem,
    UnknownItem,
)
from saola.services.warehouse.domain.values import (
    SHOWN,
    Judged,
    NotAChoice,
    Status,
    StatusContradictsValue,
    check_note,
    judge,
)


class NotAWorkbook(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Tệp không phải là bảng tính xlsx tải từ hệ thống."
    en = "The file is not an xlsx workbook that was downloaded here."


class UnsafeWorkbook(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Bảng tính chứa macro hoặc bung ra quá lớn."
    en = "The workbook holds macros, or unpacks to too much."


class ForeignWorkbook(DomainError):
    vi = "Bảng tính thuộc biểu, đơn vị hoặc phiên bản khác ({field}). Hãy tải lại biểu mẫu."
    en = "The workbook is of another form, agency or version ({field}). Download it again."


class Formula(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Ô {cell} chứa công thức; hãy nhập giá trị."
    en = "The cell {cell} holds a formula; enter a value."


class SurplusCells(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}” có nhiều ô hơn dòng tiêu đề (từ ô {cell}); hãy xem lại dấu ngăn cách."
    en = "Line “{item}” has more cells than there are heads (from {cell} on); see its separators."


@dataclass(frozen=True)
class Origin:
    """For what a workbook was drawn up. It travels in a hidden sheet."""

    form: str
    agency: str
    period: str
    version: int
    language: str


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. `typed` is what people type; else Excel holds it as what it is."""

    place: str
    text: str = ""
    typed: bool = False
    formula: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a workbook: the code of an item, and the three cells that people fill in.
    `surplus` is the place of what stands right of all heads, so that cells may have moved."""

    code: str
    value: Cell
    status: Cell
    note: Cell
    surplus: str = ""

    @property
    def is_empty(self) -> bool:
        cells = (self.value, self.status, self.note)
        return not self.surplus and not any(cell.text or cell.formula for cell in cells)


@dataclass(frozen=True)
class Flaw:
    """A cell that was not taken, and why."""

    place: str
    item: str
    refusal: DomainError


ENGLISH: Final = {
    Status.VALUE: "value",
    Status.TRUE_ZERO: "true zero",
    Status.NOTHING_OCCURRED: "nothing occurred",
    Status.MISSING: "missing",
    Status.ESTIMATED: "estimated",
    Status.PRELIMINARY: "preliminary",
    Status.REVISED: "revised",
}
STATUSES: Final = {word.vi: word for word in ENGLISH} | {en: word for word, en in ENGLISH.items()}


def status_word(status: Status, language: str) -> str:
    return ENGLISH[status] if language == "en" else status.vi


def judge_lines(
    items: Mapping[str, Item], lines: Sequence[Line], language: str
) -> tuple[dict[str, Judged], list[Flaw]]:
    """What may stand, and the cells that may not. An empty line says nothing, and takes back
    nothing: whoever downloaded the workbook before others entered something erases it not."""
    said, flaws, seen = dict[str, Judged](), list[Flaw](), set[str]()
    for line in lines:
        if line.is_empty:
            continue
        try:
            if line.code in seen:
                raise DuplicateItem(field=line.value.place, item=line.code)
            seen |= {line.code} & items.keys()
            said[line.code] = judge_line(items, line, language)
        except DomainError as refusal:
            flaws.append(Flaw(str(refusal.facts.get("field", "")), line.code, refusal))
    return said, flaws


def judge_line(items: Mapping[str, Item], line: Line, language: str) -> Judged:
    """What one line says, or a refusal whose `field` is the cell that is wrong."""
    if line.surplus:
        raise SurplusCells(field=line.surplus, item=line.code[:40], cell=line.surplus)
    if line.code not in items:
        raise UnknownItem(field=line.value.place, item=line.code[:40])
    for cell in (line.value, line.status, line.note):
        if cell.formula:
            raise Formula(field=cell.place, item=line.code, cell=cell.place)
    status = _status(line, language)
    tongue = language if line.value.typed else ""
    judged = judge(items[line.code], line.value.text, status, tongue, line.value.place)
    note = check_note(line.note.text, line.code, line.note.place)
    if judged.status is Status.WITHDRAWN:  # nothing, or a note beside nothing
        raise StatusContradictsValue(field=line.note.place, item=line.code, status=Status.VALUE)
    return judged._replace(note=note)


def _status(line: Line, language: str) -> Status | None:
    written = line.status.text.strip()
    if not written:
        return None
    if found := STATUSES.get(written.casefold()):
        return found
    known = ", ".join(status_word(status, language) for status in ENGLISH)
    wrong = {"item": line.code, "value": written[:SHOWN], "choices": known}
    raise NotAChoice(field=line.status.place, **wrong)
