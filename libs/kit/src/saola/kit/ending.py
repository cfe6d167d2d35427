"""What a unit writes last, all in one statement: its answer, its events, its audit rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from google.protobuf.message import Message
from sqlalchemy import Table

from saola.kit.database import DIALECT
from saola.kit.names import id_of
from saola.kit.owed import work
from saola.kit.tables import answers, audit, outbox
from saola.kit.telemetry import traceparent

if TYPE_CHECKING:
    from saola.kit.call import Call

Row = dict[str, Any]
LARGEST = 512 << 10  # bytes of an event; NATS takes 1 MB with its headers
ANSWER = ("caller", "rpc", "request_id", "digest", "body")


class Repeated(Exception):
    """It was done before."""


def trail(
    call: "Call", action: str, subject: str = "", agency: UUID | None = None, facts: object = None
) -> Row:
    """A row of the audit: who asked for what."""
    return {
        "at": call.now,
        "caller": call.caller.id,
        "front": call.caller.front,
        "rpc": call.rpc,
        "action": action,
        "subject": subject,
        "agency": agency,
        "digest": call.digest,
        "facts": facts or {},
    }


@dataclass
class Ending:
    """Whoever holds the rows holds the order of their events: so they come after all else."""

    rows: defaultdict[Table, list[Row]] = field(default_factory=lambda: defaultdict(list))
    answer: Row | None = None

    def add(self, table: Table, row: Row) -> None:
        """All rows of a table give the same columns."""
        self.rows[table].append(row)

    def tell(self, event: Message, at: datetime) -> None:
        body = event.SerializeToString()
        if len(body) > LARGEST:  # the broker would refuse it for ever, and hold up its key
            raise ValueError(f"{event.DESCRIPTOR.full_name}: what is large travels as a reference.")
        row = {
            "type": event.DESCRIPTOR.full_name,
            "key": getattr(event, event.DESCRIPTOR.fields[0].name),
            "body": body,
            "traceparent": traceparent(),
            "at": at,
            "whose": _whose(event),
        }
        self.add(outbox, row)

    def owe(
        self, queue: str, handler: str, key: str, due: datetime, payload: Mapping[str, Any]
    ) -> None:
        row = {
            "queue": queue,
            "handler": handler,
            "key": key,
            "payload": _json(payload),
            "traceparent": traceparent(),
            "due": due,
            "retry_at": due,
        }
        self.add(work, row)

    def note(self, row: Row) -> None:
        self.add(audit, row | {"facts": _json(row["facts"])})

    def __bool__(self) -> bool:
        return bool(self.rows or self.answer)

    def statement(self, first: tuple[str, Sequence[Any]] | None) -> tuple[str, Sequence[Any]]:
        """Its one value is true unless somebody else has given the answer already.

        `first` is an INSERT of one row, and its values: that row is written before all else.
        """
        given = [(table, tuple(rows[0]), rows) for table, rows in self.rows.items()]
        before, start = first or ("", ())
        values = list(start)
        values += [self.answer[name] for name in ANSWER] if self.answer else ()
        for _, names, rows in given:
            columns = zip(*([row[name] for name in names] for row in rows), strict=True)
            values += rows[0].values() if len(rows) == 1 else map(list, columns)
        shape = tuple((table, names, len(rows) > 1) for table, names, rows in given)
        return _sql(shape, before, len(start), answered=self.answer is not None), values


def _whose(event: Message) -> UUID | None:
    name = getattr(event, "agency", "")
    return id_of("agencies", name) if name else None


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(value, default=str).decode()


@cache
def _sql(
    shape: tuple[tuple[Table, tuple[str, ...], bool], ...],
    first: str,
    number: int,
    *,
    answered: bool,
) -> str:
    """For each table its columns, and whether there are several rows: then each is an array.

    `first` has the `number` places before the others.
    """
    parts, after = [], []
    if first:
        parts.append(f"first_row as ({first} returning 1)")
        after.append("exists (select from first_row)")  # so it is there before they take a number
    if answered:
        given = ", ".join(f"${number + n}" for n in range(1, len(ANSWER) + 1))
        number += len(ANSWER)
        into = f"{answers.name} ({', '.join(ANSWER)}) values ({given})"
        parts.append(f"answer as (insert into {into} on conflict do nothing returning 1)")
        after.append("exists (select from answer)")
    where = f"where {' and '.join(after)}" if after else ""
    for table, names, several in shape:
        places = []
        for name in names:
            number += 1
            kind = table.c[name].type.compile(DIALECT)
            places.append(f"${number}::{kind}{'[]' if several else ''}")
        listed, given = ", ".join(names), ", ".join(places)
        rows = f"select {given} {where}"
        if several:
            table_of = f"unnest({given}) with ordinality as n({listed}, o)"
            rows = f"select {listed} from {table_of} {where} order by o"  # noqa: S608  # names are ours
        parts.append(f"{table.name}_rows as (insert into {table.name} ({listed}) {rows})")
    kept = "exists (select from answer)" if answered else "true"
    return f"with {', '.join(parts)} select {kept}"
