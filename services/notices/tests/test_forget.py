"""What is past its time is forgotten, and nothing else."""

from datetime import timedelta

from services.notices.tests import make
from services.notices.tests.make import CLERK, app

from saola.apis.notices.v1 import notices_pb2 as pb
from saola.kit.call import Call
from saola.services.notices import jobs
from saola.testing.plugin import World


async def test_read_notices_are_kept_for_half_a_year_and_unread_ones_for_longer(
    world: World,
) -> None:
    await world.run(app)
    await make.province(world)
    for period in ("2026-10", "2026-11"):
        await make.remind(world, "before", period)
    first, _ = await make.mine(world, CLERK)
    await make.notices_of(world, CLERK).MarkRead(pb.MarkReadRequest(name=first.name))
    call = Call.own(world.running["notices"].service)
    left = []
    for days in (179, 2, 218, 2):
        world.now += timedelta(days=days)
        await jobs.forget(call)
        left.append([one.name for one in await make.mine(world, CLERK)])
    assert [len(names) for names in left] == [2, 1, 1, 0]
    assert first.name not in left[1]
