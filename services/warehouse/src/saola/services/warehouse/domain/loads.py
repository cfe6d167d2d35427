"""The rules of loads: reports that had come in an earlier system, and when they had come there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from saola.kit.errors import Code, DomainError
from saola.periods.local import LOCAL, instant, local_day
from saola.periods.periods import Period
from saola.periods.windows import Window
from saola.services.warehouse.domain.batches import MOST_REPORTS, TooManyReports
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.lists import PART, Verdict
from saola.services.warehouse.domain.submissions import Written


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
