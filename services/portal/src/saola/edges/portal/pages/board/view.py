"""What the board shows of the warehouse's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from saola.apis.warehouse.v1.obligations_pb2 import Board
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words

KINDS = ("in", "returned", "draft", "todo")


@dataclass(frozen=True)
class Cell:
    """One agency. `kind`: the worst that is true of what it owes."""

    id: str
    title: str
    kind: str
    text: str
    said: str

    @property
    def path(self) -> str:
        return f"/board/{self.id}"


@dataclass(frozen=True)
class Shown:
    """`until`: the next deadline, or the last one when all have passed; 0 when there is none."""

    on: date
    cells: Sequence[Cell]
    counts: Sequence[tuple[str, int, str]]
    agencies: int
    complete: int
    percent: int
    now: int
    until: int
    late: bool
    due: str

    @property
    def missing(self) -> int:
        return self.agencies - self.complete

    @property
    def bars(self) -> list[tuple[str, int]]:
        return [(kind, count) for kind, count, _ in self.counts]

    @property
    def said(self) -> str:
        return ", ".join(f"{word} {count}" for _, count, word in self.counts)

    @property
    def left(self) -> str:
        return formats.left((self.until - self.now) / 1000)


def words_of(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "in": _("sent"),
        "returned": _("to correct"),
        "draft": _("being entered"),
        "todo": _("not begun"),
        "exempt": _("exempt"),
    }


def kind_of(cell: Board.Cell) -> str:
    """Returned comes first: somebody has to act on it. Who is exempt from all owes nothing."""
    if cell.exempt and not cell.expected:
        return "exempt"
    if cell.returned:
        return "returned"
    if cell.expected and cell.submitted >= cell.expected:
        return "in"
    return "draft" if cell.draft or cell.submitted else "todo"


def shown(board: Board, words: Words) -> Shown:
    named = words_of(words)
    cells = [_cell(cell, words, named) for cell in board.cells]
    kinds = [cell.kind for cell in cells]
    coming = board.HasField("next_due_time")
    due = board.next_due_time if coming else board.last_due_time
    has_due = coming or board.HasField("last_due_time")
    read = formats.local(board.read_time)
    return Shown(
        on=date.fromisoformat(board.date) if board.date else read.date(),
        cells=cells,
        counts=[(kind, kinds.count(kind), named[kind]) for kind in KINDS],
        agencies=board.agencies,
        complete=board.complete,
        percent=round(100 * board.complete / board.agencies) if board.agencies else 0,
        now=board.read_time.ToMilliseconds(),
        until=due.ToMilliseconds() if has_due else 0,
        late=has_due and due.ToMilliseconds() <= board.read_time.ToMilliseconds(),
        due=formats.clock(due) if has_due else "",
    )


def _cell(cell: Board.Cell, words: Words, named: dict[str, str]) -> Cell:
    kind = kind_of(cell)
    text = named[kind]
    if kind == "in" and cell.HasField("submit_time"):
        text = formats.clock(cell.submit_time)
    elif cell.expected > 1:
        text = f"{cell.submitted}/{cell.expected} · {text}"
    said = named[kind]
    if cell.late:
        said += ", " + words._("late")
        text += " · " + words._("late")
    return Cell(cell.agency.removeprefix("agencies/"), cell.agency_title, kind, text, said)
