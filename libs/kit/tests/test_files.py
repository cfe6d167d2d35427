"""Files are kept once, verified, and seen only by who sees their agency."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from libs.kit.tests import trial
from sqlalchemy import select

from saola.kit.app import App
from saola.kit.bucket import Bucket, Damaged
from saola.kit.call import Call
from saola.kit.errors import FileTooLarge, InvalidField, NotFound
from saola.kit.tables import files
from saola.testing.plugin import World

OURS, THEIRS = UUID(int=7), UUID(int=8)
DATA = b"name;value\n" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
CSV = "text/csv"


@pytest.fixture
async def served(world: World, objects: str) -> World:
    assert objects
    await world.run(App("trial", trial.Base.metadata, package=trial.PACKAGE))
    return world


def call(world: World) -> Call:
    return Call.own(world.running["trial"].service)


async def post(
    world: World, data: bytes | AsyncIterator[bytes], of: UUID | None = OURS, **changes: str
) -> httpx.Response:
    person = world.person("lan", "reporter", of=of)
    headers = {"authorization": f"Bearer {person.token}", "content-type": CSV}
    params = {"agency": str(OURS), "file_name": "tháng 11.csv"} | changes
    async with httpx.AsyncClient(base_url=address(world)) as http:
        return await http.post("/files", params=params, content=data, headers=headers)


async def get(world: World, sha256: str, of: UUID) -> httpx.Response:
    person = world.person("minh", "leader", of=of)
    headers = {"authorization": f"Bearer {person.token}"}
    async with httpx.AsyncClient(base_url=address(world)) as http:
        return await http.get(f"/files/{sha256}", headers=headers)


def address(world: World) -> str:
    return f"http://127.0.0.1:{world.running['trial'].port}/trial"


async def states(world: World) -> list[str]:
    async with world.unit("trial") as unit:
        return [row.state for row in await unit.rows(select(files.c.state))]


def spoil(world: World, sha256: str) -> None:
    """What a broken disk may do."""
    store = world.running["trial"].service.store

    def rot(bucket: Bucket) -> None:
        bucket._client.put_object("saola", store._key(sha256), io.BytesIO(b"rot"), 3)

    store._in_thread(rot)


async def test_what_was_sent_is_given_back_and_known_by_its_hash(served: World) -> None:
    sent = await post(served, DATA)
    given = await get(served, SHA256, OURS)

    assert sent.status_code == 201
    assert sent.json() == {
        "sha256": SHA256,
        "size": len(DATA),
        "media_type": CSV,
        "file_name": "tháng 11.csv",
    }
    assert given.content == DATA
    assert "filename*=UTF-8''th%C3%A1ng%2011.csv" in given.headers["content-disposition"]


async def test_who_does_not_see_the_agency_sees_no_file(served: World) -> None:
    await post(served, DATA)

    foreign, missing = await get(served, SHA256, THEIRS), await get(served, "0" * 64, THEIRS)
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["reason"] == "NOT_FOUND"


async def test_nobody_sends_a_file_to_an_agency_that_they_do_not_see(served: World) -> None:
    assert (await post(served, DATA, of=THEIRS)).status_code == 403
    assert await states(served) == []


async def test_without_a_token_nothing_is_taken(served: World) -> None:
    async with httpx.AsyncClient(base_url=address(served)) as http:
        answer = await http.post("/files", params={"agency": str(OURS), "file_name": "a"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_same_file_twice_is_one_and_at_the_same_moment_too(served: World) -> None:
    answers = await asyncio.gather(*(post(served, DATA) for _ in range(6)))

    assert {answer.status_code for answer in answers} == {201}
    assert await states(served) == ["accepted"]


async def test_a_file_of_two_agencies_is_seen_by_both(served: World) -> None:
    await post(served, DATA)
    await post(served, DATA, of=THEIRS, agency=str(THEIRS))

    assert (await get(served, SHA256, OURS)).content == DATA
    assert (await get(served, SHA256, THEIRS)).content == DATA


async def test_what_is_too_large_is_refused_before_it_is_all_here(served: World) -> None:
    limit = served.running["trial"].service.platform.file_limit

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(limit // (1 << 20) + 2):
            yield bytes(1 << 20)

    answer = await post(served, endless())
    assert answer.status_code == 413
    assert answer.json()["reason"] == "FILE_TOO_LARGE"
    assert await states(served) == []
    with pytest.raises(FileTooLarge):
        await call(served).files.put(
            bytes(limit + 1), agency=OURS, media_type=CSV, file_name="large.csv"
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [("agency", "not one"), ("file_name", "../../etc/passwd"), ("file_name", "")],
)
async def test_what_is_told_of_a_file_must_make_sense(
    served: World, field: str, value: str
) -> None:
    answer = await post(served, DATA, **{field: value})
    assert answer.status_code == 400
    assert (answer.json()["reason"], answer.json()["metadata"]["field"]) == (
        "INVALID_FIELD",
        field,
    )


async def test_code_puts_and_gets_a_file_too(served: World) -> None:
    kept = await call(served).files.put(DATA, agency=OURS, media_type=CSV, file_name="a.csv")

    assert kept.sha256 == SHA256
    assert await call(served).files.get(SHA256) == DATA
    with pytest.raises(NotFound):
        await call(served).files.get("no hash")
    with pytest.raises(InvalidField):
        await call(served).files.put(DATA, agency=OURS, media_type="?", file_name="a.csv")


async def test_what_an_agency_drops_is_gone_with_the_last_that_keeps_it(served: World) -> None:
    for agency in (OURS, THEIRS):
        await call(served).files.put(DATA, agency=agency, media_type=CSV, file_name="a.csv")
    await call(served).files.drop(SHA256, agency=OURS)
    await call(served).files.drop(SHA256, agency=OURS)
    assert (await get(served, SHA256, OURS)).status_code == 404
    assert (await get(served, SHA256, THEIRS)).content == DATA
    await call(served).files.drop(SHA256, agency=THEIRS)
    store = served.running["trial"].service.store
    with pytest.raises(KeyError):
        await store.get(SHA256, io.BytesIO())


async def test_bytes_that_changed_in_the_store_are_not_given(served: World) -> None:
    await post(served, DATA)
    spoil(served, SHA256)

    with pytest.raises(Damaged):
        await call(served).files.get(SHA256)
    assert (await get(served, SHA256, OURS)).status_code == 500
    await post(served, DATA)
    assert (await get(served, SHA256, OURS)).content == DATA


async def test_a_sender_who_leaves_halfway_leaves_nothing(served: World) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield DATA
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await post(served, broken())
    assert await states(served) == []


async def test_a_file_that_the_store_did_not_take_is_not_there(served: World) -> None:
    service = served.running["trial"].service
    service.platform.objects = "http://127.0.0.1:1"

    assert (await post(served, DATA)).status_code == 503
    with pytest.raises(NotFound):
        await call(served).files.get(SHA256)


async def test_who_asks_too_often_is_told_when_to_come_again(world: World) -> None:
    platform = world.platform()
    platform.quota = "2/minute"
    await world.run(App("trial", trial.Base.metadata, package=trial.PACKAGE), platform=platform)
    answers = [await get(world, SHA256, OURS) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].json()["reason"] == "TOO_MANY_REQUESTS"
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
