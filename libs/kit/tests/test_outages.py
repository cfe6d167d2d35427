"""The broker is killed, a leader is cut off: nothing is lost, and nothing is done twice."""

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from libs.kit.tests import trial
from libs.kit.tests.listener import Listener, heard, tell
from nats import connect
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import BadRequestError
from sqlalchemy import func, select

from saola.apis.warehouse.v1.events_pb2 import FormChanged
from saola.kit.app import App
from saola.kit.broker import STREAM, SUBJECTS, Envelope
from saola.kit.call import Call, Unit
from saola.kit.consumers import ERA, Consumers
from saola.kit.feed import News, listen
from saola.kit.settings import Platform
from saola.parts import nats
from saola.parts.embedded import free_port, listens, wait_for
from saola.testing.plugin import World

KEYS = 20
KIND = FormChanged.DESCRIPTOR.full_name


@dataclass
class Nats:
    """A broker of the test's own, to be killed."""

    command: tuple[str, ...]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(self.command, stdout=quiet, stderr=quiet)
        wait_for(lambda: listens(self.port))

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def platform(self, world: World) -> Platform:
        platform = world.platform()
        platform.nats = f"nats://127.0.0.1:{self.port}"
        return platform


@contextmanager
def _nats(home: Path) -> Iterator[Nats]:
    port = free_port()
    server = Nats(nats.part(home, port, free_port()).command, port)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Nats]:
    with _nats(tmp_path) as one:
        yield one


async def test_a_broker_killed_under_load_loses_nothing_and_repeats_nothing(
    world: World, server: Nats
) -> None:
    told = {f"forms/{key}": list[str]() for key in range(KEYS)}
    await world.run(Listener().app, platform=server.platform(world))

    async def report(rounds: range) -> None:
        for number in rounds:
            for key, codes in told.items():
                codes.append(f"{number}")
                await tell(world, key, f"{number}")

    loading = asyncio.gather(report(range(40)))
    await world.until(lambda: len(told["forms/0"]) > 10)
    server.kill()
    await loading
    server.start()
    await report(range(40, 45))
    await world.settle()

    for key, codes in told.items():
        assert await heard(world, key) == codes


async def test_a_leader_cut_off_in_the_middle_of_its_work_keeps_nothing_of_it(
    world: World,
) -> None:
    on, at_work, go_on, tries = Consumers(), asyncio.Event(), asyncio.Event(), list[str]()

    @on(FormChanged)
    async def note(unit: Unit, event: FormChanged) -> None:
        tries.append(event.code)
        if tries == ["a"]:
            at_work.set()
            await asyncio.shield(go_on.wait())
        await unit.add(
            trial.Note(agency=trial.AGENCY, about=event.form, text=event.code, created_at=unit.now)
        )

    app = App("trial", trial.Base.metadata, consumers=on, package=trial.PACKAGE)
    await world.run(app)
    await tell(world, "forms/1", "a")
    await at_work.wait()
    async with world.serving(app, at="-other"):
        await cut_off_leader(world)
        await tell(world, "forms/1", "b")
        await world.settle()
        go_on.set()
        await world.settle()

        assert await heard(world, "forms/1") == ["a", "b"]
        assert tries == ["a", "a", "b"]


async def cut_off_leader(world: World) -> None:
    """Ends the connection that holds the lock, as a broken network would."""
    await world.site.sql(
        "select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory' and"
        " l.granted and l.database = (select oid from pg_database where datname = 'trial')"
        " and l.objid = (hashtext('consumers')::bigint & 4294967295)::oid"
    )


class Ear:
    """An edge that listens to the feed."""

    def __init__(self) -> None:
        self.begun, self.eras, self.news = list[int](), list[int](), list[News]()

        def begin(sequence: int, era: int) -> None:
            self.begun.append(sequence)
            self.eras.append(era)

        async def hear(call: Call) -> None:
            await listen(call, begin=begin, tell=self.news.append)

        self.app = App("ear", workers=[hear])

    def of(self, key: str) -> int:
        return len([one for one in self.news if one.key == key])


async def test_an_edge_hears_each_event_once_though_the_broker_is_killed(
    world: World, server: Nats
) -> None:
    ear = Ear()
    await world.run(Listener().app, platform=server.platform(world))
    await tell(world, "forms/1", "a")
    await world.settle()
    await world.run(ear.app, platform=server.platform(world))
    await world.until(lambda: ear.of("forms/1") == 1)
    server.kill()
    server.start()
    await tell(world, "forms/2", "a", "b")
    await world.until(lambda: ear.of("forms/2") == 2)

    assert ear.begun == [0]
    assert [one.sequence for one in ear.news] == [1, 2, 3]
    assert {one.type for one in ear.news} == {"saola.apis.warehouse.v1.FormChanged"}


async def test_an_edge_is_told_when_what_it_missed_is_gone(world: World) -> None:
    ear = Ear()
    await world.run(Listener().app)
    await tell(world, "forms/1", "a", "b")
    await world.settle()
    await world.run(ear.app)
    await world.until(lambda: ear.of("forms/1") == 2)
    await world.stream.delete_stream("saola")
    await world.until(lambda: len(ear.begun) == 2)
    await tell(world, "forms/2", "a")
    await world.until(lambda: ear.of("forms/2") == 1)

    assert ear.begun == [0, 0]


async def test_new_events_of_a_broker_that_lost_its_data_are_not_taken_for_old_ones(
    world: World, tmp_path: Path
) -> None:
    """It counts to where it was and beyond before anybody who knew the earlier one looks."""
    ear, port = Ear(), free_port()
    first, second = (
        Nats(nats.part(tmp_path / name, port, free_port()).command, port) for name in ("a", "b")
    )
    first.start()
    listener = Listener()
    await world.prepare(listener.app)
    try:
        async with world.serving(listener.app, platform=first.platform(world)):
            await tell(world, "forms/1", "a", "b")
            await world.settle()
        async with world.serving(listener.app, platform=first.platform(world)):
            async with world.serving(ear.app, platform=first.platform(world)):
                await world.until(lambda: ear.of("forms/1") == 2)
                first.kill()
                second.start()
                other = await connect(f"nats://127.0.0.1:{port}")
                with suppress(BadRequestError):  # somebody has made it in the meantime
                    await other.jetstream().add_stream(name=STREAM, subjects=[SUBJECTS])
                for number in range(5):
                    told = Envelope(f"{number}", KIND, "forms/2", number, b"\x12\x01c", "")
                    headers = dict(told.headers("trial", world.now))
                    await other.jetstream().publish(KIND, told.body, headers=headers)
                await other.close()
                await world.until(lambda: ear.of("forms/2") == 5)
            await world.settle()
            assert await heard(world, "forms/1") == ["a", "b"]
            assert await heard(world, "") == ["c"] * 5
    finally:
        first.kill()
        second.kill()
    assert ear.begun == [0, 0]
    assert ear.eras[0] < ear.eras[1]


async def test_how_far_it_came_in_a_lost_stream_is_no_place_in_the_new_one(world: World) -> None:
    """It was asked of the lost one, and the new one came before it was used."""
    await world.prepare(Listener().app)
    await world.stream.add_stream(name=STREAM, subjects=[SUBJECTS])
    place = ConsumerConfig(
        durable_name="trial",
        filter_subject=KIND,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=3,
        ack_policy=AckPolicy.ALL,
        metadata={ERA: "0"},
    )
    await world.stream.add_consumer(STREAM, place)
    for number in range(5):
        told = Envelope(
            f"{number}", KIND, "forms/1", number, FormChanged(code="c").SerializeToString(), ""
        )
        await world.stream.publish(KIND, told.body, headers=dict(told.headers("trial", world.now)))
    await world.run(Listener().app)
    await world.settle()
    assert await heard(world, "") == ["c"] * 5


async def test_no_event_has_two_effects(world: World) -> None:
    await world.run(Listener().app)
    await asyncio.gather(*(tell(world, f"forms/{key}", "a", "b") for key in range(KEYS)))
    await world.settle()
    async with world.unit("trial") as unit:
        twice = select(trial.Note.about).group_by(trial.Note.about, trial.Note.text)
        assert not await unit.rows(twice.having(func.count() > 1))
