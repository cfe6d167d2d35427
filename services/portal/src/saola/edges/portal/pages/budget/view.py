"""What the page of the plan and its execution shows: lines, their sums, and their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from saola.apis.budget.v1 import entries_pb2 as entries
from saola.apis.budget.v1.execution_pb2 import ListExecutionResponse
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.budget import words as names

SORTS: Final = ("of", "planned", "done", "share")


@dataclass(frozen=True)
class Line:
    """Money is whole đồng. `share`: per cent of the plan, where there is one."""

    of: str
    title: str
    group: str
    initial: int
    planned: int
    done: int

    @property
    def adjusted(self) -> int:
        return self.planned - self.initial

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.done) * 100 / self.planned if self.planned > 0 else None


@dataclass(frozen=True)
class Part:
    """Revenue, or expenditure."""

    key: str
    title: str
    lines: Sequence[Line]
    total: Line


def parts(
    found: Sequence[ListExecutionResponse.Line],
    areas: Mapping[str, str],
    sort: str,
    words: Words,
) -> list[Part]:
    titles = names.flows(words)
    made = []
    for key, flow in (
        ("revenue", entries.FLOW_REVENUE),
        ("expenditure", entries.FLOW_EXPENDITURE),
    ):
        lines = [_line(one, areas, words) for one in found if one.flow == flow]
        total = _total(lines, words)
        made.append(Part(key, titles[flow], sorted_by(lines, sort), total))
    return made


def _line(one: ListExecutionResponse.Line, areas: Mapping[str, str], words: Words) -> Line:
    return Line(
        of=one.chapter or one.area,
        title=one.chapter or areas.get(one.area) or one.area or words._("of no area"),
        group=names.groups(words).get(one.group, one.group),
        initial=one.initial,
        planned=one.planned,
        done=one.done,
    )


def _total(lines: Sequence[Line], words: Words) -> Line:
    return Line(
        of="",
        title=words._("Total"),
        group="",
        initial=sum(one.initial for one in lines),
        planned=sum(one.planned for one in lines),
        done=sum(one.done for one in lines),
    )


def sorted_by(lines: Sequence[Line], sort: str) -> list[Line]:
    """`-done` begins with the largest. What has no share stands at the end, whatever the order."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    if key == "share":
        known = [line for line in lines if line.share is not None]
        known.sort(key=lambda line: line.share or 0, reverse=down)
        return known + [line for line in lines if line.share is None]
    if key in ("planned", "done"):
        return sorted(lines, key=lambda line: line.planned if key == "planned" else line.done,
                      reverse=down)  # fmt: skip
    return sorted(lines, key=lambda line: (line.title, line.group), reverse=down)


def elapsed(year: int, on: date) -> Decimal:
    """How much of a year is over on a day, in per cent."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    over = (min(max(on, first), end) - first).days + (first <= on < end)
    return Decimal(100 * over) / (end - first).days


def kind(share: Decimal | None, over: Decimal, *, good: bool) -> str:
    """Whether it goes as the year goes. Of spending no light says that more is better."""
    if share is None or not good:
        return "none"
    return "good" if share >= over - 2 else "watch" if share >= over - 10 else "bad"


def paid(planned: int, disbursed: int) -> Line:
    """Of a project, as a line of the plan."""
    return Line("", "", "", planned, planned, disbursed)
