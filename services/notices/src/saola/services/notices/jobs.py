"""What happens by the clock: the copies are made and kept, and what is old is forgotten."""

from collections.abc import Sequence

from saola.apis.identity.v1.officials_pb2 import ListOfficialsRequest, Official
from saola.apis.identity.v1.officials_pb2_grpc import OfficialsServiceStub
from saola.directory import copies, following
from saola.kit.call import Call, Unit
from saola.kit.jobs import Jobs
from saola.kit.names import id_of
from saola.kit.resync import resync
from saola.services.notices.models.plans import row_of
from saola.services.notices.settings import Settings
from saola.services.notices.usecases import deliveries, plans

clock = Jobs()
following.keep_time(clock)


@clock(once=True)
async def resync_officials(call: Call) -> None:
    """Who may be told, from identity: at the first start, and when `saola resync` asks."""
    ask = call.peer(OfficialsServiceStub).ListOfficials
    await resync(call, ask, ListOfficialsRequest(), _keep)


@clock(at="03:20")
async def forget(call: Call) -> None:
    """Deletes notices that are past their time, with their deliveries, batch by batch."""
    settings = call.settings(Settings)
    read, all_ = call.now - settings.keep_read, call.now - settings.keep
    while True:
        async with call.unit(system="forget old notices") as unit:
            if not await deliveries.forget(unit, read, all_):
                return


async def _keep(unit: Unit, told: Sequence[Official]) -> None:
    today = copies.today(unit).isoformat()
    rows = [
        row_of(
            id_of("officials", one.name),
            [
                id_of("agencies", position.agency)
                for position in one.positions
                if not position.valid_to or position.valid_to > today
            ],
            one.roles,
            copies.revision(one.etag),
            disabled=one.state == Official.STATE_DISABLED,
        )
        for one in told
    ]
    await plans.keep_officials(unit, rows)
