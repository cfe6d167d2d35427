"""`GetObligation` of the same service, in the two lanes that it does not take.

`python -m benchmarks.lanes core|orm PORT`, with the environment of the site's own process.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

import uvloop
from sqlalchemy import bindparam, select

from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.kit import logs
from saola.kit.app import together
from saola.kit.call import ReadUnit
from saola.kit.cli import settle_memory
from saola.kit.entities import Entities
from saola.kit.errors import NotFound
from saola.kit.names import id_of
from saola.kit.rpc import Method
from saola.kit.settings import Platform, load
from saola.services.warehouse.api.obligations import obligations, to_pb
from saola.services.warehouse.app import app
from saola.services.warehouse.models.obligations import Obligation

GET = select(Obligation.__table__).where(Obligation.id == bindparam("id"))
Answer = Callable[[ReadUnit, pb.GetObligationRequest], Awaitable[pb.Obligation]]


async def core(unit: ReadUnit, request: pb.GetObligationRequest) -> pb.Obligation:
    row = await unit.one(GET, id=id_of("obligations", request.name))
    if row is None:
        raise NotFound(name=request.name)
    return to_pb(row)


async def orm(unit: ReadUnit, request: pb.GetObligationRequest) -> pb.Obligation:
    """An entity, as `Unit.get` gives it to use cases; a unit that reads has none to give."""
    entities = Entities(vars(unit)["_transaction"])
    found = await entities.get(Obligation, id_of("obligations", request.name))
    if found is None:
        raise NotFound(name=request.name)
    return to_pb(found)


LANES: dict[str, Answer] = {"core": core, "orm": orm}


async def serve(lane: str, port: int) -> None:
    rpc = pb.DESCRIPTOR.services_by_name["ObligationsService"].methods_by_name["GetObligation"]
    obligations.methods["GetObligation"] = Method(rpc, LANES[lane])
    alone = replace(app, apis=[obligations], consumers=None, jobs=None, tasks=None, operations=None)
    platform = load(Platform).model_copy(
        update={"ports": {"warehouse": port}, "http": f"127.0.0.1:{port + 10}"}
    )
    async with together([alone], platform):
        settle_memory()
        await asyncio.Event().wait()


if __name__ == "__main__":
    logs.set_up("info")
    uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
