"""A row-secured read by key over the ports of `make up`, against a bare handler: the ratio."""

import asyncio
from functools import partial

import grpc

from benchmarks.load import rates
from benchmarks.world import Bench, bare, obligation, prepare
from saola.apis.warehouse.v1.obligations_pb2 import GetObligationRequest, Obligation

RPC = "/saola.apis.warehouse.v1.ObligationsService/GetObligation"
GOAL = 0.8
PORT = 50990


async def measure(bench: Bench) -> dict[str, float]:
    asked = GetObligationRequest(name=obligation(bench.mine.reporter, bench.mine))
    kinds = GetObligationRequest.SerializeToString, Obligation.FromString
    with bare(PORT) as peer:
        saola = grpc.aio.insecure_channel(bench.site.grpc["warehouse"])
        read = partial(saola.unary_unary(RPC, *kinds), asked, metadata=bench.headers(), timeout=10)
        plain = partial(peer.unary_unary("/bare/Get", *kinds), asked, timeout=10)
        found = await rates({"saola": read, "bare": plain})
        await saola.close()
        await peer.close()
    return found


def main() -> None:
    found = asyncio.run(measure(prepare()))
    ratio = found["saola"] / found["bare"]
    print(
        f"read: {found['saola']:.0f}/s, bare {found['bare']:.0f}/s, ratio {ratio:.2f} (goal {GOAL})"
    )


if __name__ == "__main__":
    main()
