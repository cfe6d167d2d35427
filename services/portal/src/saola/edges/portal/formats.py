"""Numbers, dates and times as people of either language write them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from google.protobuf.timestamp_pb2 import Timestamp

from saola.periods.periods import NotAPeriod, Period
from saola.periods.titles import title

HOURS = ZoneInfo("Asia/Ho_Chi_Minh")
# What so many of a unit are; from ten of those on one says so.
LARGER = {
    "đồng": ("triệu đồng", 1_000_000),
    "triệu đồng": ("tỷ đồng", 1000),
    "tỷ đồng": ("nghìn tỷ đồng", 1000),
}
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
CANONICAL = re.compile(r"[-−]?\d+(\.\d+)?")


def number(value: Decimal | int | None, language: str, places: int | None = None) -> str:
    """`1.234,5` or `1,234.5`. All digits that are there, unless `places` says how many."""
    return "–" if value is None else _number(str(value), language, places)


@lru_cache(20_000)
def _number(text: str, language: str, places: int | None) -> str:
    """By its text: 12.5 and 12.50 are the same number, and written differently."""
    exact = Decimal(text)
    if places is None:
        exponent = exact.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
    rounded = round(exact, places)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(abs(rounded), format=pattern, locale=language)
    return ("−" if rounded < 0 else "") + text


def decimal(text: str) -> Decimal | None:
    """A value as the services write it, if it is a number."""
    if not CANONICAL.fullmatch(text):
        return None
    try:
        return Decimal(text.replace("−", "-"))
    except InvalidOperation:
        return None


def tile(value: Decimal, language: str) -> str:
    """About four significant digits: what one reads at a glance."""
    whole = len(str(int(abs(value))))
    return number(trimmed(value, max(0, 4 - whole)), language)


def trimmed(value: Decimal, most: int) -> Decimal:
    """At most so many decimals, and no zeros at the end."""
    text = f"{round(value, most):f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def spoken(value: str, unit: str, language: str) -> tuple[str, str]:
    """A value at a glance and its unit: money in the largest unit that keeps it readable."""
    found = decimal(value)
    if found is None:
        return "", unit
    while unit in LARGER:
        larger, many = LARGER[unit]
        if abs(found) < 10 * many:
            break
        unit, found = larger, found / many
    return tile(found, language), unit


def typed(value: str, language: str) -> str:
    """A stored number as a reader of that language would type it; anything else as it is."""
    found = decimal(value)
    return value if found is None else number(found, language).replace("−", "-")


def local(at: datetime | Timestamp) -> datetime:
    """A moment on the clocks of Vietnam."""
    moment = at.ToDatetime(UTC) if isinstance(at, Timestamp) else at
    return moment.astimezone(HOURS)


def when(at: datetime | Timestamp, language: str) -> str:
    moment = local(at)
    return f"{moment:%H:%M}, " + day(moment.date(), language)


def today(now: datetime) -> str:
    """The day on the clocks of Vietnam, as systems write it."""
    return local(now).date().isoformat()


def clock(at: datetime | Timestamp) -> str:
    return f"{local(at):%H:%M}"


def day(on: date, language: str) -> str:
    return f"{on:%d/%m/%Y}" if language == "vi" else format_date(on, "d MMM yyyy", locale="en")


def weekday(on: date, language: str) -> str:
    pattern = "EEEE, dd/MM/yyyy" if language == "vi" else "EEEE d MMMM yyyy"
    text = format_date(on, pattern, locale=language)
    return text[0].upper() + text[1:]


def period(text: str, language: str) -> str:
    """`2026-11-22` or `2026-Q4`, as one says it; what is no period, as it is."""
    try:
        return title(Period.read(text), language)
    except NotAPeriod:
        return text


def slashed(text: str) -> str:
    """A stored day as people in Vietnam write it: `22/11/2026`."""
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def unslashed(text: str) -> str:
    """A day as people write it, as systems do; anything else as it is."""
    if found := SLASHED.fullmatch(text.strip()):
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return text.strip()


def before(text: str) -> str:
    """The period before: the day before a day, the quarter before a quarter."""
    return str(Period.read(text).former)


def left(seconds: float) -> str:
    """What a countdown shows: `01:18:42`."""
    rest = abs(int(seconds))
    return f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
