"""What the warehouse does by the clock: the directory turns at midnight, reports are asked for."""

from datetime import timedelta

from saola.directory import following
from saola.kit.call import Call
from saola.kit.jobs import Jobs
from saola.services.warehouse.domain.reminders import Steps
from saola.services.warehouse.settings import Settings
from saola.services.warehouse.usecases import reminders

clock = Jobs()
following.keep_time(clock)


@clock(every=timedelta(minutes=1))
async def remind(call: Call) -> None:
    """Tells of reports that have reached a step, a page in a unit: whoever is killed goes on."""
    steps, token = Steps.read(call.settings(Settings).reminders), ""
    while True:
        async with call.unit(system="tell of reports that are not submitted") as unit:
            token = await reminders.remind(unit, steps, token)
        if not token:
            return
