"""When a report that is not submitted has gone so far that somebody is to be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

OTHER: Final = "other"
# How long after the last step a report is still looked at: a site that was off makes up for it.
CATCH_UP: Final = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Step:
    """So many hours after the deadline; before it where they are below zero."""

    hours: int
    code: str

    def at(self, due: datetime) -> datetime:
        return due + timedelta(hours=self.hours)


@dataclass(frozen=True)
class Steps:
    """The steps of each type of period, as the site sets them."""

    by_type: Mapping[str, Sequence[Step]]

    @classmethod
    def read(cls, given: Mapping[str, Mapping[str, int]]) -> "Steps":
        return cls(
            {
                kind: sorted(Step(hours, code) for code, hours in steps.items())
                for kind, steps in given.items()
            }
        )

    def of(self, period_type: str) -> Sequence[Step]:
        return self.by_type.get(period_type, self.by_type.get(OTHER, ()))

    def window(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Between which deadlines a step may have been reached by now; none without any step."""
        hours = [step.hours for steps in self.by_type.values() for step in steps]
        if not hours:
            return None
        return now - timedelta(hours=max(hours)) - CATCH_UP, now - timedelta(hours=min(hours))


def reached(steps: Iterable[Step], due: datetime, now: datetime) -> Step | None:
    """The last step that has come; of those that were missed nobody is told any more."""
    return max((step for step in steps if step.at(due) <= now), default=None)
