"""The rules of a run: what a row reports for which period, why it does not, and what comes of all.

A row is the report of one period, so it is taken over whole or not at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple, Protocol

from saola.kit.errors import Code, DomainError, Word
from saola.kit.numbers import plain
from saola.periods.notations import from_dhis2
from saola.periods.periods import NotAPeriod, Period, PeriodType
from saola.periods.windows import Window
from saola.services.connectors.domain import numbers
from saola.services.connectors.domain.answers import Nested, Raw, Row
from saola.services.connectors.domain.connectors import Field, Health, Numbers

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=30)
KILLS: Final = 5  # so often may its process end in the middle of it, beside its tries
DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
MONTH_FIRST: Final = re.compile(r"([0-9]{1,2})[/-]([0-9]{4})")
YES, NO = {"true", "yes", "có", "1"}, {"false", "no", "không", "0"}
LONGEST_TEXT: Final = 4000


class Trigger(Word):
    SCHEDULE = "schedule", "theo lịch"
    PERSON = "person", "do người dùng"


class State(Word):
    WAITING = "waiting", "đang chờ"
    RUNNING = "running", "đang chạy"
    SUCCEEDED = "succeeded", "thành công"
    PARTLY = "partly", "một phần"
    FAILED = "failed", "lỗi"


OPEN: Final = {State.WAITING, State.RUNNING}
HEALTH: Final = {
    State.SUCCEEDED: Health.GOOD,
    State.PARTLY: Health.PARTLY,
    State.FAILED: Health.FAILED,
}


class NotAPeriodOfTheForm(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{value}” không phải kỳ báo cáo của biểu này, hoặc chưa tới kỳ (trường {field})."
    en = "“{value}” is no period of this form, or has not begun (field {field})."


class PeriodNotSaid(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Có nhiều dòng nhưng không dòng nào cho biết kỳ; cần khai báo nguồn của kỳ."
    en = "There are several rows, and none says its period: say where the period stands."


class PeriodTwice(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Kỳ {period} có hai dòng."
    en = "There are two rows of the period {period}."


class MissingValue(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Thiếu giá trị của chỉ tiêu “{item}”."
    en = "The value of the item “{item}” is missing."


class NotAValue(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Chỉ tiêu “{item}” phải là một giá trị, nguồn cho “{value}”."
    en = "The item “{item}” is one value, the source gives “{value}”."


class EmptyRow(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dòng này không có giá trị của chỉ tiêu nào."
    en = "The row says nothing about any item."


@dataclass(frozen=True)
class Form:
    """What of a form a mapping has to know: its periods, and what its items hold."""

    type: PeriodType
    window: Window
    holds: Mapping[str, str]


class Why(Protocol):
    """A reason, and its sentence in a language: a refusal of ours or of the warehouse."""

    @property
    def reason(self) -> str: ...
    def text(self, language: str) -> str: ...


class Flaw(NamedTuple):
    """Why a row is not taken over; `item` is empty where it is for the row itself."""

    item: str
    refusal: Why


@dataclass(frozen=True)
class Judged:
    """What a row reports, by item as systems write it; nothing, while it has flaws."""

    number: int
    period: str
    values: Mapping[str, str]
    flaws: Sequence[Flaw] = ()

    @property
    def count(self) -> int:
        """How many values it has, right and wrong ones."""
        return len(self.values) + len({flaw.item for flaw in self.flaws if flaw.item})


@dataclass(frozen=True)
class Count:
    """received = stored + unchanged + refused, in values."""

    stored: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def received(self) -> int:
        return self.stored + self.unchanged + self.refused

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.stored + other.stored,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )


def judge(
    rows: Sequence[Row], fields: Sequence[Field], form: Form, asked: Period, numbers_: Numbers
) -> Sequence[Judged]:
    """A row without a period is of the one that was asked for, if it is the only one."""
    judged, seen = list[Judged](), set[str]()
    for row in rows:
        one = _values(row, fields, form, numbers_)
        period, flaw = str(asked), None
        if row.period is not None:
            period, flaw = _period(row.period, form)
        elif len(rows) > 1:
            period, flaw = "", PeriodNotSaid()
        if not flaw and period in seen:
            flaw = PeriodTwice(period=period)
        seen.add(period)
        flaws = [*([Flaw("", flaw)] if flaw else ()), *one.flaws]
        judged.append(replace(one, period=period, flaws=flaws))
    return judged


def read_period(text: str, form: Form, today: date, field: str = "period") -> Period:
    """The period that somebody asks for: one of the form's that has begun."""
    wrong = NotAPeriodOfTheForm(field=field, value=text[:40])
    try:
        period = Period.read(text)
    except NotAPeriod as error:
        raise wrong from error
    if period.type is not form.type or form.window.bounds(period).first > today:
        raise wrong
    return period


def ended(count: Count, refusal: DomainError | None, flawed: int, rows: int) -> State:
    """What a run has come to; `flawed` of its rows were refused."""
    if refusal or (flawed and flawed == rows):
        return State.FAILED
    return State.PARTLY if flawed or count.refused else State.SUCCEEDED


def pause(attempts: int) -> timedelta:
    """Before the next try, after so many."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


def next_try(attempts: int, retries: int, now: datetime) -> datetime | None:
    """None if it is not tried any more."""
    return now + pause(attempts) if attempts <= retries else None


def _values(row: Row, fields: Sequence[Field], form: Form, numbers_: Numbers) -> Judged:
    values, flaws = dict[str, str](), list[Flaw]()
    for field in fields:
        raw = row.values.get(field.source)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if field.required:
                flaws.append(Flaw(field.item, MissingValue(item=field.item)))
            continue
        try:
            values[field.item] = _value(raw, field, form.holds.get(field.item, ""), numbers_)
        except DomainError as flaw:
            flaws.append(Flaw(field.item, flaw))
    if not values and not flaws:
        flaws.append(Flaw("", EmptyRow()))
    return Judged(row.number, "", values, flaws)


def _value(raw: Raw, field: Field, holds: str, numbers_: Numbers) -> str:
    """As systems write it; what the form itself asks of it, the warehouse judges."""
    wrong = NotAValue(item=field.item, value=numbers.shown(raw))
    if isinstance(raw, Nested):
        raise wrong
    match holds:
        case "integer" | "decimal":
            number = numbers.read(raw, numbers_, field.item)
            return numbers.scaled(number, field.scale, field.item, whole=holds == "integer")
        case "boolean":
            said = str(raw).strip().casefold()
            if said not in YES | NO:
                raise wrong
            return "true" if said in YES else "false"
        case "date":
            day = _day(str(raw).strip())
            if day is None:
                raise wrong
            return day.isoformat()
        case _:
            text = plain(raw) if isinstance(raw, Decimal) else str(raw).strip()
            if len(text) > LONGEST_TEXT:
                raise wrong
            return text


def _period(raw: Raw, form: Form) -> tuple[str, DomainError | None]:
    """As Saola writes it; a day or a month says in which period it lies."""
    text = plain(raw) if isinstance(raw, Decimal) else numbers.shown(raw)
    text = text.strip()
    day = _day(text)
    if day is not None:
        return str(form.window.period(form.type, day)), None
    if found := MONTH_FIRST.fullmatch(text):
        text = f"{found[2]}-{int(found[1]):02}"
    for read in (Period.read, from_dhis2):
        try:
            period = read(text)
        except NotAPeriod:
            continue
        if period.type is form.type:
            return str(period), None
    return text[:40], NotAPeriodOfTheForm(field="period", value=text[:40])


def _day(text: str) -> date | None:
    """`2026-11-22` or `22/11/2026`."""
    try:
        if found := DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return (
            date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        )
    except ValueError:
        return None
