"""What the warehouse does by the clock: the directory turns, reports and figures are seen to."""

from datetime import timedelta

from saola.directory import areas, following
from saola.kit.call import Call
from saola.kit.jobs import Jobs
from saola.services.warehouse.domain.reminders import Steps
from saola.services.warehouse.queries.submissions import reporters
from saola.services.warehouse.settings import Settings
from saola.services.warehouse.usecases import quarantine, reminders, unlocks
from saola.services.warehouse.usecases.figures import recount_agency
from saola.services.warehouse.usecases.obligations import reorganisations

clock = Jobs()
following.keep_time(clock)
areas.keep_time(clock)


@clock(every=timedelta(minutes=1))
async def remind(call: Call) -> None:
    """Tells of reports that have reached a step, a page in a unit: whoever is killed goes on."""
    steps, token = Steps.read(call.settings(Settings).reminders), ""
    while True:
        async with call.unit(system="tell of reports that are not submitted") as unit:
            token = await reminders.remind(unit, steps, token)
        if not token:
            return


@clock(once=True)
async def recount_figures(call: Call) -> None:
    """All that is kept added up, from scratch: at the first start, and when `saola resync` asks."""
    async with call.read(system="find whose figures to recount") as unit:
        agencies = await reporters(unit)
    for agency in agencies:
        async with call.unit(system="recount figures") as unit:
            await recount_agency(unit, agency)


@clock(at="00:05")
async def settle_obligations(call: Call) -> None:
    """What events have told is settled already; this is for what a copy from scratch has not."""
    async with call.unit(system="settle what is owed by agencies that are closed") as unit:
        await reorganisations.settle(unit)


@clock(every=timedelta(minutes=1))
async def relock(call: Call) -> None:
    await unlocks.relock(call)


@clock(at="02:20")
async def purge(call: Call) -> None:
    await quarantine.purge(call, call.now - call.settings(Settings).keep_imports)
