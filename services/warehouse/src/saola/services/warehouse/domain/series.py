"""Which series are asked for, as SDMX writes it: keys of five dimensions, and bounds of time.

SDMX REST API v2.1 (SDMX 3.0), data queries: `D.SYT.*.*.*` is a key, a comma stands between two
keys, `+` between two codes of one dimension; `c[TIME_PERIOD]=ge:2026-01+le:2026-06` bounds the
time, and a comma stands between such bounds, too. A key may end before the item, which is any then.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple, Self

from saola.kit.errors import InvalidField
from saola.periods.notations import from_sdmx
from saola.periods.periods import NotAPeriod, Period, PeriodType

TIME: Final = "TIME_PERIOD"
MOST_CODES: Final = 500
# CL_FREQ of SDMX, version 2.1; nine months are one of its multiples.
FREQUENCIES: Final = {
    PeriodType.DAY: "D",
    PeriodType.WEEK: "W",
    PeriodType.MONTH: "M",
    PeriodType.QUARTER: "Q",
    PeriodType.HALF_YEAR: "S",
    PeriodType.NINE_MONTHS: "M9",
    PeriodType.YEAR: "A",
}
KEPT: Final = re.compile(r"[A-Za-z0-9_-]")
WRITTEN: Final = re.compile(r"\$([0-9A-F]{4})")
BOUND: Final = re.compile(r"(?:(eq|ge|gt|le|lt):)?([0-9A-Z/-]+)")


class Key(NamedTuple):
    """The codes of each dimension, as the warehouse has them; an empty set is any."""

    frequency: frozenset[str]
    reporter: frozenset[str]
    indicator: frozenset[str]
    form: frozenset[str]
    # A form may ask about one indicator in several items.
    item: frozenset[str]


Span = tuple[date | None, date | None]
DIMENSIONS: Final = ("FREQ", "REPORTER", "INDICATOR", "FORM", "ITEM")
ANY: Final = Key(*(frozenset[str]() for _ in DIMENSIONS))


@dataclass(frozen=True)
class Selection:
    """Those of any of `keys` that hold to `within` too; of any of `times`, first and last days."""

    field: str = ""
    keys: tuple[Key, ...] = (ANY,)
    within: Key = ANY
    times: tuple[Span, ...] = ()
    updated_after: datetime | None = None
    # Only so many observations of a series, counted from its beginning or from its end.
    head: int = 0
    tail: int = 0

    @classmethod
    def read(cls, dataflow: str, key: str, components: Mapping[str, str]) -> Self:
        """`components` are what stands in `c[…]`, by its dimension."""
        keys = tuple(map(_key, key.split(","))) if key not in {"", "*", "all"} else (ANY,)
        if unknown := components.keys() - {*DIMENSIONS, TIME}:
            raise InvalidField(field=f"c[{min(unknown)}]")
        parts = (_codes(components.get(name, ""), f"c[{name}]", ",") for name in DIMENSIONS)
        times = components.get(TIME, "")
        spans = tuple(map(_bounds, times.split(","))) if times else ()
        chosen = "" if dataflow in {"ALL", "*"} else dataflow.lower()
        return cls(chosen, keys, Key(*parts), spans)

    def bounded(self, head: int, tail: int, updated_after: datetime | None) -> "Selection":
        """The same, but only the first or the last of each series."""
        if head and tail:
            raise InvalidField(field="lastNObservations")
        return replace(self, head=head, tail=tail, updated_after=updated_after)


class Ends:
    """Of observations that come series by series, the first or the last so many of each."""

    def __init__(self, asked: Selection) -> None:
        self._asked, self._series, self._count = asked, (), 0
        self._kept = deque[Any](maxlen=asked.tail)

    def take(self, batch: Iterable[Any]) -> Iterator[Any]:
        """Those of `batch`, and of what came before, that are known to count."""
        for one in batch:
            if one.series != self._series:
                yield from self.rest()
                self._series, self._count = one.series, 0
            self._count += 1
            if self._asked.tail:
                self._kept.append(one)
            elif not self._asked.head or self._count <= self._asked.head:
                yield one

    def rest(self) -> Iterator[Any]:
        """What is left when the last batch has been taken."""
        yield from self._kept
        self._kept.clear()


def identifier(code: str) -> str:
    """A code of the warehouse as an SDMX identifier, which knows neither `.` nor `/` nor `Đ`."""
    return "".join(
        one if KEPT.match(one) else "@" if one == "." else f"${ord(one):04X}" for one in code
    )


def code(identifier: str) -> str:
    """The code that is written so."""
    plain = identifier.replace("@", ".")
    return WRITTEN.sub(lambda found: chr(int(found[1], 16)), plain)


def _key(text: str) -> Key:
    parts = text.split(".")
    if len(parts) == len(DIMENSIONS) - 1:
        parts.append("")
    if len(parts) != len(DIMENSIONS):
        raise InvalidField(field="key")
    return Key(*(_codes(part, "key", "+") for part in parts))


def _codes(text: str, where: str, between: str) -> frozenset[str]:
    if text in {"", "*"}:
        return frozenset()
    codes = [code(part.removeprefix("eq:")) for part in text.split(between)]
    if len(codes) > MOST_CODES or any(not one or ":" in one for one in codes):
        raise InvalidField(field=where)
    return frozenset(codes)


def _bounds(text: str) -> Span:
    """From the first day to the last; `gt` and `lt` leave out the period that they name."""
    firsts, lasts = list[date](), list[date]()
    for part in text.split("+"):
        found = BOUND.fullmatch(part)
        if not found:
            raise InvalidField(field=f"c[{TIME}]")
        period = _period(found[2])
        match found[1] or "eq":
            case "eq":
                firsts.append(period.begin)
                lasts.append(period.last)
            case "ge":
                firsts.append(period.begin)
            case "gt":
                firsts.append(period.next.begin)
            case "le":
                lasts.append(period.last)
            case _:
                lasts.append(period.former.last)
    return max(firsts, default=None), min(lasts, default=None)


def _period(text: str) -> Period:
    try:
        return from_sdmx(text)
    except NotAPeriod as error:
        raise InvalidField(field=f"c[{TIME}]") from error
