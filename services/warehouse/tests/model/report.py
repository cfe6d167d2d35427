"""One report on paper: what it says, in which state it is, and who had a hand in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

COUNTING = {"SUBMITTED", "APPROVED", "LOCKED"}
OPEN = {"DRAFT", "RETURNED", "UNLOCKED"}
REQUIRED = ("1", "2", "3")


class Said(NamedTuple):
    """What a report says about an item; nothing at all takes back what it said."""

    status: str
    value: str


@dataclass
class Report:
    state: str = "DRAFT"
    required: Sequence[str] = REQUIRED
    says: dict[str, Said] = field(default_factory=dict)
    came: datetime | None = None
    on_time: bool = False
    filled: int = 0
    level: int = 0
    # Who sent it, and at each level who approved it.
    sender: str = ""
    approvers: list[set[str]] = field(default_factory=list)
    # Whether it was asked that it be open again; and while it is: until when, and what it was.
    request: str = ""
    until: datetime | None = None
    before: "Report | None" = None
    opened: bool = False
    # It stands as it was loaded.
    loaded: bool = False

    @property
    def counts(self) -> bool:
        return self.state in COUNTING

    def is_over(self, at: datetime) -> bool:
        """Open again for longer than was said."""
        return self.until is not None and self.until <= at
