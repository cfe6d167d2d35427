"""Jobs run by the clock: at their hour in local time, once by one process, and made up for once."""

from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSimError
from libs.kit.tests import trial

from saola.kit.app import App
from saola.kit.call import Call
from saola.kit.jobs import Jobs, Plan
from saola.testing.plugin import World

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 1, 1, 17, tzinfo=UTC)  # there it is 2 January, 00:00


def test_an_hour_is_the_hour_that_people_there_read() -> None:
    following = Plan(at="00:05").after(MIDNIGHT)
    assert following == MIDNIGHT + timedelta(minutes=5)


def test_an_hour_of_today_that_is_over_is_tomorrows() -> None:
    assert Plan(at="00:05").after(MIDNIGHT + timedelta(minutes=5)) == MIDNIGHT + DAY + timedelta(
        minutes=5
    )


def test_a_span_that_was_missed_often_is_due_once() -> None:
    plan, now = Plan(every=timedelta(minutes=1)), MIDNIGHT + DAY
    assert plan.due(MIDNIGHT, now)
    assert not plan.due(now, now)


def test_what_runs_once_is_never_due_again() -> None:
    assert Plan().due(None, MIDNIGHT)
    assert not Plan().due(MIDNIGHT, MIDNIGHT + 1000 * DAY)


@pytest.mark.parametrize("hour", ["25:00", "noon", "12:61"])
def test_a_wrong_hour_is_refused_when_it_is_declared(hour: str) -> None:
    with pytest.raises((ValueError, CronSimError)):
        Jobs()(at=hour)


class Worker:
    """A service that notes when it has worked."""

    def __init__(self) -> None:
        self.runs, clock = list[tuple[str, datetime]](), Jobs()

        @clock(at="00:05")
        async def nightly(call: Call) -> None:
            self.runs.append(("nightly", call.now))

        @clock(once=True)
        async def first(call: Call) -> None:
            self.runs.append(("first", call.now))

        self.app = App("trial", trial.Base.metadata, jobs=clock, package=trial.PACKAGE)

    def of(self, name: str) -> list[datetime]:
        return [at for job, at in self.runs if job == name]


async def test_a_run_that_was_missed_is_made_up_for_once(world: World) -> None:
    worker = Worker()
    world.now = MIDNIGHT
    await world.prepare(worker.app)
    async with world.serving(worker.app):
        await world.until(lambda: len(worker.of("first")) == 1)
    world.now = MIDNIGHT + 5 * DAY
    async with world.serving(worker.app):
        await world.until(lambda: len(worker.of("nightly")) == 1)
        world.now += DAY
        await world.until(lambda: len(worker.of("nightly")) == 2)

    assert worker.of("nightly") == [MIDNIGHT + 5 * DAY, MIDNIGHT + 6 * DAY]
    assert len(worker.of("first")) == 1


async def test_two_processes_run_a_job_once(world: World) -> None:
    worker = Worker()
    world.now = MIDNIGHT
    await world.prepare(worker.app)
    async with world.serving(worker.app), world.serving(worker.app, at="-other"):
        await world.until(lambda: len(worker.of("first")) == 1)
        for _ in range(3):
            world.now += DAY
            await world.until(lambda: worker.of("nightly")[-1:] == [world.now])

    assert len(worker.of("nightly")) == 3
    assert len(worker.of("first")) == 1
