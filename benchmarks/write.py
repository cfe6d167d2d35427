"""An idempotent write with its event and its audit row, against a bare autocommit INSERT."""

import asyncio
from datetime import date, timedelta
from functools import partial
from itertools import count

import grpc

from benchmarks.load import rates
from benchmarks.world import Bench, bare, prepare
from saola.apis.warehouse.v1.obligations_pb2 import GetObligationRequest
from saola.apis.warehouse.v1.submissions_pb2 import CreateSubmissionRequest, Submission
from saola.client.site import request_id

RPC = "/saola.apis.warehouse.v1.SubmissionsService/CreateSubmission"
GOAL = 0.7
PORT = 50991
CALLS = 400


async def measure(bench: Bench) -> dict[str, float]:
    [duty] = bench.mine.duties
    days = count(1)
    today = date.fromisoformat(bench.mine.today)
    with bare(PORT) as peer:
        saola = grpc.aio.insecure_channel(bench.site.grpc["warehouse"])
        rpc = saola.unary_unary(
            RPC, CreateSubmissionRequest.SerializeToString, Submission.FromString
        )

        async def write() -> None:
            period = (today - timedelta(days=next(days))).isoformat()
            asked = Submission(agency=bench.mine.agency, form=duty.form.name, period=period)
            request = CreateSubmissionRequest(submission=asked, request_id=request_id())
            await rpc(request, metadata=bench.headers(), timeout=10)

        kinds = GetObligationRequest.SerializeToString, GetObligationRequest.FromString
        plain = partial(
            peer.unary_unary("/bare/Insert", *kinds), GetObligationRequest(name="x"), timeout=10
        )
        found = await rates({"saola": write, "bare": plain}, CALLS)
        await saola.close()
        await peer.close()
    return found


def main() -> None:
    found = asyncio.run(measure(prepare(since="2010-01-01")))
    ratio = found["saola"] / found["bare"]
    print(
        f"write: {found['saola']:.0f}/s, bare {found['bare']:.0f}/s, "
        f"ratio {ratio:.2f} (goal {GOAL})"
    )


if __name__ == "__main__":
    main()
