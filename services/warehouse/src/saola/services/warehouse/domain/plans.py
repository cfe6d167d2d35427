"""The rules of plans: which are taken, which say something new, and whether that was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple
from uuid import UUID

from saola.kit.errors import Code, DomainError, InvalidField, MissingField
from saola.kit.names import id_of
from saola.periods.periods import Period
from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.periods import read_period

MOST: Final = 1000
LONGEST_SOURCE: Final = 500
Key = tuple[UUID, UUID, str]  # indicator, agency, and period as it is written


class DuplicatePlan(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Kế hoạch ở {field} xuất hiện hai lần."
    en = "The plan at {field} is there twice."


class PlanNotANumber(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Kế hoạch ở {field}: “{value}” không phải là số."
    en = "The plan at {field}: “{value}” is not a number."


class PlanAfterClosing(DomainError):
    vi = (
        "Đơn vị {agency} kết thúc hoạt động từ ngày {closed}, "
        "không giao kế hoạch cho kỳ {period} bắt đầu sau đó."
    )
    en = "The agency {agency} is no more from {closed} on: {period} begins after that."


class Outcome(Enum):
    """What becomes of a plan: stale is what would supersede another than was seen."""

    STORED, UNCHANGED, STALE = range(3)


@dataclass(frozen=True)
class Plan:
    """What an agency shall reach; no value takes back what was planned. `seen` is the etag of the
    plan that it supersedes."""

    indicator: UUID
    agency: UUID
    period: Period
    value: Decimal | None
    source: str
    seen: str = ""

    @property
    def key(self) -> Key:
        return self.indicator, self.agency, str(self.period)


class Held(NamedTuple):
    """What holds for a key, or that it was taken back, and which row says so."""

    id: UUID
    value: Decimal | None
    source: str

    @property
    def etag(self) -> str:
        """Taken back is as if there never was one."""
        return "" if self.value is None else f'"{self.id.hex}"'


class Written(NamedTuple):
    """A plan as somebody has written it."""

    indicator: str
    agency: str
    period: str
    value: str
    source: str
    etag: str = ""


def read(written: Written, field: str) -> Plan:
    """What is written so, or a refusal that says where."""
    indicator, agency, period, value, source, etag = written
    if not source.strip():
        raise MissingField(field=f"{field}.source")
    if len(source) > LONGEST_SOURCE or not source.isprintable():
        raise InvalidField(field=f"{field}.source")
    return Plan(
        id_of("indicators", indicator),
        id_of("agencies", agency),
        read_period(period, f"{field}.period"),
        _number(value, f"{field}.value") if value else None,
        source.strip(),
        etag,
    )


def check_apart(plans: Sequence[Plan]) -> None:
    seen = set[Key]()
    for row, plan in enumerate(plans):
        if plan.key in seen:
            raise DuplicatePlan(field=f"plans[{row}]")
        seen.add(plan.key)


def check_standing(plan: Plan, closed: date | None, agency: str, field: str) -> None:
    """Nobody reaches anything in what begins when they are no more. `agency`: as it is called."""
    if closed is not None and plan.value is not None and plan.period.begin >= closed:
        raise PlanAfterClosing(field=field, agency=agency, closed=closed, period=plan.period)


def outcome(plan: Plan, held: Held | None) -> Outcome:
    """Saying the same again, or taking back what never was, changes nothing, whatever was seen."""
    if held and (plan.value, plan.source) == (held.value, held.source):
        return Outcome.UNCHANGED
    if held is None and plan.value is None:
        return Outcome.UNCHANGED
    return Outcome.STORED if plan.seen == (held.etag if held else "") else Outcome.STALE


def _number(text: str, field: str) -> Decimal:
    try:
        return numbers.read(text, "", "", field)
    except DomainError as error:
        raise PlanNotANumber(field=field, value=text[: numbers.LONGEST]) from error
