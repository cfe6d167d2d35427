"""The rules of values in bulk: many rows of many reports at once, as columns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress, repeat
from typing import Final, NamedTuple, Self

from saola.kit.errors import Code, DomainError
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.submissions import DuplicateItem, UnknownItem
from saola.services.warehouse.domain.values import Shortcut, Status, judge

MOST_ROWS: Final = 20_000  # in one transaction


class UnevenBatch(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Cột {field} không dài bằng các cột khác."
    en = "The column {field} is not as long as the others."


class TooManyRows(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Có quá {most} dòng trong một lần gửi."
    en = "There are more than {most} rows in one batch."


@dataclass(frozen=True)
class Batch:
    """Values of many reports by one form, as systems send them: a column each."""

    periods: Sequence[str]
    items: Sequence[str]
    values: Sequence[str]
    statuses: Sequence[Status | None] = ()

    def only(self, places: Sequence[int]) -> Self:
        """The rows at these places."""
        return replace(
            self,
            periods=[self.periods[place] for place in places],
            items=[self.items[place] for place in places],
            values=[self.values[place] for place in places],
            statuses=[self.statuses[place] for place in places] if self.statuses else (),
        )

    def check(self) -> None:
        if len(self.periods) > MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        columns: dict[str, Sequence[str | None]] = {"items": self.items, "values": self.values}
        if self.statuses:
            columns["statuses"] = self.statuses
        for name, column in columns.items():
            if len(column) != len(self.periods):
                raise UnevenBatch(field=name)


class Rows(NamedTuple):
    """Values that may stand, a column each; `numbers` says which rows of what was sent they are.

    Without `notes` nothing is said about remarks, and those that stand stay while a value does.
    """

    numbers: Sequence[int]
    periods: Sequence[str]
    items: Sequence[str]
    statuses: Sequence[str]
    values: Sequence[str]
    notes: Sequence[str] | None = None

    def without(self, numbers: Collection[int]) -> Self:
        keep = [number not in numbers for number in self.numbers]

        def kept(column: Sequence[str]) -> Sequence[str]:
            return list(compress(column, keep))

        return self._replace(
            numbers=list(compress(self.numbers, keep)),
            periods=kept(self.periods),
            items=kept(self.items),
            statuses=kept(self.statuses),
            values=kept(self.values),
            notes=None if self.notes is None else kept(self.notes),
        )


Flaws = list[tuple[int, DomainError]]


def judge_batch(
    batch: Batch, items: Mapping[str, Item], refused: Mapping[str, DomainError]
) -> tuple[Rows, Flaws]:
    """The rows that may stand, and a refusal for each other; `refused` are periods.

    What systems send most, plain numbers within their limits, is seen at a glance; the rest is
    judged row by row. Both ways end the same.
    """
    takes = {code: Shortcut(item) for code, item in items.items()}
    sooner = [
        takes[code](value) if code in takes else None
        for code, value in zip(batch.items, batch.values, strict=True)
    ]
    statuses = batch.statuses if any(batch.statuses) else ()
    if not statuses and not refused and None not in sooner and not _twice(batch):
        every = range(len(sooner))
        good = [str(Status.VALUE)] * len(sooner)
        return Rows(every, batch.periods, batch.items, good, [text or "" for text in sooner]), []
    return _judge_each(batch, items, refused, sooner, statuses or repeat(None))


def _twice(batch: Batch) -> bool:
    return len({*zip(batch.periods, batch.items, strict=True)}) < len(batch.items)


def _judge_each(
    batch: Batch,
    items: Mapping[str, Item],
    refused: Mapping[str, DomainError],
    sooner: Sequence[str | None],
    statuses: Iterable[Status | None],
) -> tuple[Rows, Flaws]:
    rows, flaws, seen = list[tuple[int, str, str, str, str]](), Flaws(), set[tuple[str, str]]()
    columns = zip(batch.periods, batch.items, batch.values, sooner, statuses, strict=False)
    for number, (period, code, value, plain, status) in enumerate(columns):
        try:
            if period in refused:
                raise refused[period]
            if (item := items.get(code)) is None:
                raise UnknownItem(field=f"items[{number}]", item=code[:40])
            if (period, code) in seen:
                raise DuplicateItem(field=f"items[{number}]", item=code)
            seen.add((period, code))
            if plain is not None and status is None:
                rows.append((number, period, code, Status.VALUE, plain))
                continue
            judged = judge(item, value, status, "", f"values[{number}]")
            rows.append((number, period, code, judged.status, judged.value))
        except DomainError as flaw:
            flaws.append((number, flaw))
    if not rows:
        return Rows((), (), (), (), ()), flaws
    numbers, periods, codes, said, values = zip(*rows, strict=True)
    return Rows(numbers, periods, codes, said, values), flaws
