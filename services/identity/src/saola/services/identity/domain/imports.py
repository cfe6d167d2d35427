"""The rules of a directory file: each row says what an agency is to be, and below whom.

Rows come in any order. A row that is refused stops none but those below it.
"""

from collections import ChainMap, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from saola.directory.tree import Parent
from saola.kit.errors import AlreadyExists, DomainError, InvalidField, PermissionDenied
from saola.kit.errors import Code as Class
from saola.services.identity.domain import agencies as rules
from saola.services.identity.domain.agencies import Kind, Life, Said, SecondRoot

COLUMNS: Final = ("code", "name", "short_name", "kind", "parent_code", "area_code", "valid_from")
OPTIONAL: Final = {"short_name", "area_code", "valid_from"}


class NotADirectoryFile(DomainError):
    code = Class.INVALID_ARGUMENT
    vi = "Tệp không phải CSV UTF-8 đúng mẫu danh mục đơn vị (cột “{column}”)."
    en = "The file is not a CSV file in UTF-8 of the form of a directory (column “{column}”)."


class UnknownParent(DomainError):
    vi = "Không có đơn vị cấp trên mã “{code}” ({field})."
    en = "There is no parent with the code “{code}” ({field})."


class DuplicateRow(DomainError):
    code = Class.INVALID_ARGUMENT
    vi = "Mã “{code}” đã có ở dòng {row} ({field})."
    en = "The code “{code}” is in row {row} already ({field})."


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """A row as it was written; `number` counts from 1, the header being 1."""

    number: int
    code: str
    name: str
    kind: str
    parent_code: str
    short_name: str = ""
    area_code: str = ""
    valid_from: str = ""


@dataclass(frozen=True)
class Known:
    """An agency that is there, or will be by an earlier row."""

    id: UUID
    code: str
    title: str
    short: str
    kind: Kind
    area: UUID | None
    life: Life
    parents: tuple[Parent, ...]
    # Whether it is the caller's to change.
    mine: bool


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row: the agency as it is to be, or why not."""

    line: Line
    outcome: Outcome
    agency: Known | None = None
    refusal: DomainError | None = None


@dataclass
class Facts:
    """What is there before the file, and what a first root would be called."""

    agencies: dict[str, Known]
    # When the last agency of a code ended that is no more.
    ended: Mapping[str, date]
    areas: Mapping[str, UUID]
    today: date
    root: UUID | None
    parents: dict[UUID, list[Parent]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parents = {one.id: list(one.parents) for one in self.agencies.values()}

    def with_parents(self, agency: UUID, parents: list[Parent]) -> Mapping[UUID, list[Parent]]:
        """Who would be below whom, without a copy of a hundred thousand."""
        return ChainMap({agency: parents}, self.parents)

    def take(self, agency: Known) -> None:
        self.agencies[agency.code] = agency
        self.parents[agency.id] = list(agency.parents)


def judge(lines: Sequence[Line], facts: Facts, new_id: Callable[[str], UUID]) -> list[Verdict]:
    """What becomes of each row, parents before their children. `facts` grow by what is judged."""
    first = {line.code: line for line in reversed(lines) if line.code}
    once = [line for line in lines if first.get(line.code, line) is line]
    ordered, circling = _parents_first(once, first)
    verdicts = [_verdict(line, facts, new_id) for line in ordered]
    for line in circling:
        refusal: DomainError = rules.CircularParent(agency=line.code)
        verdicts.append(Verdict(line, Outcome.REFUSED, refusal=refusal))
    for line in lines:
        if (same := first.get(line.code, line)) is not line:
            refusal = DuplicateRow(field="code", code=line.code, row=same.number)
            verdicts.append(Verdict(line, Outcome.REFUSED, refusal=refusal))
    return verdicts


def _parents_first(
    lines: Sequence[Line], by_code: Mapping[str, Line]
) -> tuple[list[Line], list[Line]]:
    """Each row after that of its parent; and those that go round in a circle, or hang on one."""
    below: dict[str, list[Line]] = {}
    ready = deque(line for line in lines if line.parent_code not in by_code)
    for line in lines:
        if line.parent_code in by_code:
            below.setdefault(line.parent_code, []).append(line)
    ordered = []
    while ready:
        ordered.append(ready.popleft())
        ready.extend(below.pop(ordered[-1].code, ()))
    return ordered, [line for rest in below.values() for line in rest]


def _verdict(line: Line, facts: Facts, new_id: Callable[[str], UUID]) -> Verdict:
    known = facts.agencies.get(line.code)
    try:
        agency = _changed(line, known, facts) if known else _new(line, facts, new_id)
    except DomainError as refusal:
        return Verdict(line, Outcome.REFUSED, refusal=refusal)
    if agency == known:
        return Verdict(line, Outcome.UNCHANGED, agency)
    facts.take(agency)
    return Verdict(line, Outcome.CHANGED if known else Outcome.CREATED, agency)


def said(line: Line, facts: Facts) -> Said:
    """What the cells of a row say, or which of them is wrong."""
    kind = next((one for one in Kind if one == line.kind), None)
    if kind is None:
        raise InvalidField(field="kind")
    if line.area_code and line.area_code not in facts.areas:
        raise InvalidField(field="area_code")
    return Said(
        title=rules.line(line.name, "name"),
        kind=kind,
        since=rules.day(line.valid_from, "valid_from", facts.today),
        code=rules.code(line.code, "code"),
        short=rules.line(line.short_name, "short_name", rules.LONGEST_SHORT, needed=False),
        area=facts.areas.get(line.area_code),
    )


def _new(line: Line, facts: Facts, new_id: Callable[[str], UUID]) -> Known:
    wanted = said(line, facts)
    if wanted.since < facts.ended.get(wanted.code, wanted.since):
        raise AlreadyExists(field="code", value=wanted.code)
    parents: tuple[Parent, ...] = ()
    id = new_id(line.code)
    if line.parent_code:
        above = _parent(line, facts)
        rules.check_parent(wanted.since, above.life, "valid_from")
        parents = (Parent(above.id, wanted.since),)
    elif facts.agencies or facts.root is None:
        raise SecondRoot(field="parent_code")
    else:
        id = facts.root
    return Known(
        id=id,
        code=wanted.code,
        title=wanted.title,
        short=wanted.short,
        kind=wanted.kind,
        area=wanted.area,
        life=Life(wanted.since),
        parents=parents,
        mine=True,
    )


def _changed(line: Line, known: Known, facts: Facts) -> Known:
    if not known.mine:
        raise PermissionDenied
    wanted = said(line, facts)
    agency = replace(
        known, title=wanted.title, short=wanted.short, kind=wanted.kind, area=wanted.area
    )
    above = _parent(line, facts) if line.parent_code else None
    to = above.id if above else None
    if to != _last(known):
        if above is None:
            raise SecondRoot(field="parent_code")
        rules.check_parent(wanted.since, above.life, "valid_from")
        parents = rules.moved(known.parents, above.id, wanted.since, "valid_from")
        rules.check_circle(known.id, facts.with_parents(known.id, parents))
        agency = replace(agency, parents=tuple(parents))
    if agency != known:
        rules.check_open(known.life)
    return agency


def _last(known: Known) -> UUID | None:
    return known.parents[-1].agency if known.parents else None


def _parent(line: Line, facts: Facts) -> Known:
    above = facts.agencies.get(line.parent_code)
    if above is None or not above.mine:
        raise UnknownParent(field="parent_code", code=line.parent_code)
    return above
