"""A row-secured read by key over the ports of `make up`, against a bare handler, lane by lane.

The client sends both the same: the bare handler gets the token too, and does not look at it.
"""

import asyncio
from contextlib import ExitStack
from functools import partial

import grpc

from benchmarks.load import Side, Speed, speeds
from benchmarks.world import Bench, bare, core, lane, obligation, prepare
from saola.apis.warehouse.v1.obligations_pb2 import GetObligationRequest, Obligation

Rpc = grpc.aio.UnaryUnaryMultiCallable[GetObligationRequest, Obligation]
RPC = "/saola.apis.warehouse.v1.ObligationsService/GetObligation"
# The site itself reads in the fast lane.
GOALS = {"fast": 0.8, "core": 0.65, "orm": 0.55}
PORTS = {"bare": 50990, "core": 50992, "orm": 50993}


async def measure(bench: Bench) -> dict[str, Speed]:
    asked = GetObligationRequest(name=obligation(bench.mine.reporter, bench.mine))
    kinds = GetObligationRequest.SerializeToString, Obligation.FromString
    with ExitStack() as stack:
        served = {name: stack.enter_context(lane(name, PORTS[name])) for name in ("core", "orm")}
        served["fast"] = grpc.aio.insecure_channel(bench.site.grpc["warehouse"]), core()
        sides = {}
        for name in GOALS:
            channel, pid = served[name]
            rpc: Rpc = channel.unary_unary(RPC, *kinds)
            sides[name] = Side(partial(read, bench, rpc, asked), pid)
        peer, pid = served["bare"] = stack.enter_context(bare(PORTS["bare"]))
        plain: Rpc = peer.unary_unary("/bare/Get", *kinds)
        sides["bare"] = Side(partial(read, bench, plain, asked), pid)
        found = await speeds(sides)
        for channel, _ in served.values():
            await channel.close()
    return found


async def read(bench: Bench, rpc: Rpc, asked: GetObligationRequest) -> Obligation:
    """The token is asked for each time: it lasts for some minutes."""
    return await rpc(asked, metadata=bench.headers(), timeout=10)


def main() -> None:
    found = asyncio.run(measure(prepare()))
    for name, goal in GOALS.items():
        print(f"read, {name} lane:", found[name].against(found["bare"], goal))


if __name__ == "__main__":
    main()
