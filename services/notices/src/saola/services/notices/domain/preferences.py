"""How an official wants to be told, and when a message may leave."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from saola.directory.working import LOCAL
from saola.kit.errors import InvalidField, Word

MORNING: Final = time(8)
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


class Channel(Word):
    EMAIL = "email", "thư điện tử"
    SMS = "sms", "tin nhắn"
    WEBHOOK = "webhook", "webhook"


class Digest(Word):
    SOON = "soon", "sau ít phút"
    HOURLY = "hourly", "mỗi giờ"
    DAILY = "daily", "mỗi sáng"


@dataclass(frozen=True)
class Quiet:
    """From a local time to another, across midnight where the second is the earlier."""

    begin: time
    end: time

    def holds(self, at: datetime) -> bool:
        now = at.astimezone(LOCAL).time()
        if self.begin < self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def over(self, at: datetime) -> datetime:
        """The first moment from `at` on that is not quiet."""
        return next_at(at, self.end) if self.holds(at) else at


@dataclass(frozen=True)
class Wishes:
    """What an official has set, or the usual."""

    channels: tuple[Channel, ...] = (Channel.EMAIL,)
    language: str = "vi"
    quiet: Quiet | None = Quiet(time(22), time(6))
    digest: Digest = Digest.SOON


@dataclass(frozen=True)
class Patience:
    """How long a message waits for others to leave with."""

    usual: timedelta = timedelta(minutes=5)
    urgent: timedelta = timedelta(seconds=30)


def read_quiet(begin: str, end: str) -> Quiet | None:
    """Both or neither, and not the same: a whole day of quiet would be a way to lose things."""
    if not begin and not end:
        return None
    quiet = Quiet(_read(begin, "quiet_from"), _read(end, "quiet_to"))
    if quiet.begin == quiet.end:
        raise InvalidField(field="preferences.quiet_to")
    return quiet


def check_language(language: str) -> str:
    if language not in ("vi", "en"):
        raise InvalidField(field="preferences.language")
    return language


def due(now: datetime, wishes: Wishes, patience: Patience, *, urgent: bool) -> datetime:
    """When what comes now may leave at the earliest."""
    if urgent:
        return now + patience.urgent
    match wishes.digest:
        case Digest.SOON:
            at = now + patience.usual
        case Digest.HOURLY:
            at = (now + HOUR).replace(minute=0, second=0, microsecond=0)
        case Digest.DAILY:
            at = next_at(now, MORNING)
    return wishes.quiet.over(at) if wishes.quiet else at


def next_at(now: datetime, at: time) -> datetime:
    """The next moment after `now` at which clocks in Vietnam show `at`; in the zone of `now`."""
    local = now.astimezone(LOCAL)
    there = datetime.combine(local.date(), at, LOCAL)
    return (there if there > local else there + DAY).astimezone(now.tzinfo)


def _read(text: str, field: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError as error:
        raise InvalidField(field=f"preferences.{field}") from error
    if f"{found:%H:%M}" != text:
        raise InvalidField(field=f"preferences.{field}")
    return found
