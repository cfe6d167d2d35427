"""The rules of unlocking: a report that is decided may be open again for a while, for a reason."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from saola.kit.errors import Code, DomainError, InvalidField, Word
from saola.periods.local import LOCAL
from saola.services.warehouse.domain.forms import IllegalMove
from saola.services.warehouse.domain.submissions import State as ReportState

LONGEST_OPEN: Final = timedelta(days=30)


class State(Word):
    REQUESTED = "requested", "đang chờ"
    GRANTED = "granted", "đã mở khoá"
    REFUSED = "refused", "bị từ chối"
    ENDED = "ended", "đã kết thúc"


class UnlockRequested(DomainError):
    code = Code.ALREADY_EXISTS
    vi = "Đã có yêu cầu mở khoá báo cáo này: {unlock}."
    en = "There already is a request to unlock this report: {unlock}."


class OwnRequest(DomainError):
    code = Code.PERMISSION_DENIED
    vi = "Người xin mở khoá không được tự quyết định yêu cầu đó."
    en = "Whoever asks for an unlock does not decide about it."


class UnlockOver(DomainError):
    vi = "Báo cáo chỉ được mở đến {end}; thời hạn đó đã hết."
    en = "The report was open until {end}, which has passed."


MOVES: Final[Mapping[State, Collection[State]]] = {
    State.REQUESTED: {State.GRANTED, State.REFUSED},
    State.GRANTED: {State.ENDED},
    State.REFUSED: {},
    State.ENDED: {},
}
CLOSED: Final = {ReportState.APPROVED, ReportState.LOCKED}


def move(current: State, to: State) -> State:
    if to not in MOVES[current]:
        raise IllegalMove(current=current, to=to)
    return to


def check_closed(state: ReportState) -> None:
    """Only what is decided is asked to be unlocked; what waits for a decision is returned."""
    if state not in CLOSED:
        raise IllegalMove(current=state, to=ReportState.UNLOCKED)


def check_end(end: datetime, now: datetime) -> None:
    if not now < end <= now + LONGEST_OPEN:
        raise InvalidField(field="end_time")


def check_other(requester: str, caller: str, deputy_of: str) -> None:
    if requester in {caller, deputy_of}:
        raise OwnRequest


def check_still_open(until: datetime | None, now: datetime) -> None:
    """The end counts from its own moment on, whenever the clock's job comes round."""
    if until is not None and until <= now:
        raise UnlockOver(end=f"{until.astimezone(LOCAL):%H:%M %d/%m/%Y}")
