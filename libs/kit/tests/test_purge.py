"""What is past its time goes, a batch at a time; what is not, stays."""

import asyncio
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from libs.kit.tests import trial
from sqlalchemy import Table, func, insert, select

from saola.kit import purge
from saola.kit.app import App
from saola.kit.call import Call
from saola.kit.errors import NotFound
from saola.kit.owed import Operation
from saola.kit.tables import answers, files, inbox
from saola.testing.plugin import World

AGENCY, OTHER = UUID(int=7), UUID(int=8)
operations: Any = Operation.__table__
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
async def call(world: World, objects: str) -> Call:
    assert objects
    world.now = NOW
    await world.run(App("trial", trial.Base.metadata, package=trial.PACKAGE))
    return Call.own(world.running["trial"].service)


async def keep(call: Call, table: Table, *rows: dict[str, Any]) -> None:
    async with call.unit(system="a test") as unit:
        await unit.session.execute(insert(table).values(list(rows)))


async def count(call: Call, table: Table) -> int:
    async with call.read(system="a test") as unit:
        return int((await unit.rows(select(func.count()).select_from(table)))[0][0])


def answer(id: int, age: timedelta) -> dict[str, Any]:
    said = {"caller": "lan", "rpc": "R", "digest": b"", "body": b""}
    return {**said, "request_id": str(id), "at": NOW - age}


async def test_answers_go_after_three_days_however_many(call: Call) -> None:
    old = [answer(id, timedelta(days=3, seconds=1)) for id in range(2 * purge.BATCH + 1)]
    for part in range(0, len(old), 1000):
        await keep(call, answers, *old[part : part + 1000])
    await keep(call, answers, answer(-1, timedelta(days=2)))

    await purge.purge(call)
    assert await count(call, answers) == 1


async def test_marks_of_events_stay_for_thirty_days(call: Call) -> None:
    await keep(call, inbox, {"id": "a", "at": NOW - timedelta(days=31)})
    await keep(call, inbox, {"id": "b", "at": NOW - timedelta(days=29)})

    await purge.purge(call)
    assert await count(call, inbox) == 1


async def test_an_operation_goes_ninety_days_after_its_end_never_before(call: Call) -> None:
    async with call.unit(system="a test") as unit:
        for state, age in (("succeeded", 91), ("failed", 89), ("running", None)):
            ended = None if age is None else NOW - timedelta(days=age)
            await unit.add(operation(state, ended))

    await purge.purge(call)
    assert await count(call, operations) == 2


def operation(state: str, ended_at: datetime | None) -> Operation:
    return Operation(
        created_at=NOW - timedelta(days=400),
        agency=AGENCY,
        kind="",
        handler="",
        state=state,
        request=b"",
        caller={},
        language="vi",
        memory={},
        run=0,
        cancelling=False,
        done=0,
        total=0,
        ended_at=ended_at,
    )


def halfway(agency: UUID, age: timedelta, state: str = "arriving") -> dict[str, Any]:
    told = {"size": 3, "media_type": "text/csv", "file_name": "a.csv", "uploader": "lan"}
    return {
        **told,
        "agency": agency,
        "sha256": hashlib.sha256(b"abc").hexdigest(),
        "state": state,
        "at": NOW - age,
    }


async def put(call: Call, agency: UUID = AGENCY) -> str:
    kept = await call.files.put(b"abc", agency=agency, media_type="text/csv", file_name="a.csv")
    return kept.sha256


async def test_what_arrived_halfway_goes_with_its_bytes(call: Call) -> None:
    sha256 = await put(call)
    async with call.unit(system="a test") as unit:
        await unit.session.execute(files.delete())
    await keep(call, files, halfway(AGENCY, timedelta(hours=2)))

    await purge.purge(call)
    assert await count(call, files) == 0
    with pytest.raises(KeyError):
        await call.service.store.get(sha256, io.BytesIO())


async def test_bytes_that_another_agency_has_stay(call: Call) -> None:
    sha256 = await put(call, OTHER)
    await keep(call, files, halfway(AGENCY, timedelta(hours=2)))

    await purge.purge(call)
    assert await count(call, files) == 1
    assert await call.files.get(sha256) == b"abc"


async def test_what_arrives_at_this_moment_is_left_alone(call: Call) -> None:
    await keep(call, files, halfway(AGENCY, timedelta(minutes=59)))

    await purge.purge(call)
    assert await count(call, files) == 1
    with pytest.raises(NotFound):
        await call.files.get(halfway(AGENCY, timedelta())["sha256"])


async def test_every_service_purges_by_the_clock(world: World, call: Call) -> None:
    done = "select count(*) from jobs where name in ('purge', 'rescan') and done_until is not null"
    async with asyncio.timeout(10):
        while await world.sql(call.service.name, done) != 2:
            await asyncio.sleep(0.02)
