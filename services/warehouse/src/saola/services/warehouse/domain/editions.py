"""The rules of editions: a form that is published is written anew, in force from a period on."""

from collections.abc import Sequence
from dataclasses import dataclass

from saola.kit.errors import DomainError
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain import approvals, forms, rules
from saola.services.warehouse.domain.approvals import Level
from saola.services.warehouse.domain.forms import Draft
from saola.services.warehouse.domain.periods import NotAPeriod, read_period
from saola.services.warehouse.domain.rules import Rule


class EditionNotLater(DomainError):
    vi = "Phiên bản mới phải có hiệu lực từ một kỳ sau {period}."
    en = "A new edition must be in force from a period after {period}."


class NotInForce(DomainError):
    vi = "Biểu {form} chưa có hiệu lực cho kỳ {period}."
    en = "The form {form} is not in force yet for {period}."


@dataclass(frozen=True)
class Edition(Draft):
    """What a form says, with its rules and its levels, and from which period on; from the first
    period there is, if it says none."""

    rules: tuple[Rule, ...] = ()
    levels: tuple[Level, ...] = ()
    in_force_from: str = ""


def check(edition: Edition) -> None:
    """Whether a form can be drafted so."""
    forms.check(edition)
    rules.check_rules(edition.rules, {item.code: item for item in edition.items})
    approvals.check_levels(edition.levels)


def check_in_force(edition: Edition, former: Sequence[Period | None]) -> Period | None:
    """The period from which on it holds. `former` are those of the editions before it.

    Only the first may hold from ever; each later one holds from a later period than the others.
    """
    first = begins(edition.period_type, edition.in_force_from)
    latest = max((period for period in former if period), default=None)
    if former and (first is None or (latest is not None and first <= latest)):
        raise EditionNotLater(period=latest or "—")
    return first


def check_since(in_force_from: str, period: Period, form: str) -> None:
    """Nothing is reported for a period before the edition that is to hold for it."""
    first = begins(period.type, in_force_from)
    if first is not None and period < first:
        raise NotInForce(form=form, period=period)


def begins(type: PeriodType, in_force_from: str) -> Period | None:
    if not in_force_from:
        return None
    period = read_period(in_force_from, "form.in_force_from")
    if period.type is not type:
        raise NotAPeriod(field="form.in_force_from", period=in_force_from)
    return period
