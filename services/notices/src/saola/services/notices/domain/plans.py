"""How reminders climb: the steps of a plan, and whom each reaches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from saola.kit.errors import Code, DomainError, Word
from saola.services.notices.domain.templates import KNOWN

MOST_STEPS: Final = 12


class Rung(Word):
    REPORTERS = "reporters", "người lập báo cáo"
    HEADS = "heads", "lãnh đạo đơn vị"
    PARENT = "parent", "lãnh đạo cơ quan cấp trên"
    OFFICE = "office", "đơn vị theo dõi báo cáo của tỉnh"


# From below to above: where there is nobody, a step reaches the next.
LADDER: Final = tuple(Rung)
ROLES: Final[Mapping[Rung, Collection[str]]] = {
    Rung.REPORTERS: {"reporter"},
    Rung.HEADS: {"approver", "leader"},
    Rung.PARENT: {"approver", "leader"},
    Rung.OFFICE: {"approver", "leader"},
}


class InvalidStep(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Bước “{step}” của lộ trình nhắc chưa hợp lệ ({field})."
    en = "The step “{step}” of the plan is not valid ({field})."


@dataclass(frozen=True)
class Step:
    """What a step says to whom."""

    code: str
    rungs: tuple[Rung, ...]
    template: str
    urgent: bool = False


@dataclass(frozen=True)
class Official:
    """Whom a notice may reach: no name and no address."""

    id: UUID
    agencies: Collection[UUID]
    roles: Collection[str]


@dataclass(frozen=True)
class Reached:
    """An official who is told, and by which of the positions."""

    official: UUID
    agency: UUID


# What happens to a report that is not begun by anybody who thought of it.
USUAL: Final = (
    Step("before", (Rung.REPORTERS,), "before"),
    Step("due", (Rung.REPORTERS, Rung.HEADS), "due", urgent=True),
    Step("late", (Rung.REPORTERS, Rung.HEADS, Rung.PARENT), "late"),
    Step("overdue", (Rung.HEADS, Rung.PARENT, Rung.OFFICE), "overdue"),
)


def check(steps: Sequence[Step]) -> None:
    if not 0 < len(steps) <= MOST_STEPS:
        raise InvalidStep(field="plan.steps", step="")
    seen = set[str]()
    for n, step in enumerate(steps):
        right = {
            "code": bool(step.code.isidentifier()) and step.code not in seen,
            "rungs": bool(step.rungs),
            "template": "due" in KNOWN.get(step.template, ()),
        }
        if wrong := next((name for name, fine in right.items() if not fine), ""):
            raise InvalidStep(field=f"plan.steps[{n}].{wrong}", step=step.code[:40])
        seen.add(step.code)


def step_of(steps: Iterable[Step], code: str) -> Step | None:
    """Nothing for a step that the plan does not know: it is told to nobody."""
    return next((step for step in steps if step.code == code), None)


def reached(
    rungs: Iterable[Rung], stands: Mapping[Rung, UUID], officials: Sequence[Official]
) -> list[Reached]:
    """Whom rungs reach, each once. `stands` tells at which agency a rung stands.

    A rung with nobody on it passes the word up to the next that has somebody.
    """
    found = dict[UUID, Reached]()
    for rung in rungs:
        for higher in LADDER[LADDER.index(rung) :]:
            there = _on(higher, stands, officials)
            for one in there:
                found.setdefault(one.official, one)
            if there:
                break
    return sorted(found.values(), key=lambda one: one.official)


def deciders(
    lowest: Rung, stands: Mapping[Rung, UUID], officials: Sequence[Official], but: str
) -> list[Reached]:
    """Who may decide about what is asked: approvers, from a rung up to the first that has any, but
    for whoever asks."""
    others = [one for one in officials if str(one.id) != but]
    for rung in LADDER[LADDER.index(lowest) :]:
        if there := _on(rung, stands, others, {"approver"}):
            return there
    return []


def answerable(line: Iterable[UUID], officials: Sequence[Official]) -> list[Reached]:
    """Who answers for the connectors of an agency: the stewards there, or the nearest above."""
    for agency in line:
        there = [one for one in officials if agency in one.agencies and "steward" in one.roles]
        if there:
            return [Reached(one.id, agency) for one in there]
    return []


def _on(
    rung: Rung,
    stands: Mapping[Rung, UUID],
    officials: Sequence[Official],
    roles: Collection[str] = (),
) -> list[Reached]:
    agency = stands.get(rung)
    return [
        Reached(one.id, agency)
        for one in officials
        if agency in one.agencies and set(roles or ROLES[rung]) & set(one.roles)
        if agency is not None
    ]
