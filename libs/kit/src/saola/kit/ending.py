"""What a unit writes last, all in one statement: its answer, its events, its audit rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from google.protobuf.message import Message
from sqlalchemy import Table

from saola.kit.database import DIALECT
from saola.kit.owed import work
from saola.kit.tables import answers, audit, outbox
from saola.kit.telemetry import traceparent

Row = dict[str, Any]
LARGEST = 512 << 10  # bytes of an event; NATS takes 1 MB with its headers
ANSWER = ("caller", "rpc", "request_id", "digest", "body")


class Repeated(Exception):
    """It was done before."""


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

    def statement(self) -> tuple[str, Sequence[Any]]:
        """Its one value is true unless somebody else has given the answer already."""
        given = [(table, tuple(rows[0]), rows) for table, rows in self.rows.items()]
        values: list[Any] = [self.answer[name] for name in ANSWER] if self.answer else []
        values += [[row[name] for row in rows] for _, names, rows in given for name in names]
        shape = tuple((table, names) for table, names, _ in given)
        return _sql(shape, answered=self.answer is not None), values


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(value, default=str).decode()


@cache
def _sql(shape: tuple[tuple[Table, tuple[str, ...]], ...], *, answered: bool) -> str:
    number, parts = 0, []
    if answered:
        number = len(ANSWER)
        places = ", ".join(f"${n + 1}" for n in range(number))
        into = f"{answers.name} ({', '.join(ANSWER)}) values ({places})"
        parts.append(f"answer as (insert into {into} on conflict do nothing returning 1)")
    for table, names in shape:
        arrays = []
        for name in names:
            number += 1
            arrays.append(f"${number}::{table.c[name].type.compile(DIALECT)}[]")
        listed = ", ".join(names)
        given = f"unnest({', '.join(arrays)}) with ordinality as n({listed}, o)"
        where = "where exists (select from answer)" if answered else ""
        rows = f"select {listed} from {given} {where} order by o"  # noqa: S608  # names are ours
        parts.append(f"{table.name}_rows as (insert into {table.name} ({listed}) {rows})")
    kept = "exists (select from answer)" if answered else "true"
    return f"with {', '.join(parts)} select {kept}"
