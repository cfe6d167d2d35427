"""An idempotent write with its event and its audit row, against a bare autocommit INSERT."""

import asyncio
import secrets
from itertools import count

import grpc

from benchmarks.load import Side, Speed, speeds
from benchmarks.world import Bench, bare, core, prepare
from saola.apis.warehouse.v1.indicators_pb2 import CreateIndicatorRequest, Indicator
from saola.apis.warehouse.v1.obligations_pb2 import GetObligationRequest
from saola.client.site import request_id

RPC = "/saola.apis.warehouse.v1.IndicatorsService/CreateIndicator"
GOAL = 0.7
PORT = 50991
CALLS = 800


async def measure(bench: Bench) -> dict[str, Speed]:
    numbers, run = count(1), secrets.token_hex(3).upper()
    with bare(PORT) as (peer, pid):
        saola = grpc.aio.insecure_channel(bench.site.grpc["warehouse"])
        kinds = CreateIndicatorRequest.SerializeToString, Indicator.FromString
        rpc = saola.unary_unary(RPC, *kinds)

        async def write() -> None:
            asked = Indicator(
                code=f"B.{run}.{next(numbers)}",
                title_vi="Chỉ tiêu đo",
                field="economy",
                aggregation=Indicator.AGGREGATION_SUM,
            )
            request = CreateIndicatorRequest(indicator=asked, request_id=request_id())
            signed = (("authorization", f"Bearer {bench.admin.token()}"),)
            await rpc(request, metadata=signed, timeout=10)

        plain_kinds = GetObligationRequest.SerializeToString, GetObligationRequest.FromString
        insert = peer.unary_unary("/bare/Insert", *plain_kinds)

        async def plain() -> None:
            signed = (("authorization", f"Bearer {bench.admin.token()}"),)
            await insert(GetObligationRequest(name="x"), metadata=signed, timeout=10)

        found = await speeds({"saola": Side(write, core()), "bare": Side(plain, pid)}, CALLS)
        await saola.close()
        await peer.close()
    return found


def main() -> None:
    found = asyncio.run(measure(prepare()))
    print("write:", found["saola"].against(found["bare"], GOAL))


if __name__ == "__main__":
    main()
