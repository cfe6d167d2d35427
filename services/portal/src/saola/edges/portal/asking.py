"""What a page of figures is asked for: of whom, for which period, and as it was known when."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query
from google.protobuf.timestamp_pb2 import Timestamp

from saola.edges.portal import formats
from saola.kit.errors import InvalidField
from saola.periods.periods import NotAPeriod, Period, PeriodType

LENGTHS: Final = {type.value: type for type in PeriodType}


def moment(as_of: str) -> Timestamp | None:
    """As browsers write it, on the clocks of Vietnam. The minute that is named counts whole: what
    came in during it was known then."""
    if not as_of:
        return None
    try:
        local = datetime.fromisoformat(as_of[:16]).replace(tzinfo=formats.HOURS)
    except ValueError:
        raise InvalidField(field="as_of") from None
    stamp = Timestamp()
    stamp.FromDatetime(local.replace(second=59, microsecond=999_000).astimezone(UTC))
    return stamp


@dataclass(frozen=True)
class Asking:
    """`as_of` as browsers write it, on the clocks of Vietnam: `2026-11-20T17:00`."""

    period: str = ""
    period_type: str = ""
    as_of: str = ""
    agency: str = ""
    area: str = ""
    # How the table of parts is broken down, and by which column it is sorted: `-value`.
    by: str = ""
    sort: str = ""

    @property
    def order(self) -> str:
        return self.sort.removeprefix("-") or "rank"

    @property
    def down(self) -> bool:
        return self.sort.startswith("-")

    @property
    def own(self) -> str:
        """The end of the path of a page about this agency or area."""
        return "".join(f"/{one}" for one in (self.agency, self.area) if one)

    @property
    def whose(self) -> dict[str, str]:
        """The same as the fields of an address of a file."""
        return {
            "agency": self.agency.removeprefix("agencies/"),
            "area": self.area.removeprefix("areas/"),
        }

    @property
    def of(self) -> dict[str, Any]:
        """The fields that the questions of the warehouse have in common."""
        asked: dict[str, Any] = {"agency": self.agency, "area": self.area}
        if self.period:
            asked["period"] = self.period
        elif self.period_type:
            asked["period_type"] = self.period_type
        if self.moment is not None:
            asked["as_of"] = self.moment
        return {key: value for key, value in asked.items() if value}

    @property
    def moment(self) -> Timestamp | None:
        return moment(self.as_of)

    def within(self, agency: UUID | None = None, area: UUID | None = None) -> "Asking":
        return replace(
            self,
            agency=f"agencies/{agency}" if agency else "",
            area=f"areas/{area}" if area else "",
        )

    def query(self, **other: str) -> str:
        """The same question as the end of an address, but for what is `other`."""
        asked = {"period": self.period, "period_type": self.period_type, "as_of": self.as_of}
        kept = {key: value for key, value in (asked | other).items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def _asking(
    period: Annotated[str, Query()] = "",
    period_type: Annotated[str, Query()] = "",
    as_of: Annotated[str, Query()] = "",
    by: Annotated[str, Query()] = "",
    sort: Annotated[str, Query()] = "",
) -> Asking:
    try:
        if period:
            Period.read(period)
        if period_type:
            LENGTHS[period_type]
    except (NotAPeriod, KeyError):
        raise InvalidField(field="period") from None
    try:
        if as_of:
            datetime.fromisoformat(as_of)
    except ValueError:
        raise InvalidField(field="as_of") from None
    return Asking("" if period_type else period, period_type, as_of[:16], by=by, sort=sort)


Asked = Annotated[Asking, Depends(_asking)]
