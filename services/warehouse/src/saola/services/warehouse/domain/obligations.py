"""The rules of obligations: who must report what, from when to when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from saola.kit.errors import DomainError, InvalidField
from saola.periods.periods import Period


class OverlappingObligation(DomainError):
    vi = "Đơn vị đã có nghĩa vụ báo cáo biểu này trong thời gian đó: {obligation}."
    en = "The agency already has to report by this form in that time: {obligation}."


class NotObliged(DomainError):
    vi = "Không có nghĩa vụ báo cáo biểu {form} cho kỳ {period}."
    en = "Nothing asks for a report by {form} for {period}."


@dataclass(frozen=True)
class Term:
    """From a day on, and before another, if any: periods that begin in it count."""

    first: date
    end: date | None = None

    def __contains__(self, period: Period) -> bool:
        return self.first <= period.begin and (self.end is None or period.begin < self.end)

    def overlaps(self, other: "Term") -> bool:
        return (other.end is None or self.first < other.end) and (
            self.end is None or other.first < self.end
        )


def check_term(first: date, end: date | None) -> Term:
    """A term of at least a day."""
    if end is not None and end <= first:
        raise InvalidField(field="obligation.valid_to")
    return Term(first, end)


def check_obliged(terms: Iterable[Term], period: Period, form: str) -> None:
    if not any(period in term for term in terms):
        raise NotObliged(form=form, period=period)
