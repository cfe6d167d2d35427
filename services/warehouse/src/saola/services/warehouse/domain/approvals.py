"""The rules of approval: levels, whose turn it is, and that nobody decides about their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeVar
from uuid import UUID

from saola.kit.errors import Code, DomainError, Word
from saola.services.warehouse.domain.forms import LONGEST_LABEL, readable
from saola.services.warehouse.domain.submissions import Action, OwnSubmission

MOST_LEVELS: Final = 5
# After which approvals begin at the first level.
ANEW: Final = {Action.SUBMITTED, Action.CORRECTED, Action.RETURNED, Action.UNLOCKED}


class Where(Word):
    """Whose approvers decide at a level."""

    OWN = "own", "đơn vị báo cáo"
    SUPERIOR = "superior", "cơ quan cấp trên"
    ANY = "any", "đơn vị báo cáo hoặc cơ quan cấp trên"


class InvalidLevel(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Cấp duyệt thứ {level} định nghĩa chưa đúng ở {field}."
    en = "The definition of the level of approval {level} is not right at {field}."


class NotYourLevel(DomainError):
    code = Code.PERMISSION_DENIED
    vi = "Báo cáo đang chờ cấp duyệt “{level}”, thuộc thẩm quyền của {where}."
    en = "The report waits for the level “{level}”, which is decided by: {where}."


class ApprovedBefore(DomainError):
    code = Code.PERMISSION_DENIED
    vi = "Bạn đã duyệt báo cáo này ở cấp {level}; mỗi người chỉ duyệt ở một cấp."
    en = "You have approved this report at level {level}; nobody approves at two levels."


@dataclass(frozen=True)
class Level:
    title_vi: str
    where: Where
    title_en: str = ""


USUAL: Final = (Level("Duyệt", Where.ANY, "Approval"),)


class Post(NamedTuple):
    """From where somebody acts on a report: its agency or above; and as whose deputy."""

    own: bool
    deputy_of: str = ""

    def fits(self, level: Level) -> bool:
        return level.where is Where.ANY or self.own is (level.where is Where.OWN)


class Approved(NamedTuple):
    """Who has approved at a level, and as whose deputy."""

    level: int
    actor: str
    deputy_of: str = ""


class Done(Protocol):
    """A line of the history of a report."""

    @property
    def action(self) -> str: ...


D = TypeVar("D", bound=Done)


def standing(lines: Sequence[D]) -> list[D]:
    """What was done to a report and holds, oldest first: once it is as it was before it was opened,
    nothing of what was done meanwhile."""
    found = list[D]()
    for line in lines:
        opened = [place for place, one in enumerate(found) if one.action == Action.UNLOCKED]
        if line.action == Action.RELOCKED and opened:
            del found[opened[-1] :]
        found.append(line)
    return found


def approvals(lines: Sequence[D]) -> list[D]:
    """By which a report is approved as far as it is."""
    found = list[D]()
    for line in standing(lines):
        if line.action in ANEW:
            found.clear()
        elif line.action == Action.APPROVED:
            found.append(line)
    return found


def check_levels(levels: Sequence[Level]) -> None:
    if len(levels) > MOST_LEVELS:
        raise InvalidLevel(field="form.levels", level=len(levels))
    for row, level in enumerate(levels):
        right = {
            "title_vi": readable(level.title_vi, LONGEST_LABEL) and bool(level.title_vi.strip()),
            "title_en": readable(level.title_en, LONGEST_LABEL),
        }
        if wrong := next((name for name, fine in right.items() if not fine), ""):
            raise InvalidLevel(field=f"form.levels[{row}].{wrong}", level=row + 1)


def posts(
    held: Collection[UUID], deputies: Mapping[UUID, str], agencies: Collection[UUID]
) -> list[Post]:
    """The posts from which a caller may act on a report of `agencies`: one, and whose work it has
    taken over. `held` are those of the caller's positions that are there or above; whoever holds
    one by right does not act there as a deputy."""
    found = [Post(one in agencies, deputies.get(one, "")) for one in held]
    return sorted(found, key=lambda post: (post.deputy_of != "", not post.own))


def post_for(level: Level, posts: Sequence[Post]) -> Post:
    """From which of their posts somebody decides at a level."""
    for post in posts:
        if post.fits(level):
            return post
    raise NotYourLevel(level=level.title_vi, where=level.where)


def post_for_any(levels: Sequence[Level], posts: Sequence[Post]) -> Post:
    """A report is returned from whichever level it has reached, or has passed."""
    for level in levels:
        for post in posts:
            if post.fits(level):
                return post
    level = levels[-1]
    raise NotYourLevel(level=level.title_vi, where=level.where)


def check_not_own(submitters: Collection[str], caller: str, post: Post) -> None:
    """`submitters` are who submitted, and as whose deputy. A deputy acts for both persons."""
    if {caller, post.deputy_of} & ({*submitters} - {""}):
        raise OwnSubmission


def check_first(approved: Sequence[Approved], caller: str, post: Post) -> None:
    """No person at two levels, be it through a deputy."""
    for one in approved:
        if {caller, post.deputy_of} & ({one.actor, one.deputy_of} - {""}):
            raise ApprovedBefore(level=one.level)
