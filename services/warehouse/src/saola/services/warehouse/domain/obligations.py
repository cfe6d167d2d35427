"""The rules of obligations: who must report what, from when to when, and who is exempt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from saola.kit.errors import DomainError, InvalidField, MissingField, Word
from saola.periods.periods import Period

LONGEST_REASON = 2000


class Cause(Word):
    """Why a term is what it is."""

    MADE = "made", "giao"
    ENDED = "ended", "kết thúc"
    CLOSED = "closed", "đơn vị giải thể"
    TAKEN_OVER = "taken_over", "tiếp nhận"


class OverlappingObligation(DomainError):
    vi = "Đơn vị đã có nghĩa vụ báo cáo biểu này trong thời gian đó: {obligation}."
    en = "The agency already has to report by this form in that time: {obligation}."


class NotObliged(DomainError):
    vi = "Không có nghĩa vụ báo cáo biểu {form} cho kỳ {period}."
    en = "Nothing asks for a report by {form} for {period}."


class AgencyClosed(DomainError):
    vi = "Đơn vị {agency} kết thúc hoạt động từ ngày {closed}, không có nghĩa vụ sau ngày đó."
    en = "The agency {agency} is no more from {closed} on; it can owe nothing after that."


class ExemptionRevoked(DomainError):
    vi = "Việc miễn báo cáo này đã bị thu hồi."
    en = "The exemption was taken back already."


class NothingToExempt(DomainError):
    vi = "Đơn vị {agency} không phải báo cáo biểu {form} trong thời gian đó."
    en = "The agency {agency} owes nothing by {form} in that time."


@dataclass(frozen=True)
class Term:
    """From a day on, and before another, if any: periods that begin in it count. One that ends on
    the day it begins holds for nothing."""

    first: date
    end: date | None = None

    def __contains__(self, period: Period) -> bool:
        return self.first <= period.begin and (self.end is None or period.begin < self.end)

    def overlaps(self, other: "Term") -> bool:
        return not (self.is_empty or other.is_empty) and (
            (other.end is None or self.first < other.end)
            and (self.end is None or other.first < self.end)
        )

    @property
    def is_empty(self) -> bool:
        return self.end is not None and self.end <= self.first

    def until(self, day: date | None) -> "Term":
        """What is left of it before a day."""
        ends = [end for end in (self.end, day) if end is not None]
        return Term(self.first, max(self.first, min(ends)) if ends else None)

    def since(self, day: date) -> "Term":
        """What is left of it from a day on."""
        return Term(max(self.first, day), self.end).until(self.end)

    def without(self, others: Iterable["Term"]) -> Sequence["Term"]:
        """What is left of it where none of the others holds, in order."""
        left, rest = list["Term"](), self
        for other in sorted(
            (one for one in others if self.overlaps(one)), key=lambda one: one.first
        ):
            left.append(rest.until(other.first))
            if other.end is None:
                rest = Term(rest.first, rest.first)
                break
            rest = rest.since(other.end)
        return [term for term in (*left, rest) if not term.is_empty]


def check_term(first: date, end: date | None, field: str = "obligation.valid_to") -> Term:
    """A term of at least a day."""
    if end is not None and end <= first:
        raise InvalidField(field=field)
    return Term(first, end)


def check_within(term: Term, agency: str, closed: date | None) -> None:
    """Nobody owes what begins when they are no more."""
    if term.until(closed) != term:
        raise AgencyClosed(agency=agency, closed=closed)


def check_obliged(terms: Iterable[Term], period: Period, form: str) -> None:
    if not any(period in term for term in terms):
        raise NotObliged(form=form, period=period)


def check_exemptible(
    agency: str, term: Term, closed: date | None, owed: Mapping[str, Sequence[Term]], field: str
) -> None:
    """An agency is exempt from what it owes by each of some forms; from all forms, in what it owes
    by those to come, too."""
    if closed is not None and closed <= term.first:
        raise AgencyClosed(field=field, agency=agency, closed=closed)
    for form, terms in owed.items():
        if not any(term.overlaps(other) for other in terms):
            raise NothingToExempt(field=field, agency=agency, form=form)


def check_reason(reason: str, field: str) -> str:
    if not reason.strip():
        raise MissingField(field=field)
    if "\0" in reason or len(reason) > LONGEST_REASON:
        raise InvalidField(field=field)
    return reason.strip()
