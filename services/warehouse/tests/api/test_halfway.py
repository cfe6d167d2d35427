"""A table that is read by a process which is killed is read on by another, and nothing is twice."""

from datetime import date
from uuid import uuid4

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api.test_editions import revised
from services.warehouse.tests.api.test_tables import HEAD, begun
from services.warehouse.tests.api.test_workbooks import files
from sqlalchemy import select

from saola.apis.warehouse.v1 import quarantine_pb2 as quarantine
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import tables_pb2 as tables
from saola.kit.call import Unit
from saola.kit.operations import Run, Runner
from saola.kit.owed import RUNNING, Operation
from saola.services.warehouse.api.tables import import_table, operations
from saola.testing.plugin import World

pytestmark = pytest.mark.usefixtures("objects")
DAYS = [date.fromordinal(date(2025, 1, 1).toordinal() + n) for n in range(650)]

REVISED = date(2026, 6, 1)


class Killed(Exception):
    """As if the process had ended."""


class Mortal(Run):
    """It ends in the middle of a transaction: what that has written is gone."""

    dies_at = 0

    async def progress(self, done: int, total: int, *, unit: Unit | None = None) -> None:
        await super().progress(done, total, unit=unit)
        if done == self.dies_at:
            raise Killed


async def waiting(world: World, request: tables.ImportTableRequest) -> Operation:
    """An operation that no worker takes, asked for by whoever has asked for another."""
    await begun(world, request.form, HEAD + "1;5\n")
    await world.settle()
    async with world.unit("warehouse") as unit:
        [known] = await unit.rows(select(Operation.__table__))
        one = Operation.begin("import_table", request, make.HEALTH, known.caller, unit.now)
        one.state, one.run = RUNNING, 1
        return await unit.add(one)


async def kept(world: World, row: Operation) -> Operation:
    async with world.unit("warehouse") as unit:
        return await unit.get(Operation, row.name)


@pytest.mark.parametrize("dies_at", [1, 2, 3])
async def test_a_second_go_goes_on_where_the_first_was_killed(world: World, dies_at: int) -> None:
    await make.warehouse(world)
    items = [make.Item() for _ in range(10)]
    for code, item in enumerate(items, 1):
        item.CopyFrom(make.CASES)
        item.code = f"{code}"
    form = await make.owed(world, *items)
    await make.oblige(world, form, since="2024-01-01", until="2026-01-01")
    lines = [f"{day};{item.code};5" for day in DAYS for item in items]
    lines[3] += "x"
    text = "Kỳ;Mã;Giá trị\n" + "\n".join(lines)
    file = await files(world).files.put(
        text.encode(), agency=make.HEALTH, media_type="text/csv", file_name=f"{uuid4()}.csv"
    )
    request = tables.ImportTableRequest(agency=make.agency(make.HEALTH), form=form, file=file)
    row = await waiting(world, request)
    call = Runner(world.running["warehouse"].service, operations)._call(row)
    first = Mortal(call, row)
    first.dies_at = dies_at

    with pytest.raises(Killed):
        await import_table(call, first, request)
    await revised(world, form, str(REVISED), *items)  # and the form is revised meanwhile
    again = await kept(world, row)
    said = await import_table(call, Run(call, again), request)

    assert isinstance(said, pb.ImportWorkbookResponse)
    begun_anew = dies_at == 1  # nothing was kept of the first go, not even by what it judged
    later = 0 if begun_anew else sum(day >= REVISED for day in DAYS) * len(items)
    assert (said.received, said.unchanged, said.refused) == (6500, 0, 1 + later)
    assert said.stored == 6500 - said.refused
    reasons = {one.reason for one in said.refusals}
    assert reasons == {"NOT_A_NUMBER"} | ({"FOREIGN_WORKBOOK"} if later else set())
    stub = make.quarantine_of(world.person("reporter-2", "reporter", of=make.HEALTH))
    found = (await stub.ListImports(quarantine.ListImportsRequest(form=form))).imports
    [of] = [one for one in found if one.file_name == file.file_name]
    assert (of.received, of.stored, of.refused) == (6500, said.stored, said.refused)
