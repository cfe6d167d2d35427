"""The rules of what services report of themselves: what may be corrected, and what is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from saola.kit.errors import Code, DomainError
from saola.periods.periods import Period
from saola.services.warehouse.domain.editions import Edition
from saola.services.warehouse.domain.forms import IllegalMove
from saola.services.warehouse.domain.indicators import Definition
from saola.services.warehouse.domain.submissions import State, Written

MOST_BEFORE: Final = 400  # periods
# A service corrects what it has sent, and what was approved of it: others look at it anew.
CORRECTED: Final = {State.SUBMITTED, State.APPROVED}
# As nobody but its service writes it, sending the same again would undo what people have decided.
DECIDED: Final = {State.RETURNED, State.UNLOCKED}


class ReportLocked(DomainError):
    vi = "Báo cáo {submission} đã khoá nên không đính chính được; cần mở khoá trước."
    en = "The report {submission} is locked and cannot be corrected; it has to be unlocked first."


class FormBeingDrafted(DomainError):
    vi = "Biểu {form} đang được soạn phiên bản mới."
    en = "A new edition of the form {form} is being drafted."


class FormOfOthers(DomainError):
    code = Code.ALREADY_EXISTS
    vi = "Biểu {form} do nơi khác ban hành, không khai báo lại được."
    en = "The form {form} is of others and cannot be declared."


class UndeclaredIndicator(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Chỉ tiêu “{code}” không được khai báo cùng biểu (trường {field})."
    en = "The indicator “{code}” is not declared with the form (field {field})."


def check_correctable(state: State, submission: str) -> None:
    if state is State.LOCKED:
        raise ReportLocked(submission=submission)
    if state not in CORRECTED:
        raise IllegalMove(current=state, to=State.SUBMITTED)


def resolved(definition: Definition, names: Mapping[str, str]) -> Definition:
    """The parts of a rate by their names, which were codes."""
    parts = definition.parts
    if not parts:
        return definition
    numerator = name_of_code(parts.numerator, names, "indicators.numerator")
    denominator = name_of_code(parts.denominator, names, "indicators.denominator")
    return replace(definition, parts=replace(parts, numerator=numerator, denominator=denominator))


def named(edition: Edition, names: Mapping[str, str]) -> Edition:
    """The indicators of items by their names, which were codes."""
    items = tuple(
        replace(item, indicator=name_of_code(item.indicator, names, f"form.items[{row}].indicator"))
        if item.indicator
        else item
        for row, item in enumerate(edition.items)
    )
    return replace(edition, items=items)


def name_of_code(code: str, names: Mapping[str, str], field: str) -> str:
    if code not in names:
        raise UndeclaredIndicator(field=field, code=code[:64])
    return names[code]


def beside(declared: Edition, known: Edition) -> Edition:
    """What is declared, with what only people say of a form: rules, levels, since when."""
    return replace(
        declared,
        rules=declared.rules or known.rules,
        levels=declared.levels or known.levels,
        in_force_from=known.in_force_from,
    )


def next_in_force(current: Period, former: Sequence[Period | None]) -> Period:
    """From which period on a new edition holds: this one, or the first that no other begins in."""
    latest = max((period for period in former if period), default=None)
    return current if latest is None or latest < current else latest.next


def asked_of(
    written: Sequence[Written], items: Mapping[str, object], latest: Mapping[str, object]
) -> list[Written]:
    """What the edition of the report has an item for. What only a later edition asks is left out;
    what none asks is left to be refused."""
    return [one for one in written if one.item in items or one.item not in latest]
