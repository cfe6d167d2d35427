"""The rules of plans: which are taken, and which say something new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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


@dataclass(frozen=True)
class Plan:
    """What an agency shall reach; no value takes back what was planned."""

    indicator: UUID
    agency: UUID
    period: Period
    value: Decimal | None
    source: str

    @property
    def key(self) -> Key:
        return self.indicator, self.agency, str(self.period)


class Written(NamedTuple):
    """A plan as somebody has written it."""

    indicator: str
    agency: str
    period: str
    value: str
    source: str


def read(written: Written, field: str) -> Plan:
    """What is written so, or a refusal that says where."""
    indicator, agency, period, value, source = written
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
    )


def check_apart(plans: Sequence[Plan]) -> None:
    seen = set[Key]()
    for row, plan in enumerate(plans):
        if plan.key in seen:
            raise DuplicatePlan(field=f"plans[{row}]")
        seen.add(plan.key)


def changed(said: Sequence[Plan], before: Mapping[Key, tuple[Decimal | None, str]]) -> list[Plan]:
    """What is new in `said`. Saying the same again, or taking back what never was, is not."""
    return [
        plan
        for plan in said
        if (plan.key in before or plan.value is not None)
        and before.get(plan.key) != (plan.value, plan.source)
    ]


def _number(text: str, field: str) -> Decimal:
    try:
        return numbers.read(text, "", "", field)
    except DomainError as error:
        raise PlanNotANumber(field=field, value=text[: numbers.LONGEST]) from error
