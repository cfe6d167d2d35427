"""The rules of forms (biểu): their items, their life, and when what is reported by them is due."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from saola.directory.working import Calendar
from saola.kit.errors import Code, DomainError, InvalidField, MissingField, Word
from saola.periods.local import instant
from saola.periods.periods import Period, PeriodType
from saola.periods.windows import CALENDAR, Window

CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,63}")
ITEM_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
FIELD: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LIMIT: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?")
TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
MOST_ITEMS, MOST_CHOICES, MOST_DECIMALS, MOST_DAYS = 500, 200, 6, 366
LONGEST_LABEL, LONGEST_CHOICE, LONGEST_TEXT, USUAL_TEXT = 300, 200, 10_000, 2000


class State(Word):
    DRAFT = "draft", "đang soạn"
    PUBLISHED = "published", "đã ban hành"
    RETIRED = "retired", "đã ngừng dùng"


class ValueType(Word):
    INTEGER = "integer", "số nguyên"
    DECIMAL = "decimal", "số thập phân"
    TEXT = "text", "văn bản"
    BOOLEAN = "boolean", "có/không"
    DATE = "date", "ngày"
    CHOICE = "choice", "lựa chọn"


class InvalidItem(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng “{item}” của biểu định nghĩa chưa đúng ở {field}."
    en = "The definition of the item “{item}” is not right at {field}."


class FormNotPublished(DomainError):
    vi = "Biểu {form} {state}, không báo cáo được."
    en = "The form {form} is {state}; nothing can be reported by it."


class IllegalMove(DomainError):
    vi = "Trạng thái “{current}” không chuyển thành “{to}” được."
    en = "What is {current} cannot become {to}."


MOVES: Final[Mapping[State, Collection[State]]] = {
    State.DRAFT: {State.PUBLISHED},
    State.PUBLISHED: {State.RETIRED},
    State.RETIRED: {},
}
NUMBERS: Final = {ValueType.INTEGER, ValueType.DECIMAL}


@dataclass(frozen=True)
class Item:
    """One line of a form. `minimum` and `maximum` are decimals as they were written, or empty."""

    code: str
    label_vi: str
    value_type: ValueType
    label_en: str = ""
    indicator: str = ""
    unit: str = ""
    required: bool = False
    minimum: str = ""
    maximum: str = ""
    decimals: int = 0
    longest: int = 0
    choices: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        return self.value_type in NUMBERS

    def label(self, language: str) -> str:
        return (self.label_en if language == "en" else "") or self.label_vi


@dataclass(frozen=True)
class DueRule:
    """So many days after the last day that a report covers, before that time of day in Vietnam;
    below zero so many days before it, but never before the first day."""

    days: int
    working_days: bool
    time: time
    window: Window = CALENDAR

    @classmethod
    def read(cls, days: int, *, working_days: bool, at: str, first_day: int = 1) -> "DueRule":
        found = TIME.fullmatch(at)
        if not found:
            raise InvalidField(field="form.due_rule.time")
        if not -MOST_DAYS <= days <= MOST_DAYS:
            raise InvalidField(field="form.due_rule.days")
        try:
            window = Window(first_day or 1)
        except ValueError as error:
            raise InvalidField(field="form.window.first_day") from error
        return cls(days, working_days, time(int(found[1]), int(found[2])), window)

    def __str__(self) -> str:
        """Its time of day, as it was read."""
        return f"{self.time:%H:%M}"

    def day(self, period: Period, calendar: Calendar) -> date:
        """The day on which the report for a period is due."""
        first, last = self.window.bounds(period)
        if not self.working_days:
            day = last + timedelta(days=self.days)
        elif self.days:
            day = calendar.after(last, self.days)
        else:
            day = calendar.on_or_after(last)
        return max(first, day)

    def due(self, period: Period, calendar: Calendar) -> datetime:
        """The first moment that is too late."""
        return instant(self.day(period, calendar), self.time)

    def soonest(self, period: Period) -> date:
        """The first day on which it could be due, whatever the calendar says."""
        first, last = self.window.bounds(period)
        return first if self.days < 0 else last


@dataclass(frozen=True)
class Draft:
    """What a form says, but for its code and state."""

    title_vi: str
    title_en: str
    field: str
    period_type: PeriodType
    due_rule: DueRule
    items: tuple[Item, ...]


def due_between(
    type: PeriodType, rule: DueRule, calendar: Calendar, first: date, last: date
) -> Sequence[Period]:
    """The periods that are due on the days from `first` to `last`, oldest first."""
    wait = max(0, rule.days)
    longest_wait = wait * 2 + 40 if rule.working_days else wait  # Tết is the longest rest
    period = rule.window.period(type, first - timedelta(days=longest_wait))
    found = []
    while rule.soonest(period) <= last:
        if first <= rule.day(period, calendar) <= last:
            found.append(period)
        period = period.next
    return found


def move(current: State, to: State) -> State:
    if to not in MOVES[current]:
        raise IllegalMove(current=current, to=to)
    return to


def check_draft(state: State) -> None:
    """Only a draft may be changed."""
    if state is not State.DRAFT:
        raise IllegalMove(current=state, to=State.DRAFT)


def check_published(state: State, form: str) -> None:
    if state is not State.PUBLISHED:
        raise FormNotPublished(form=form, state=state)


def check_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise InvalidField(field="form.code")


def check(draft: Draft) -> None:
    """Whether a form can be drafted so: an error here would cost every agency an evening."""
    items = draft.items
    for name, title in (("title_vi", draft.title_vi), ("title_en", draft.title_en)):
        if len(title) > LONGEST_LABEL or "\0" in title:
            raise InvalidField(field=f"form.{name}")
    if draft.field and not FIELD.fullmatch(draft.field):
        raise InvalidField(field="form.field")
    if not items:
        raise MissingField(field="form.items")
    if len(items) > MOST_ITEMS:
        raise InvalidField(field="form.items")
    codes = set[str]()
    for row, item in enumerate(items):
        if wrong := "code" if item.code.lower() in codes else flaw(item):
            raise InvalidItem(field=f"form.items[{row}].{wrong}", item=item.code[:40])
        codes.add(item.code.lower())


def flaw(item: Item) -> str:
    """The first field of an item that is not right, or nothing."""
    number, text = item.is_number, item.value_type is ValueType.TEXT
    most_decimals = MOST_DECIMALS if item.value_type is ValueType.DECIMAL else 0
    most_text = LONGEST_TEXT if text else 0
    choice = item.value_type is ValueType.CHOICE
    right = {
        "code": bool(ITEM_CODE.fullmatch(item.code)),
        "label_vi": readable(item.label_vi, LONGEST_LABEL) and bool(item.label_vi.strip()),
        "label_en": readable(item.label_en, LONGEST_LABEL),
        "unit": readable(item.unit, LONGEST_LABEL),
        "minimum": not item.minimum or (number and limit(item.minimum) is not None),
        "maximum": not item.maximum or (number and above(item.maximum, item.minimum)),
        "decimals": 0 <= item.decimals <= most_decimals,
        "longest": 0 <= item.longest <= most_text,
        "choices": _choices(item.choices) if choice else not item.choices,
    }
    return next((name for name, fine in right.items() if not fine), "")


def readable(text: str, most: int) -> bool:
    return len(text) <= most and text.isprintable()


def _choices(choices: Sequence[str]) -> bool:
    folded = {choice.casefold() for choice in choices}
    fine = all(choice == choice.strip() and readable(choice, LONGEST_CHOICE) for choice in choices)
    return fine and "" not in folded and 0 < len(folded) == len(choices) <= MOST_CHOICES


def limit(text: str) -> Decimal | None:
    try:
        return Decimal(text) if LIMIT.fullmatch(text) else None
    except InvalidOperation:
        return None


def above(maximum: str, minimum: str) -> bool:
    most, least = limit(maximum), limit(minimum)
    return most is not None and (least is None or least <= most)
