"""A table of reports that had come in an earlier system: their values, and when each had come."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import orjson

from saola.kit.errors import DomainError
from saola.periods.periods import PeriodType
from saola.services.warehouse.domain.arrivals import arrivals
from saola.services.warehouse.domain.lists import Entry, Items, judge_list, written_period
from saola.services.warehouse.domain.loads import ReportRefused, whole
from saola.services.warehouse.domain.tables import HEADS, ColumnsMissing
from saola.services.warehouse.domain.workbooks import Cell
from saola.services.warehouse.formats.submissions import Reading, judged
from saola.services.warehouse.formats.tables import Table


class Loads(NamedTuple):
    """What was read: each part holds whole reports. By period when the report had come; and why
    none of it is loaded, where that is seen already."""

    reading: Reading
    came: Mapping[str, datetime]
    refused: Mapping[str, DomainError]


def read_loads(file: bytes, type: PeriodType, items: Items, language: str) -> Loads:
    """Sentences are in `language`."""
    table = Table(file)
    if missing := [name for name in ("period", "came") if name not in table.columns]:
        raise ColumnsMissing(columns=", ".join(HEADS[name] for name in missing))
    entries = (Entry(number, period, line) for number, period, line in table.lines())
    verdict = judge_list(items, type, entries, table.language)
    place = table.place("period", 0)[:-1]
    reading = judged(verdict, [place], type, table.language, language)
    parts = [orjson.dumps(tuple(part)) for part in whole(verdict)]
    came, refused = arrivals(_stated(table, type))
    flawed = {one.sent.period for one in reading.wrong} - refused.keys()
    refused = {**refused, **{period: ReportRefused(period=period) for period in flawed}}
    return Loads(reading._replace(parts=parts), came, refused)


def _stated(table: Table, type: PeriodType) -> Iterator[tuple[str, str]]:
    """The period of each row, and what it says of when the report had come."""
    period, came = table.columns["period"], table.columns["came"]
    for _, row in table.records():
        if max(period, came) < len(row):
            with suppress(DomainError):
                yield written_period(Cell("", row[period]), type), row[came].strip()
