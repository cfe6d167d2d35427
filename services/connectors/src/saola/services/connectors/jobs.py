"""What happens by the clock: the directory turns, runs are planned, and what is old is let go."""

from datetime import timedelta
from typing import Final

from saola.directory import following
from saola.kit.call import Call
from saola.kit.jobs import Jobs
from saola.services.connectors.queries import connectors
from saola.services.connectors.settings import Settings
from saola.services.connectors.usecases import runs

MOST: Final = 200
clock = Jobs()
following.keep_time(clock)


@clock(every=timedelta(seconds=15))
async def plan_runs(call: Call) -> None:
    """Each connector whose hour has come, in a transaction of its own; what was missed, too."""
    catch_up = call.settings(Settings).catch_up
    while True:
        async with call.read(system="plan the runs of connectors") as reading:
            due = await connectors.due(reading, call.now, MOST)
        for connector in due:
            async with call.unit(system="plan the runs of connectors") as unit:
                await runs.plan(unit, connector, catch_up)
        if len(due) < MOST:
            return


@clock(at="03:40")
async def forget(call: Call) -> None:
    """Lets go of what was fetched, and of old runs, batch by batch."""
    settings = call.settings(Settings)
    files, all_ = call.now - settings.keep_files, call.now - settings.keep_runs
    while True:
        async with call.unit(system="forget old runs of connectors") as unit:
            if not await runs.forget(unit, files, all_):
                return
