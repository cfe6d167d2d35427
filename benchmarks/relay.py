"""Events that leave an outbox for the broker, until it has them all.

On a database and a broker of its own (without fsync): `python -m benchmarks.relay [EVENTS]`. The
CPU of this process an event is told beside the rate: it is steady where the machine is busy.
"""

import asyncio
import logging
import sys
import time

import asyncpg
import structlog
import uvloop
from libs.kit.tests import trial

from benchmarks.consumer import KEYS, KIND, TRACE, bystander
from saola.kit.broker import STREAM
from saola.testing.site import standing
from saola.testing.world import begun

FILL = """
    insert into outbox (type, key, body, traceparent, at)
    select $1, 'forms/' || n % $2, convert_to('a body of an event ' || n, 'utf8'), $3, now()
    from generate_series(1, $4::int) n
"""


async def main(count: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with standing() as site:
        async with begun(site) as world:
            await world.prepare(trial.idle)
            connection = await asyncpg.connect(site.postgres + "trial")
            await connection.execute(FILL, KIND, KEYS, TRACE, count)
            begin, used = time.perf_counter(), time.process_time()
            async with world.serving(bystander):
                left = True
                while left:
                    await asyncio.sleep(0.05)
                    left = await connection.fetchval("select exists (select from outbox)")
                took, used = time.perf_counter() - begin, time.process_time() - used
            kept = (await world.stream.stream_info(STREAM)).state.messages
            await connection.close()
    if kept != count:
        sys.exit(f"{count:,} events were to leave, and {kept:,} are there.")
    print(f"events sent by a relay: {count / took:,.0f}/s of {count:,}")
    print(f"  {used / count * 1e6:.0f} us of CPU an event, its start-up included")


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
