"""The supervisor over small real processes: sleepers, and a web server of the standard library."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from saola.deploy import orphans, ports, shown
from saola.deploy.journal import LARGEST, Journal
from saola.deploy.rows import CannotStart, Process, Row, Step, check_disk, waves
from saola.deploy.supervisor import Supervisor
from saola.parts.part import Part, answers, free_port

SLEEP = "/bin/sleep"


def sleeper(name: str, ready: Callable[[], bool] = lambda: True) -> Part:
    return Part(name, (SLEEP, "1000"), {}, ready)


@asynccontextmanager
async def supervised(data: Path, *rows: Row) -> AsyncIterator[tuple[Supervisor, list[str]]]:
    """All rows ready inside, all ended after; with what people were told."""
    told: list[str] = []
    ready = asyncio.Event()

    async def up() -> None:
        ready.set()

    supervisor = Supervisor(rows, data, told.append)
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run(up))
        async with asyncio.timeout(20):
            await ready.wait()
        try:
            yield supervisor, told
        finally:
            supervisor.stop()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0.02)


def pid(data: Path, name: str) -> int:
    [row] = [row for row in shown.processes(data) if row.name == name]
    return row.pid if row.state == "running" else 0


def test_what_is_needed_comes_first_and_a_circle_is_refused() -> None:
    def step(name: str, *needs: str) -> Step:
        return Step(name, lambda: None, needs)

    rows = [step("site", "base", "keys"), step("keys", "base"), step("base")]
    assert waves(rows) == [["base"], ["keys"], ["site"]]
    with pytest.raises(ValueError, match="need each other"):
        waves([step("hen", "egg"), step("egg", "hen")])


async def test_rows_begin_when_all_that_they_need_is_ready(tmp_path: Path) -> None:
    seen: list[str] = []
    port = free_port()
    command = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    server = Part("web", command, {"web": port}, lambda: answers(f"http://127.0.0.1:{port}/"))

    def ask() -> None:
        seen.append("web" if server.ready() else "nobody")

    rows = (Step("last", lambda: seen.append("last"), ("ask",)), Step("ask", ask, ("web",)))
    async with supervised(tmp_path, *rows, Process("web", lambda: server)):
        assert seen == ["web", "last"]
        assert shown.processes(tmp_path)[0].ports == [port]
    assert not server.ready()


async def test_a_killed_process_is_named_and_comes_back(tmp_path: Path) -> None:
    async with supervised(tmp_path, Process("sleeper", lambda: sleeper("sleeper"))) as (_, told):
        await until(lambda: pid(tmp_path, "sleeper") > 0)
        before = pid(tmp_path, "sleeper")
        os.kill(before, signal.SIGKILL)
        await until(lambda: pid(tmp_path, "sleeper") not in (0, before))
        assert any("sleeper ended with SIGKILL" in line for line in told)
        assert shown.processes(tmp_path)[0].restarts == 1
    assert [row.state for row in shown.processes(tmp_path)] == ["stopped"]


async def test_a_process_that_never_gets_ready_is_told_of_with_the_end_of_its_log(
    tmp_path: Path,
) -> None:
    part = Part("bad", ("/bin/sh", "-c", "echo no disk today; exit 3"), {}, lambda: False)

    async def up() -> None:
        pytest.fail("it is not up")

    supervisor = Supervisor([Process("bad", lambda: part)], tmp_path, lambda _: None)
    with pytest.raises(CannotStart, match=r"(?s)bad cannot be started.*code 3.*no disk today"):
        await supervisor.run(up)


async def test_a_missing_program_is_one_sentence(tmp_path: Path) -> None:
    part = Part("gone", (str(tmp_path / "gone"),), {}, lambda: True)
    supervisor = Supervisor([Process("gone", lambda: part)], tmp_path, lambda _: None)

    async def up() -> None:
        pytest.fail("it is not up")

    with pytest.raises(CannotStart, match="is missing: run `make setup`"):
        await supervisor.run(up)


async def test_a_step_aside_may_fail_and_any_other_ends_all(tmp_path: Path) -> None:
    def fail() -> None:
        raise CannotStart("The net is down.")

    aside = Step("demo", fail, ("sleeper",), aside=True)
    rows = (Process("sleeper", lambda: sleeper("sleeper")), aside)
    async with supervised(tmp_path, *rows) as (_, told):
        await until(lambda: "demo: The net is down." in told)
        assert pid(tmp_path, "sleeper")

    async def up() -> None:
        pytest.fail("it is not up")

    strict = Supervisor([rows[0], Step("base", fail)], tmp_path, told.append)
    with pytest.raises(CannotStart, match="The net is down"):
        await strict.run(up)
    assert orphans.of(tmp_path) == []


async def test_nothing_is_left_when_it_ends_not_even_children_that_do_not_listen(
    tmp_path: Path,
) -> None:
    deaf = "trap '' TERM; (trap '' TERM; sleep 1000) & setsid sleep 1000 & sleep 1000"
    part = Part("deaf", ("/bin/sh", "-c", deaf), {}, lambda: True, grace=0.1)
    async with supervised(tmp_path, Process("deaf", lambda: part)):
        await until(lambda: len(orphans.of(tmp_path)) == 4)
    assert orphans.of(tmp_path) == []


def test_a_killed_supervisor_leaves_nobody_behind(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import asyncio, pathlib\n"
        "from saola.deploy.rows import Process\n"
        "from saola.deploy.supervisor import Supervisor\n"
        "from saola.parts.part import Part\n"
        "async def up(): print('up', flush=True)\n"
        f"part = Part('one', ('{SLEEP}', '1000'), {{}}, lambda: True)\n"
        f"data = pathlib.Path('{tmp_path}')\n"
        "asyncio.run(Supervisor([Process('one', lambda: part)], data, print).run(up))\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as process:
        assert any(line == "up\n" for line in process.stdout or ())
        left = orphans.of(tmp_path)
        assert len(left) == 1
        process.kill()
    assert psutil.wait_procs(left, 10)[1] == []
    assert shown.processes(tmp_path)[0].state == "stopped"


def test_what_an_earlier_start_left_behind_is_found_and_ended(tmp_path: Path) -> None:
    marked = {orphans.MARK: str(tmp_path)}
    with subprocess.Popen([SLEEP, "1000"], env=marked), subprocess.Popen([SLEEP, "1"]) as other:
        assert orphans.end(tmp_path) == 1
        assert orphans.of(tmp_path) == []
        assert other.wait() == 0


def test_a_taken_port_names_who_has_it() -> None:
    port = free_port()
    command = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    part = Part("web", command, {}, lambda: answers(f"http://127.0.0.1:{port}/"))
    process = part.start()
    try:
        while not part.ready():
            assert process.poll() is None
        with pytest.raises(CannotStart, match=rf"Port {port}.*portal.*process {process.pid}"):
            ports.check({"portal": port}, {})
    finally:
        process.kill()
        process.wait()


def test_two_sites_have_no_port_in_common() -> None:
    usual, moved = ports.plan(0, ["trial"]), ports.plan(20000, ["trial"])
    assert usual.keys() == moved.keys()
    assert len(set(usual.values())) == len(usual)
    assert not set(usual.values()) & set(moved.values())
    assert moved["portal"] == 20000


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    check_disk(tmp_path)
    with pytest.raises(CannotStart, match="MiB are free on the disk of"):
        check_disk(tmp_path, least=1 << 60)


def test_a_log_that_has_grown_is_set_aside(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    log = journal.log("core")
    with log.open("wb") as file:
        file.truncate(LARGEST + 1)
    journal.bound()
    assert log.stat().st_size == 0
    assert log.with_suffix(".log.1").stat().st_size == LARGEST + 1
