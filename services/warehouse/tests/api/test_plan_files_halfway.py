"""A long file of plans, and one whose reader is killed: all that can be kept is kept, once."""

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api.figures import CASES, SECOND, define, places
from services.warehouse.tests.api.plan_files import HEAD, begun, ended, listed, sent
from services.warehouse.tests.api.test_workbooks import files
from sqlalchemy import func, select

from saola.apis.warehouse.v1 import plan_files_pb2 as pb
from saola.kit.call import Call, Unit
from saola.kit.operations import Run, Runner
from saola.kit.owed import RUNNING, Operation
from saola.options.v1.operations_pb2 import Operation as Told
from saola.periods.periods import Period
from saola.services.warehouse.api.plan_files import import_plans, operations
from saola.services.warehouse.models.plans import plans
from saola.testing.plugin import World

pytestmark = pytest.mark.usefixtures("objects")
MOST = 20_000
TEXT = HEAD + "CASES;A11;2026;5;NQ;\nCASES;A12;2026;x;NQ;\n"


class Killed(Exception):
    """As if the process had ended."""


class Mortal(Run):
    """It ends before, or just after, what is kept is kept."""

    async def progress(self, done: int, total: int, *, unit: Unit | None = None) -> None:
        await super().progress(done, total, unit=unit)
        if unit is not None:
            raise Killed


async def running(world: World, text: str) -> tuple[Call, Operation, pb.ImportPlansRequest]:
    """An operation that no worker takes, asked for by whoever has asked for another."""
    await sent(world, HEAD.encode())
    file = await files(world).files.put(
        text.encode(), agency=make.ROOT, media_type="text/csv", file_name="x.csv"
    )
    request = pb.ImportPlansRequest(agency=make.agency(make.ROOT), file=file)
    async with world.unit("warehouse") as unit:
        [known] = await unit.rows(select(Operation.__table__))
        one = Operation.begin("import_plans", request, make.ROOT, known.caller, unit.now)
        one.state, one.run = RUNNING, 1
        row = await unit.add(one)
    return Runner(world.running["warehouse"].service, operations)._call(row), row, request


async def test_what_was_killed_before_it_was_kept_is_kept_by_the_next_go(world: World) -> None:
    await places(world)
    await define(world, CASES)
    call, row, request = await running(world, TEXT)
    with pytest.raises(Killed):
        await import_plans(call, Mortal(call, row), request)
    assert not await listed(world)

    done = await import_plans(call, Run(call, row), request)
    assert (done.received, done.stored, done.refused) == (2, 1, 1)
    assert len(await listed(world, show_former=True)) == 1


async def test_what_was_killed_after_it_was_kept_says_what_it_would_have_said(
    world: World,
) -> None:
    await places(world)
    await define(world, CASES)
    call, row, request = await running(world, TEXT)
    first = await import_plans(call, Run(call, row), request)
    async with world.unit("warehouse") as unit:
        kept = await unit.get(Operation, row.name)
    second = await import_plans(call, Run(call, kept), request)
    assert (second.received, second.stored, second.refused) == (2, 1, 1)
    assert second == first
    assert len(await listed(world, show_former=True)) == 1


async def test_twenty_thousand_lines_are_kept_at_once_and_one_more_is_too_many(
    world: World,
) -> None:
    await places(world)
    names = [f"I{number:03}" for number in range(100)]
    for name in names:
        await define(world, name)
    months, period = list[str](), Period.read("2026-01")
    while len(months) < MOST // len(names) // 2:
        months.append(str(period))
        period = period.next
    lines = [
        f"{name};{code};{month};{at},5;NQ;\n"
        for at, name in enumerate(names)
        for code in ("A11", "A12")
        for month in months
    ]
    assert len(lines) == MOST
    done = await sent(world, (HEAD + "".join(lines)).encode())
    assert (done.received, done.stored, done.refused) == (MOST, MOST, 0)
    async with world.unit("warehouse") as unit:
        [[kept]] = await unit.rows(select(func.count()).select_from(plans))
    assert kept == MOST
    its = await listed(world, period=months[-1], agency=make.agency(SECOND))
    assert sorted(one.value for one in its) == sorted(f"{at}.5" for at in range(len(names)))

    more = HEAD + "".join(lines) + "I000;A13;2026;1;NQ;\n"
    over = await ended(world, await begun(world, more.encode()))
    assert over.state == Told.STATE_FAILED
    assert "TOO_MANY_ROWS" in str(over.error)
