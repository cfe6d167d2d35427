"""When reports had come in an earlier system, as the lines of a table state it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from saola.kit.errors import Code, DomainError
from saola.periods.local import LOCAL
from saola.services.warehouse.domain.lists import DAY

SHOWN: Final = 40


class CameTwice(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Báo cáo kỳ {period} được ghi hai thời điểm đến khác nhau."
    en = "Two lines of the report for {period} say otherwise when it had come."


class NotAMoment(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{text}” (kỳ {period}) không phải là thời điểm đến; hãy ghi như 20/11/2026 16:30."
    en = "“{text}” ({period}) is no moment at which a report came; write it as 20/11/2026 16:30."


def arrivals(
    lines: Iterable[tuple[str, str]],
) -> tuple[Mapping[str, datetime], Mapping[str, DomainError]]:
    """When the report for each period had come, or what is wrong about it. A line is its period,
    and what it says of that: nothing, or the same as the others."""
    came, refused = dict[str, datetime](), dict[str, DomainError]()
    for period, text in lines:
        if not text:
            continue
        try:
            moment = written_moment(text)
        except (ValueError, OverflowError):
            refused[period] = NotAMoment(period=period, text=text[:SHOWN])
            continue
        if came.setdefault(period, moment) != moment:
            refused[period] = CameTwice(period=period)
    return came, refused


def written_moment(text: str) -> datetime:
    """As people and systems write it, in local time where no other is said; of a day alone, its
    first moment."""
    day, clock, *more = [*text.replace("T", " ").split(), "00:00"]
    if ":" in day:
        day, clock = clock, day
    if more not in ([], ["00:00"]):
        raise ValueError(text)
    if found := DAY.fullmatch(day):
        day = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    clock = clock if clock.index(":") == 2 else f"0{clock}"
    moment = datetime.fromisoformat(f"{day} {clock}")
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
