"""The rules of delegations (uỷ quyền): one official stands in for another, for some days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from saola.directory.tree import holds, overlap
from saola.kit.errors import Code as Class
from saola.kit.errors import DomainError
from saola.services.identity.domain.agencies import DatesOutOfOrder
from saola.services.identity.domain.officials import Held, Role, UnknownRole

LONGEST: Final = timedelta(days=366)
# What may be passed on: no role that changes others' rights, or sees the whole site.
PASSED_ON: Final = {Role.REPORTER, Role.APPROVER, Role.LEADER}


class State(StrEnum):
    PLANNED = "planned"
    IN_FORCE = "in_force"
    ENDED = "ended"


class OwnDeputy(DomainError):
    code = Class.INVALID_ARGUMENT
    vi = "Không thể tự uỷ quyền cho chính mình."
    en = "Nobody is their own deputy."


class PositionNotHeld(DomainError):
    vi = "Người uỷ quyền không giữ chức vụ đó từ ngày {valid_from}."
    en = "The official does not hold that position on {valid_from}."


class OverlappingDelegation(DomainError):
    vi = "Chức vụ đó đã được uỷ quyền cho người này trong thời gian đó: {delegation}."
    en = "That position is passed on to the same deputy at that time already: {delegation}."


class DeputyElsewhere(DomainError):
    vi = "Chỉ uỷ quyền vai trò {role} cho người mà mọi chức vụ đều trong đơn vị đó hoặc cấp dưới."
    en = "The role {role} is passed on only to whoever has all positions in that agency or below."


@dataclass(frozen=True)
class Term:
    """From a day on, and before another."""

    since: date
    until: date

    def state(self, day: date) -> State:
        """One that was taken back before it began is empty, and has ended."""
        if self.until <= max(day, self.since):
            return State.ENDED
        return State.PLANNED if day < self.since else State.IN_FORCE

    def overlaps(self, other: "Term") -> bool:
        return overlap(self.since, self.until, other.since, other.until)

    def turns_on(self, day: date) -> date | None:
        """The next day on which it begins or ends."""
        if self.state(day) is State.ENDED:
            return None
        return self.since if day < self.since else self.until

    def ended(self, day: date) -> "Term":
        """Ended on a day; taken back, if it has not begun by then."""
        return Term(self.since, min(self.until, max(self.since, day)))


def check_term(term: Term, today: date) -> None:
    if term.since < today:
        raise DatesOutOfOrder(field="delegation.valid_from")
    if not term.since < term.until <= term.since + LONGEST:
        raise DatesOutOfOrder(field="delegation.valid_to")


def check_held(positions: Collection[Held], agency: UUID, title: str, since: date) -> None:
    """Whoever passes a position on holds it, and by right: a deputy has no deputies."""
    held = (one for one in positions if (one.agency, one.title) == (agency, title))
    if not any(holds(since, one.since, one.until) for one in held):
        raise PositionNotHeld(valid_from=since)


def check_roles(
    asked: Sequence[str], official: Collection[str], deputy: Collection[str], *, below: bool
) -> list[str]:
    """The roles that the deputy has meanwhile. A role holds wherever there is a position, so a new
    one goes only to whoever has none outside (`below`)."""
    for number, role in enumerate(asked):
        if role not in PASSED_ON or role not in official:
            raise UnknownRole(field=f"delegation.roles[{number}]", role=role)
        if role not in deputy and not below:
            raise DeputyElsewhere(role=role)
    return sorted({*asked} - {*deputy})


def claim(agency: UUID, title: str, official: UUID) -> str:
    """The position as a token says it: as whose deputy, too."""
    return f"{agency}|{title}|{official}"
