"""What is computed in a worker process is limited, and its end is told clearly."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import psutil
import pytest
from libs.kit.tests.hard import (
    die,
    double,
    fail,
    loaded,
    process,
    refuse,
    spin,
    swell,
    unsendable,
)

from saola.kit.errors import ContentTooComplex, InvalidField
from saola.kit.processes import JobFailed, JobLost, Processes


@pytest.fixture
async def pool() -> AsyncIterator[Processes]:
    given = Processes(seconds=5, memory=1 << 30)
    yield given
    await given.close()


async def test_a_job_gives_what_its_function_gives(pool: Processes) -> None:
    assert await pool.run(double, 21) == 42


async def test_the_same_process_does_the_next_job(pool: Processes) -> None:
    assert await pool.run(process) == await pool.run(process) != os.getpid()


async def test_a_refusal_travels(pool: Processes) -> None:
    with pytest.raises(InvalidField) as no:
        await pool.run(refuse, "cells")
    assert no.value.facts == {"field": "cells"}


async def test_an_error_tells_its_type_and_where(pool: Processes) -> None:
    with pytest.raises(JobFailed, match=r"fail: KeyError(.|\n)*in fail"):
        await pool.run(fail)
    assert await pool.run(double, 1) == 2


async def test_a_value_that_cannot_be_sent_is_an_error(pool: Processes) -> None:
    with pytest.raises(JobFailed, match="unsendable"):
        await pool.run(unsendable)
    assert await pool.run(double, 1) == 2


async def test_too_much_memory_is_refused_and_the_next_job_is_done(pool: Processes) -> None:
    with pytest.raises(ContentTooComplex):
        await pool.run(swell)
    assert await pool.run(double, 1) == 2


async def test_too_much_time_is_refused_and_the_next_job_is_done() -> None:
    pool = Processes(seconds=0.5)
    with pytest.raises(ContentTooComplex):
        await pool.run(spin)
    patient = Processes()
    assert await patient.run(double, 1) == 2
    await pool.close()
    await patient.close()


async def test_a_killed_process_is_named_and_replaced(pool: Processes) -> None:
    with pytest.raises(JobLost, match="die: the process ended with -9"):
        await pool.run(die)
    assert await pool.run(double, 1) == 2


async def test_one_that_was_killed_while_idle_is_replaced(pool: Processes) -> None:
    first = await pool.run(process)
    os.kill(first, signal.SIGKILL)
    assert await pool.run(process) != first


async def test_one_that_dies_at_birth_is_replaced(pool: Processes) -> None:
    before = set(psutil.Process().children())
    job = asyncio.ensure_future(pool.run(double, 21))
    while not (born := set(psutil.Process().children()) - before):
        await asyncio.sleep(0)
    born.pop().kill()
    assert await job == 42


async def test_where_none_comes_to_life_the_job_fails_and_nothing_is_left() -> None:
    pool, before = Processes(memory=1 << 70), psutil.Process().children()
    with pytest.raises(JobLost, match="comes to life"):
        await pool.run(double, 21)
    assert psutil.Process().children() == before


async def test_a_job_that_nobody_waits_for_is_ended(pool: Processes) -> None:
    job = asyncio.ensure_future(pool.run(spin))
    while not pool.busy:  # what is waited for has no Event
        await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert pool.busy == 0
    assert await pool.run(double, 1) == 2


async def test_the_loop_goes_on_meanwhile(pool: Processes) -> None:
    job = asyncio.ensure_future(pool.run(time.sleep, 0.2))
    turns = 0
    while not job.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100


async def test_a_worker_loads_little(pool: Processes) -> None:
    """Every worker pays for what it imports."""
    modules = await pool.run(loaded)
    assert not {"grpc", "sqlalchemy", "fastapi", "nats", "asyncio"} & set(modules)
