"""What is known of a fetching so far, whatever ends it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from saola.kit.errors import DomainError
from saola.periods.periods import Period
from saola.services.connectors.domain.runs import Count, Flaw, Form

NOTHING = Count()


@dataclass
class Found:
    """What was asked for and answered, what of it the warehouse has taken, and what ended it."""

    period: Period
    form: Form | None = None
    url: str = ""
    status: int = 0
    type: str = ""
    body: bytes = field(default=b"", repr=False)
    # What the body is called as a kept file.
    file: str = ""
    rows: int = 0
    count: Count = NOTHING
    flaws: list[tuple[int, str, Flaw]] = field(default_factory=list)
    refusal: DomainError | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest() if self.body else ""

    @property
    def flawed(self) -> int:
        """How many rows were refused."""
        return len({row for row, _, _ in self.flaws})


def told(row: int, period: str, flaw: Flaw) -> Mapping[str, object]:
    """A refusal, as it is kept: with its sentences, as they were said."""
    why = flaw.refusal
    said = {"reason": why.reason, "vi": why.text("vi"), "en": why.text("en")}
    return {"row": row, "period": period, "item": flaw.item, **said}
