"""The rows of an answer: JSON by JMESPath, CSV by its header."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import islice
from numbers import Real
from typing import Any, Final, NoReturn

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError

from saola.kit.words import fold
from saola.services.connectors.domain.answers import (
    MOST_ROWS,
    AnswerNotReadable,
    MissingColumn,
    Nested,
    NoRows,
    Raw,
    Row,
    TooManyRows,
    UnexpectedType,
)
from saola.services.connectors.domain.connectors import Format
from saola.services.connectors.domain.numbers import EXACT
from saola.sheets import texts

SAMPLE: Final = 2000  # letters
MOST_DIGITS: Final = 60
Find = Callable[[Any], Any]  # whatever JSON holds, to whatever an expression makes of it


@dataclass(frozen=True)
class Layout:
    """How an answer is to be read: where its rows are, and what is wanted of each."""

    format: Format
    sources: Sequence[str]
    rows: str = ""
    period_source: str = ""
    delimiter: str = ""
    encoding: str = ""


def read(body: bytes, layout: Layout) -> list[Row]:
    """All rows, or the refusal of the whole."""
    try:
        said = filter(str.strip, texts.lines(body, layout.encoding))
        if next(said, "").lstrip().startswith("<"):
            raise UnexpectedType(type="text/html")
        rows = _json(body, layout) if layout.format is Format.JSON else _table(body, layout)
        found = list(islice(rows, MOST_ROWS + 1))
    except texts.NotAText as error:
        raise AnswerNotReadable(format=layout.format.vi, line=error.line) from error
    if len(found) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    if not found:
        raise NoRows
    return found


def sample(body: bytes, encoding: str) -> str:
    """How it begins, for whoever looks at it."""
    text = body[: SAMPLE * 4].decode(texts.encoding(body, encoding), errors="replace")
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text[:SAMPLE])


def _json(body: bytes, layout: Layout) -> Iterator[Row]:
    text = "".join(texts.lines(body, layout.encoding))
    try:
        whole = json.loads(text, parse_float=Decimal, parse_constant=_not_a_number)
        rows = _find(layout.rows)(whole) if layout.rows else whole
    except json.JSONDecodeError as error:
        raise AnswerNotReadable(format="JSON", line=error.lineno) from error
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise AnswerNotReadable(format="JSON", line=1) from error
    finds = {source: _find(source) for source in layout.sources}
    period = _find(layout.period_source) if layout.period_source else None
    given = rows if isinstance(rows, list) else [rows] if isinstance(rows, dict) else []
    for number, one in enumerate(given, 1):
        values = {source: _raw(find(one)) for source, find in finds.items()}
        said = _raw(period(one)) if period else None
        yield Row(number, "" if period and said is None else said, values)


class Exact(functions.Functions):
    """JMESPath adds only what it knows for numbers; decimals are added here, and exactly."""

    @functions.signature({"types": ["array"]})
    def _func_sum(self, numbers: Sequence[Any]) -> Any:  # as in Find
        if not all(isinstance(one, int | Decimal) for one in numbers):
            raise TypeError
        return reduce(EXACT.add, numbers, Decimal())


def _find(expression: str) -> Find:
    """Of what an expression fails at, it finds no one value."""
    compiled = jmespath.compile(expression)

    def find(data: Any) -> Any:  # as in Find
        try:
            return compiled.search(data, OPTIONS)
        except (JMESPathError, RecursionError, TypeError, ValueError, ArithmeticError):
            return Nested.ONE

    return find


OPTIONS: Final = jmespath.Options(custom_functions=Exact())


def _raw(value: Any) -> Raw:
    match value:
        case None | bool() | str():
            return value
        case Decimal() | Real():  # the latter is what an expression has counted
            number = value if isinstance(value, Decimal) else Decimal(repr(value))
            # One with thousands of digits is no figure, and takes its time to be written.
            small = number.is_finite() and abs(number.adjusted()) <= MOST_DIGITS
            return number if small else Nested.ONE
        case _:
            return Nested.ONE


def _not_a_number(_: str) -> NoReturn:
    """JSON has no NaN and no Infinity."""
    raise ValueError


def _table(body: bytes, layout: Layout) -> Iterator[Row]:
    """The first line that says something is the header; each other is as long as it."""
    places: dict[str, int] | None = None
    length = number = 0
    for line, cells in texts.records(body, layout.delimiter or ",", layout.encoding):
        if not any(cell.strip() for cell in cells):
            continue
        if places is None:
            names = [fold(cell) for cell in cells]
            wanted = [*layout.sources, *filter(None, [layout.period_source])]
            places, length = {one: _place(names, one) for one in wanted}, len(cells)
            continue
        number += 1
        if len(cells) != length:
            raise AnswerNotReadable(format="CSV", line=line)
        values: dict[str, Raw] = {one: cells[places[one]] for one in layout.sources}
        period = cells[places[layout.period_source]] if layout.period_source else None
        yield Row(number, period, values)


def _place(names: Sequence[str], column: str) -> int:
    at = [place for place, name in enumerate(names) if name == fold(column)]
    if len(at) != 1:
        raise MissingColumn(column=column)
    return at[0]
