"""The rules of reports: states, moves, who may decide, and what must be said before one is sent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from saola.kit.errors import Code, DomainError, MissingField, Word
from saola.services.warehouse.domain.forms import IllegalMove, Item
from saola.services.warehouse.domain.values import Judged, Status, check_note, judge

LONGEST_REASON: Final = 2000


class State(Word):
    DRAFT = "draft", "đang nhập"
    SUBMITTED = "submitted", "đã gửi"
    RETURNED = "returned", "bị trả lại"
    APPROVED = "approved", "đã duyệt"
    LOCKED = "locked", "đã khoá"
    # Open again for a while.
    UNLOCKED = "unlocked", "đang mở khoá"


class Channel(Word):
    """By which way it came."""

    WEB = "web", "trang web"
    EXCEL = "excel", "tệp Excel"
    CSV = "csv", "tệp CSV"
    GRPC = "grpc", "máy nối máy"
    CLOCK = "clock", "đến giờ"


class Action(Word):
    """What was done to a report."""

    CREATED = "created", "mở báo cáo"
    ENTERED = "entered", "nhập số liệu"
    SUBMITTED = "submitted", "gửi"
    # What a service has reported of itself says something else.
    CORRECTED = "corrected", "đính chính"
    RETURNED = "returned", "trả lại"
    APPROVED = "approved", "duyệt"
    LOCKED = "locked", "khoá"
    ASKED = "asked", "xin mở khoá"
    DENIED = "denied", "từ chối mở khoá"
    UNLOCKED = "unlocked", "mở khoá"
    # The end of the unlock has come: the report is as it was before.
    RELOCKED = "relocked", "tự khoá lại"
    # It had come in an earlier system, and had been decided there.
    LOADED = "loaded", "nạp từ hệ thống cũ"


class OwnSubmission(DomainError):
    code = Code.PERMISSION_DENIED
    vi = "Người gửi báo cáo không được tự duyệt hoặc trả lại báo cáo đó."
    en = "Whoever submitted a report does not decide about it."


class UnknownItem(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Biểu không có dòng “{item}”."
    en = "The form has no item “{item}”."


class DuplicateItem(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}” xuất hiện hai lần."
    en = "The item “{item}” is there twice."


class ItemMissing(DomainError):
    vi = "Dòng bắt buộc “{item}” chưa có số liệu."
    en = "The required item “{item}” says nothing."


class InvalidValues(DomainError):
    """Several refusals at once; each travels as a field violation with its own reason."""

    code = Code.INVALID_ARGUMENT
    vi = "Có {count} giá trị chưa đúng."
    en = "{count} values are wrong."

    def __init__(self, causes: Sequence[DomainError] = (), **facts: object) -> None:
        self.also = tuple(causes)
        super().__init__(**({"count": len(causes)} | facts))


MOVES: Final[Mapping[State, Collection[State]]] = {
    State.DRAFT: {State.SUBMITTED},
    State.SUBMITTED: {State.RETURNED, State.APPROVED},
    State.RETURNED: {State.SUBMITTED},
    State.APPROVED: {State.LOCKED, State.UNLOCKED},
    State.LOCKED: {State.UNLOCKED},
    State.UNLOCKED: {State.SUBMITTED},
}
# By which of its actions somebody answers for what it says.
SENDING: Final = {Action.SUBMITTED, Action.LOADED}
OPEN: Final = {State.DRAFT, State.RETURNED, State.UNLOCKED}
COUNTED: Final = {State.SUBMITTED, State.APPROVED, State.LOCKED}
# After which of its moves a report counts, and after which not; the other actions change nothing.
COUNTS: Final[Mapping[Action, bool]] = {
    Action.SUBMITTED: True,
    Action.CORRECTED: True,
    Action.RETURNED: False,
    Action.APPROVED: True,
    Action.LOCKED: True,
    Action.UNLOCKED: False,
    Action.RELOCKED: True,
    Action.LOADED: True,
}


def move(current: State, to: State) -> State:
    """`to`, if a report may go there from `current`."""
    if to not in MOVES[current]:
        raise IllegalMove(current=current, to=to)
    return to


def check_open(current: State) -> None:
    """Values are entered only while a report is with whoever writes it."""
    if current not in OPEN:
        raise IllegalMove(current=current, to=State.DRAFT)


def check_not_own(submitter: str, caller: str) -> None:
    if submitter == caller:
        raise OwnSubmission


def check_reason(reason: str) -> str:
    if not reason.strip():
        raise MissingField(field="reason")
    return reason.strip()[:LONGEST_REASON].replace("\0", "")


def check_word(note: str) -> str:
    """A word that may be said, or not."""
    return note.strip()[:LONGEST_REASON].replace("\0", "")


def on_time(submitted: datetime, due: datetime) -> bool:
    """17:00:00.000 is late for what is due at 17:00."""
    return submitted < due


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wants a report to say about an item, before it is judged."""

    item: str
    value: str
    status: Status | None = None
    note: str = ""


def read(
    items: Mapping[str, Item], written: Sequence[Written], language: str
) -> tuple[dict[str, Judged], list[DomainError]]:
    """What may stand, and a refusal for each that may not. For `language` see `values.judge`."""
    said, flaws, seen = dict[str, Judged](), list[DomainError](), set[str]()
    for row, one in enumerate(written):
        field = f"values[{row}]"
        try:
            if one.item not in items:
                raise UnknownItem(field=f"{field}.item", item=one.item[:40])
            if one.item in seen:
                raise DuplicateItem(field=f"{field}.item", item=one.item)
            seen.add(one.item)
            said[one.item] = judge_with_note(items[one.item], one, language, field)
        except DomainError as flaw:
            flaws.append(flaw)
    return said, flaws


def judge_with_note(item: Item, one: Written, language: str, field: str) -> Judged:
    judged = judge(item, one.value, one.status, language, f"{field}.value")
    if one.note and judged.status is not Status.WITHDRAWN:
        return judged._replace(note=check_note(one.note, item.code, f"{field}.note"))
    return judged


def missing(items: Iterable[Item], said: Mapping[str, Status]) -> list[DomainError]:
    """A refusal for each required item about which nothing is said. “Not available” is said."""
    return [
        ItemMissing(field="values", item=item.code)
        for item in items
        if item.required and said.get(item.code, Status.WITHDRAWN) is Status.WITHDRAWN
    ]


def refuse(flaws: Sequence[DomainError]) -> None:
    """One flaw is told as it is, several together."""
    if len(flaws) == 1:
        raise flaws[0]
    if flaws:
        raise InvalidValues(flaws)


def changed(said: Mapping[str, Judged], before: Mapping[str, Judged]) -> dict[str, Judged]:
    """What is new in `said`. Saying the same again changes nothing."""
    return {
        item: judged
        for item, judged in said.items()
        if _words(judged) != _words(before.get(item, Judged(Status.WITHDRAWN)))
    }


def _words(judged: Judged) -> tuple[str, str, str]:
    return judged.status, judged.value, judged.note
