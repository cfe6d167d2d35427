"""What happens to the directory by the clock: at midnight what was planned comes into force."""

from saola.kit.call import Call
from saola.kit.jobs import Jobs
from saola.services.identity.usecases import agencies, delegations, officials

clock = Jobs()


@clock(at="00:00")
async def turn(call: Call) -> None:
    async with call.unit(system="put planned moves into force") as unit:
        await agencies.turn(unit)
    async with call.unit(system="begin and end positions") as unit:
        await officials.turn(unit)
    async with call.unit(system="begin and end delegations") as unit:
        await delegations.turn(unit)
