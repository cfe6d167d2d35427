"""A process of the test service that can be killed: `python -m libs.kit.tests.killed`.

It counts up to `TO`, each number in a unit of its own; at `HALT` the first process waits for good,
with the number written and not yet kept.
"""

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

from google.protobuf.wrappers_pb2 import Int64Value, StringValue
from libs.kit.tests import trial

from saola.kit.app import App, together
from saola.kit.call import Call
from saola.kit.operations import Operations, Run
from saola.kit.settings import Platform, load
from saola.kit.tasks import Tasks

TO, HALT = 6, 3
tasks, operations = Tasks(), Operations()
halting = False


def _note(call: Call, about: str, number: int) -> trial.Note:
    return trial.Note(agency=trial.AGENCY, about=about, text=f"{number}", created_at=call.now)


async def _halt(number: int) -> None:
    if halting and number == HALT:
        sys.stdout.write("halted\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


@tasks
async def note(call: Call, payload: Mapping[str, Any]) -> None:
    async with call.unit(system="a test") as unit:
        await unit.add(_note(call, "task", payload["number"]))
        await _halt(payload["number"])


@operations
async def count(call: Call, run: Run, request: StringValue) -> Int64Value:
    for number in range(run.state.get("next", 0), TO):
        async with call.unit(system="a test") as unit:
            await unit.add(_note(call, request.value, number))
            await _halt(number)
            run.state["next"] = number + 1
            await run.progress(number + 1, TO, unit=unit)
    return Int64Value(value=TO)


app = App(
    "trial",
    trial.Base.metadata,
    tasks=tasks,
    operations=operations,
    package=trial.PACKAGE,
)


async def main() -> None:
    async with together([app], load(Platform)):
        await asyncio.Event().wait()


if __name__ == "__main__":
    halting = True
    asyncio.run(main())
