"""The rules of loads: reports that had come in an earlier system, and when they had come there."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from saola.kit.errors import Code, DomainError
from saola.periods.local import LOCAL, instant, local_day
from saola.periods.periods import Period
from saola.periods.windows import Window
from saola.services.warehouse.domain.batches import MOST_REPORTS, TooManyReports
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.lists import DAY, PART, Verdict
from saola.services.warehouse.domain.submissions import Written

SHOWN: Final = 40


class OwnLoad(DomainError):
    code = Code.PERMISSION_DENIED
    vi = "Báo cáo của hệ thống cũ do cấp trên nạp, đơn vị không tự nạp cho mình."
    en = "Reports of an earlier system are loaded from above, not by the agency for itself."


class PeriodNotOver(DomainError):
    vi = "Kỳ {period} chưa kết thúc; chỉ nạp báo cáo của các kỳ đã kết thúc."
    en = "The period {period} is not over; only reports of periods that are over are loaded."


class CameTooEarly(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Báo cáo kỳ {period} không thể đến lúc {came}, trước khi kỳ bắt đầu."
    en = "The report for {period} cannot have come at {came}, before the period began."


class CameInFuture(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Báo cáo kỳ {period} không thể đến sau thời điểm nạp."
    en = "The report for {period} cannot come after it is loaded."


class CameMissing(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Chưa nêu báo cáo kỳ {period} đã đến lúc nào."
    en = "Nothing says when the report for {period} had come."


class CameTwice(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Báo cáo kỳ {period} được ghi hai thời điểm đến khác nhau."
    en = "Two lines of the report for {period} say otherwise when it had come."


class NotAMoment(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{text}” (kỳ {period}) không phải là thời điểm đến; hãy ghi như 20/11/2026 16:30."
    en = "“{text}” ({period}) is no moment at which a report came; write it as 20/11/2026 16:30."


class AlreadyReported(DomainError):
    code = Code.ALREADY_EXISTS
    vi = "Đã có báo cáo kỳ {period} ({submission}); muốn sửa thì mở khoá và gửi lại, không nạp đè."
    en = "There is a report for {period} ({submission}); correct it by an unlock, not by a load."


class ReportRefused(DomainError):
    vi = "Dòng khác của báo cáo kỳ {period} bị từ chối, nên cả báo cáo chưa được nạp."
    en = "Another line of the report for {period} was refused, so that it was not loaded."


@dataclass(frozen=True)
class Stated:
    """A report as it had come in the earlier system: for which period, when, and what it said."""

    period: str
    came: datetime | None
    written: Sequence[Written]


def check_load(stated: Sequence[Stated]) -> None:
    if len(stated) > MOST_REPORTS:
        raise TooManyReports(most=MOST_REPORTS)


def check_from_above(above: Collection[UUID], held: Collection[UUID]) -> None:
    """Nobody states for their own agency when it has reported, unless none is above it."""
    if above and not {*above} & {*held}:
        raise OwnLoad


def check_over(period: Period, window: Window, now: datetime) -> None:
    if local_day(now) <= window.bounds(period).last:
        raise PeriodNotOver(period=period)


def check_came(came: datetime | None, period: Period, window: Window, now: datetime) -> datetime:
    """Not before its period began, and not after it is loaded."""
    if came is None:
        raise CameMissing(period=period)
    if came > now:
        raise CameInFuture(period=period)
    if came < instant(window.bounds(period).first, time()):
        raise CameTooEarly(period=period, came=f"{came.astimezone(LOCAL):%H:%M %d/%m/%Y}")
    return came


def whole(verdict: Verdict) -> Iterator[Rows]:
    """What may stand of a table, in parts for one transaction each that hold whole reports."""
    part, reports = list[tuple[int, str, str, str, str, str]](), 0
    period = itemgetter(1)
    for _, its in groupby(sorted(verdict.rows, key=period), period):
        if reports == MOST_REPORTS or len(part) >= PART:
            yield Rows(*zip(*part, strict=True))
            part, reports = [], 0
        part, reports = [*part, *its], reports + 1
    if part:
        yield Rows(*zip(*part, strict=True))


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
