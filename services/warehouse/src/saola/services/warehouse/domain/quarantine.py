"""The rules of quarantine: what was refused waits, is tried again, or is given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from saola.kit.errors import DomainError, InvalidField, Word
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.values import Judged, Status, check_note, judge
from saola.services.warehouse.domain.workbooks import STATUSES, Flaw, Line

AT_ONCE: Final = 5000
LONGEST: Final = 2000  # characters of a value that are kept


class State(Word):
    WAITING = "waiting", "đang chờ"
    TAKEN = "taken", "đã nhận"
    DISCARDED = "discarded", "đã bỏ"


class NewerValue(DomainError):
    vi = "Dòng “{item}” kỳ {period}: sau khi dòng này bị từ chối đã có số liệu mới hơn."
    en = "Item “{item}” of {period}: after this row was refused, a newer value has come."


class NothingToRetry(DomainError):
    vi = "Dòng “{item}” kỳ {period} không có giá trị đọc được; hãy sửa tệp và gửi lại."
    en = "Item “{item}” of {period} holds no value that can be read; mend the file and send it."


@dataclass(frozen=True)
class Sent:
    """A row as it came. `language` is that in which it was typed, empty for what a system sent."""

    number: int
    period: str
    item: str
    value: str
    status: str = ""
    note: str = ""
    cell: str = ""
    language: str = ""


class Refused(NamedTuple):
    """A row that was not taken, and why."""

    sent: Sent
    why: DomainError


def of_sheet(
    lines: Sequence[Line], flaws: Sequence[Flaw], period: str, language: str
) -> list[Refused]:
    """The lines of a report in a workbook whose cells were refused."""
    places = {
        cell.place: (number, line)
        for number, line in enumerate(lines)
        for cell in (line.value, line.status, line.note)
    }
    nothing = (0, None)
    found = list[Refused]()
    for flaw in flaws:
        number, line = places.get(flaw.place, nothing)
        said = (line.value.text, line.status.text, line.note.text) if line else ("", "", "")
        typed = language if line and line.value.typed else ""
        sent = Sent(number, period, flaw.item, *said, flaw.place, typed)
        found.append(Refused(sent, flaw.refusal))
    return found


def again(item: Item, row: Sent) -> Judged:
    """What a row says, judged as on the day it came. In a workbook an empty cell says nothing."""
    field = f"row {row.number}"
    if row.cell and not row.value and not row.status:
        raise NothingToRetry(item=row.item, period=row.period)
    judged = judge(item, row.value, status_of(row.status, field), row.language, field)
    return judged._replace(note=check_note(row.note, item.code, field))


def status_of(written: str, field: str) -> Status | None:
    """As systems write it, or as it stands in a workbook."""
    if not written:
        return None
    said = written.strip().casefold()
    if said in set(Status) - {Status.WITHDRAWN}:
        return Status[said.upper()]
    if found := STATUSES.get(said):
        return found
    raise InvalidField(field=field)
