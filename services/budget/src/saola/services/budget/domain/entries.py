"""The rules of entries: what a line of revenue or expenditure says, and to which group it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from saola.kit.errors import DomainError
from saola.services.budget.domain import money
from saola.services.budget.domain.money import DuplicateLine, Flow, Level


class Group(StrEnum):
    """What plans are made for."""

    DOMESTIC = "domestic"
    CUSTOMS = "customs"
    OTHER_REVENUE = "other_revenue"
    RECURRENT = "recurrent"
    INVESTMENT = "investment"
    OTHER_EXPENDITURE = "other_expenditure"

    @property
    def flow(self) -> Flow:
        spent = (Group.RECURRENT, Group.INVESTMENT, Group.OTHER_EXPENDITURE)
        return Flow.EXPENDITURE if self in spent else Flow.REVENUE


# What no range names: an item of revenue is domestic, one of expenditure is of the others.
REST = {Flow.REVENUE: Group.DOMESTIC, Flow.EXPENDITURE: Group.OTHER_EXPENDITURE}
Ranges = Sequence[tuple[str, str]]


class Key(NamedTuple):
    """What tells one line from another: the same line again is a repeat, or a correction."""

    day: date
    flow: Flow
    chapter: str
    sector: str
    item: str
    level: Level
    area: str
    document: str


@dataclass(frozen=True)
class Said:
    """A line as somebody wants it recorded."""

    key: Key
    amount: int


def check(said: Said, today: date, field: str = "") -> Said:
    """The line as it is kept, or what is wrong with it."""
    key = said.key
    kept = key._replace(
        day=money.check_day(key.day, f"{field}day", today),
        chapter=money.check_code(key.chapter, f"{field}chapter"),
        sector=money.check_code(key.sector, f"{field}sector", optional=key.flow is Flow.REVENUE),
        item=money.check_code(key.item, f"{field}item"),
        area=money.check_area(key.area, f"{field}area"),
        document=money.check_document(key.document, f"{field}document"),
    )
    return Said(kept, money.check_amount(said.amount, f"{field}amount"))


def check_apart(lines: Sequence[Said]) -> None:
    """No line is there twice."""
    seen = dict[Key, int]()
    flaws = list[DomainError]()
    for row, line in enumerate(lines):
        if line.key in seen:
            flaws.append(DuplicateLine(field=f"entries[{row}]", row=seen[line.key]))
        seen.setdefault(line.key, row)
    if flaws:
        raise DomainError.of(flaws)


def read_ranges(setting: Sequence[str]) -> Ranges:
    """`1702` or `1850-1999`: items from the first to the last."""
    found = list[tuple[str, str]]()
    for one in setting:
        first, _, last = one.partition("-")
        found.append((first, last or first))
    return found


def group_of(flow: Flow, item: str, groups: Mapping[str, Sequence[str]]) -> Group:
    """To which group an item counts, as the site has set it."""
    for group in Group:
        if group.flow is flow and any(
            first <= item <= last for first, last in read_ranges(groups.get(group, ()))
        ):
            return group
    return REST[flow]
