"""An event leaves if and only if its rows are kept, and has its effect once and in order."""

import asyncio
from uuid import uuid4

import pytest
from libs.kit.tests import make, trial
from libs.kit.tests.listener import BAD, Listener, heard, tell
from nats.js.api import StreamConfig
from sqlalchemy import func, insert, select

from saola.apis.warehouse.v1.events_pb2 import FormChanged, ObligationChanged
from saola.kit.broker import STREAM
from saola.kit.loops import leader
from saola.kit.tables import outbox, parked
from saola.testing.plugin import Site, World

KIND = "saola.apis.warehouse.v1.FormChanged"


async def waiting(world: World) -> list[tuple[str, str]]:
    async with world.unit("trial") as unit:
        rows = await unit.rows(select(parked).order_by(parked.c.key, parked.c.at))
    return [(row.key, row.error) for row in rows]


async def count(world: World) -> int:
    async with world.unit("trial") as unit:
        found: int = (await unit.rows(select(func.count()).select_from(trial.Note)))[0][0]
        return found


async def test_what_is_not_kept_is_not_told(world: World) -> None:
    await world.run(Listener().app)

    async def fail() -> None:
        async with world.unit("trial") as unit:
            unit.emit(FormChanged(form="forms/1"))
            await unit.tell()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await world.settle()
    assert await world.told() == []


async def test_what_the_broker_would_not_take_is_refused_where_it_is_said(world: World) -> None:
    await world.run(Listener().app)
    with pytest.raises(ValueError, match="travels as a reference"):
        await tell(world, "forms/1", "x" * (1 << 20))
    await tell(world, "forms/1", "y" * (500 << 10))
    await world.settle()

    assert [len(code) for code in await heard(world, "forms/1")] == [500 << 10]


async def test_what_arrives_twice_has_one_effect(world: World) -> None:
    await world.run(Listener().app)
    await tell(world, "forms/1", "a")
    await world.settle()
    follower = world.running["trial"].follower
    assert follower
    await follower.apply((await world.told())[0])

    assert await heard(world, "forms/1") == ["a"]


async def test_events_about_one_thing_arrive_in_their_order(world: World) -> None:
    await world.run(Listener().app)
    keys, numbers = [f"forms/{n}" for n in range(5)], [f"{n}" for n in range(20)]
    for number in numbers:
        await asyncio.gather(*(tell(world, key, number) for key in keys))
    await world.settle()

    for key in keys:
        assert await heard(world, key) == numbers
        revisions = [event.revision for event in await world.told() if event.key == key]
        assert revisions == sorted(set(revisions))


async def test_an_event_carries_what_cloudevents_ask_for(world: World) -> None:
    await world.run(Listener().app)
    await tell(world, "forms/1", "a")
    await world.settle()
    headers = (await world.stream.get_msg(STREAM, 1)).headers or {}

    assert headers["ce-specversion"] == "1.0"
    assert (headers["ce-type"], headers["ce-source"]) == (KIND, "/trial")
    assert headers["ce-subject"] == headers["Saola-Key"] == "forms/1"
    assert headers["ce-id"] == headers["Nats-Msg-Id"]
    assert int(headers["Saola-Revision"]) > 0


async def test_an_event_says_whose_people_may_see_what_it_is_about(world: World) -> None:
    await world.run(Listener().app)
    await world.lineage(make.ROADS, make.PROVINCE)
    async with world.unit("trial") as unit:
        unit.emit(ObligationChanged(obligation="obligations/1", agency=f"agencies/{make.ROADS}"))
        unit.emit(ObligationChanged(obligation="obligations/2", agency=f"agencies/{uuid4()}"))
        unit.emit(FormChanged(form="forms/1"))
    await world.settle()

    above = {f"agencies/{one}" for one in (make.ROADS, make.PROVINCE)}
    sent = [(await world.stream.get_msg(STREAM, n)).headers or {} for n in (1, 2, 3)]
    said = {one["Saola-Key"]: set(one.get("Saola-Seen-By", "").split()) for one in sent}
    assert said == {"obligations/1": above, "obligations/2": set(), "forms/1": set()}


async def test_a_bad_event_holds_up_its_own_kind_only(world: World) -> None:
    await world.run(Listener().app)
    await tell(world, "forms/1", "a", BAD, "c")
    await tell(world, "forms/2", "a", "b", "c")
    await world.settle()
    await tell(world, "forms/1", "d")
    await world.settle()

    assert await heard(world, "forms/1") == ["a"]
    assert await heard(world, "forms/2") == ["a", "b", "c"]
    assert [error for _, error in await waiting(world)] == ["ValueError", "Waits", "Waits"]


async def test_what_was_set_aside_can_be_driven_again(world: World) -> None:
    listener = Listener()
    await world.run(listener.app)
    await tell(world, "forms/1", BAD, "b")
    await world.settle()
    follower, listener.mended = world.running["trial"].follower, True
    assert follower
    await follower.drive("forms/1")
    await tell(world, "forms/1", "c")
    await world.settle()

    assert await heard(world, "forms/1") == [BAD, "b", "c"]
    assert await waiting(world) == []


async def test_what_fails_again_stays_with_all_behind_it(world: World) -> None:
    await world.run(Listener().app)
    await tell(world, "forms/1", BAD, "b")
    await world.settle()
    follower = world.running["trial"].follower
    assert follower
    await follower.drive("forms/1")
    await world.settle()

    assert await heard(world, "forms/1") == []
    assert [error for _, error in await waiting(world)] == ["ValueError", "Waits"]


async def test_what_is_no_event_is_set_aside_and_holds_up_nobody(world: World) -> None:
    await world.run(Listener().app)
    await world.stream.publish(KIND, b"no headers")
    headers = {"Nats-Msg-Id": "x", "Saola-Key": "forms/9", "Saola-Revision": "1"}
    await world.stream.publish(KIND, b"\xff\xff no message", headers=headers)
    await world.stream.publish(
        KIND, b"", headers=headers | {"Nats-Msg-Id": "y", "Saola-Revision": "-"}
    )
    await tell(world, "forms/1", "a")
    await world.settle()

    assert await heard(world, "forms/1") == ["a"]
    assert await waiting(world) == [
        ("forms/9", "DecodeError"),
        ("forms/9", "Waits"),
        ("malformed/1", "Malformed"),
    ]


async def test_a_relay_killed_after_it_has_sent_sends_nothing_twice(world: World) -> None:
    listener = Listener()
    await world.prepare(listener.app)
    async with world.serving(listener.app):
        await tell(world, "forms/1", "a", "b")
        await world.settle()
        rows = [
            {"seq": one.revision, "id": one.id, "type": one.type, "key": one.key}
            | {"body": one.body, "traceparent": "", "at": world.now}
            for one in await world.told()
        ]
        async with world.unit("trial") as unit:  # as if it had not come to forget what it has sent
            await unit.session.execute(insert(outbox), rows)
        await world.settle()
    async with world.serving(listener.app):
        await tell(world, "forms/1", "c")
        await world.settle()
        assert await heard(world, "forms/1") == ["a", "b", "c"]
        assert len(await world.told()) == 3


async def test_what_the_broker_forgets_the_inbox_remembers(world: World) -> None:
    listener = Listener()
    await world.prepare(listener.app)
    async with world.serving(listener.app):
        await tell(world, "forms/1", "a", "b")
        await world.settle()
        messages = [await world.stream.get_msg(STREAM, n) for n in (1, 2)]
    await world.stream.delete_stream(STREAM)
    await world.stream.add_stream(StreamConfig(name=STREAM, subjects=["saola.apis.>"]))
    for one in messages:
        await world.stream.publish(one.subject or "", one.data or b"", headers=one.headers)
    async with world.serving(listener.app):
        await tell(world, "forms/1", "c")
        await world.settle()
        assert await heard(world, "forms/1") == ["a", "b", "c"]


async def test_two_processes_follow_as_one(world: World) -> None:
    listener = Listener()
    await world.prepare(listener.app)
    async with world.serving(listener.app, at="-other"):
        async with world.serving(listener.app):
            await tell(world, "forms/1", "a")
            await world.settle()
        await tell(world, "forms/1", "b")
        await world.settle()
        assert await heard(world, "forms/1") == ["a", "b"]


async def test_one_process_leads_at_a_time(site: Site) -> None:
    url, events = site.postgres + "postgres", list[str]()

    async def lead(name: str) -> None:
        async with leader(url, "a test"):
            events.append(f"{name} begins")
            await asyncio.to_thread(lambda: None)
            events.append(f"{name} ends")

    await asyncio.gather(lead("a"), lead("b"))
    assert sorted([events[:2], events[2:]]) == [["a begins", "a ends"], ["b begins", "b ends"]]
