"""The chain over the audit: what was edited, removed, added or reordered later no longer fits."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import asyncpg
import orjson

FIELDS = (
    "seq, xid::text, at, caller, front, rpc, action, subject, agency::text, digest, facts::text"
)
COVERED = f"""
    select {FIELDS} from audit
    where xid >= $1::text::xid8 and xid < $2::text::xid8 order by audit.xid, seq
"""  # noqa: S608  # no value is in it
LAST = "select * from seals order by number desc limit 1"
ALL = "select * from seals order by number"
STRAYS = "select count(*) from audit where xid < $1::text::xid8"
NEW = """
    insert into seals (number, since, until, rows, before, head, at)
    values ($1, $2::text::xid8, $3::text::xid8, $4, $5, $6, now())
"""
# Every transaction below this number has ended: no row of theirs can still appear.
HORIZON = "select pg_snapshot_xmin(pg_current_snapshot())::text"
# So many rows at a time, but all those of a transaction.
NEAR = """
    select xid::text from audit
    where xid > (select min(first.xid) from audit first where first.xid >= $1::text::xid8)
        and xid < $2::text::xid8
    order by audit.xid offset $3 limit 1
"""
ALONE = "select pg_advisory_xact_lock(hashtext('seal'))"
ROWS = 5000


@dataclass(frozen=True)
class Seal:
    """The rows of the transactions from `since` up to, but without, `until`."""

    number: int
    since: str
    until: str
    rows: int
    before: bytes
    head: bytes

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        given = {name: row[name] for name in ("number", "rows", "before", "head")}
        return cls(since=str(row["since"]), until=str(row["until"]), **given)

    @classmethod
    def over(
        cls, number: int, since: str, until: str, before: bytes, rows: Iterable[Mapping[str, Any]]
    ) -> Self:
        digest, count = hashlib.sha256(before), 0
        for count, row in enumerate(rows, 1):  # noqa: B007  # it is used below
            digest.update(orjson.dumps([_plain(value) for value in row.values()]) + b"\n")
        digest.update(orjson.dumps([number, since, until, count]))
        return cls(number, since, until, count, before, digest.digest())

    def published(self, at: datetime) -> bytes:
        return orjson.dumps({"number": self.number, "head": self.head.hex(), "at": at})


def _plain(value: Any) -> Any:  # what orjson does not know
    return value.hex() if isinstance(value, bytes) else value


async def last(connection: asyncpg.Connection) -> Seal | None:
    row = await connection.fetchrow(LAST)
    return Seal.of(row) if row else None


async def seal(connection: asyncpg.Connection, most: int = ROWS) -> Seal | None:
    """Seals what is there and can be followed by nothing older; None where there is nothing."""
    async with connection.transaction():
        await connection.execute(ALONE)
        until = str(await connection.fetchval(HORIZON))
        previous = await last(connection)
        since = previous.until if previous else "0"
        until = str(await connection.fetchval(NEAR, since, until, most) or until)
        rows = await connection.fetch(COVERED, since, until)
        if not rows:
            return None
        number, before = (previous.number + 1, previous.head) if previous else (1, b"")
        new = Seal.over(number, since, until, before, rows)
        values = (new.number, new.since, new.until, new.rows, new.before, new.head)
        await connection.execute(NEW, *values)
        return new


async def flaws(
    connection: asyncpg.Connection, published: Mapping[int, bytes], young: Iterable[int] = ()
) -> list[str]:
    """What does not fit, a sentence each. `published` are the heads that were told outside.

    `young` are the seals among them that must still be here. Before the oldest seal everything may
    be purged: then the head that it follows is its anchor. For use in a transaction that sees one
    state of the database.
    """
    found, previous = list[str](), None
    async for row in connection.cursor(ALL):
        kept = Seal.of(row)
        if previous is None:
            found += _early(kept, published, young)
            if strays := await connection.fetchval(STRAYS, kept.since):
                found.append(f"{strays} rows stand before the first seal.")
        found += _broken(previous, kept)
        found += _changed(kept, await connection.fetch(COVERED, kept.since, kept.until))
        if published.get(kept.number, kept.head) != kept.head:
            found.append(f"Seal {kept.number} is not the one that was published.")
        previous = kept
    end = previous.number if previous else 0
    if (beyond := max(published, default=0)) > end:
        found.append(f"The end was cut off: seal {beyond} was published, seal {end} is the last.")
    return found


def _early(first: Seal, published: Mapping[int, bytes], young: Iterable[int]) -> list[str]:
    found = list[str]()
    if gone := sorted(number for number in young if number < first.number):
        found.append(f"Seals {gone[0]} to {gone[-1]} are gone before their time.")
    anchor = first.number - 1
    if published.get(anchor, first.before) != first.before:
        found.append(f"Seal {first.number} does not follow seal {anchor} as it was published.")
    return found


def _broken(previous: Seal | None, kept: Seal) -> list[str]:
    if previous is None:  # see _early
        return []
    expected = previous.number + 1, previous.until, previous.head
    if (kept.number, kept.since, kept.before) != expected:
        return [f"Seal {kept.number} does not follow seal {previous.number}."]
    return []


def _changed(kept: Seal, rows: list[asyncpg.Record]) -> list[str]:
    counted = Seal.over(kept.number, kept.since, kept.until, kept.before, rows)
    if counted.rows < kept.rows:
        return [f"Under seal {kept.number}, {kept.rows - counted.rows} rows were removed."]
    if counted.rows > kept.rows:
        return [f"Under seal {kept.number}, {counted.rows - kept.rows} rows were added."]
    if counted.head != kept.head:
        return [f"Under seal {kept.number}, rows were edited or reordered."]
    return []
