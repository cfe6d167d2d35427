"""The life of a delivery: what leaves together, what is tried again, what has failed for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from saola.kit.errors import DomainError, Word
from saola.services.notices.domain.preferences import Wishes

MINUTE: Final = timedelta(minutes=1)
# After each try that failed in a way that may pass; then, after a day, for good.
PAUSES: Final = tuple(MINUTE * n for n in (1, 2, 5, 10, 30, 60, 120, 240, 240, 240, 480))
GAVE_UP: Final = "gave_up"


class State(Word):
    QUEUED = "queued", "đang chờ"
    SENDING = "sending", "đang gửi"
    SENT = "sent", "đã gửi"
    FAILED = "failed", "không gửi được"
    NEEDLESS = "needless", "không cần gửi"


class NotFailed(DomainError):
    vi = "Chỉ gửi lại được thông báo đã gửi không thành công (hiện: {state})."
    en = "Only what failed for good is queued again; this is {state}."


class How(Enum):
    """What came of a try."""

    SENT = "sent"
    # It may pass: a server that is away, busy, or greylists.
    LATER = "later"
    # It will not: there is no such address.
    NEVER = "never"


@dataclass(frozen=True)
class Outcome:
    how: How
    # As `421`, `timeout`; no word of the server, which may quote an address.
    code: str = ""
    # Where it is said how long to wait.
    after: timedelta | None = None


@dataclass(frozen=True)
class Waiting:
    """A delivery that is queued."""

    id: UUID
    due: datetime
    urgent: bool


def leaving(waiting: Sequence[Waiting], now: datetime, wishes: Wishes) -> list[UUID]:
    """Those that leave now, as one message.

    Nothing leaves before one of them is due. Then all leave that are there, but in quiet hours
    only the urgent ones do.
    """
    quiet = wishes.quiet is not None and wishes.quiet.holds(now)
    free = [one for one in waiting if one.urgent or not quiet]
    return [one.id for one in free] if any(one.due <= now for one in free) else []


def held(waiting: Sequence[Waiting], now: datetime, wishes: Wishes) -> list[UUID]:
    """Those that are due and stay because it is quiet: they were to leave before that."""
    quiet = wishes.quiet is not None and wishes.quiet.holds(now)
    return [one.id for one in waiting if quiet and not one.urgent and one.due <= now]


def free_at(sent: datetime | None, now: datetime) -> datetime:
    """When one more may leave; `sent` is when the last left that fills a minute's measure."""
    return max(now, sent + MINUTE) if sent else now


def after(outcome: Outcome, attempts: int, now: datetime) -> tuple[State, str, datetime | None]:
    """State, code and the next try of what was tried `attempts` times, the last with `outcome`."""
    match outcome.how:
        case How.SENT:
            return State.SENT, "", None
        case How.NEVER:
            return State.FAILED, outcome.code, None
    if attempts > len(PAUSES):
        return State.FAILED, f"{GAVE_UP} {outcome.code}".strip(), None
    pause = max(PAUSES[max(attempts, 1) - 1], outcome.after or timedelta())
    return State.SENDING, outcome.code, now + pause
