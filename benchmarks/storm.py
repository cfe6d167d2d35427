"""The storm at 16:55: all units send at once, and correct what they have sent ten times.

`python -m benchmarks.storm`: 38 units and 75 communes, each with an official and a connection of
its own. A correction is returned by an approver of the province, entered, and sent again. What was
acknowledged is then compared with the board, the reports, their histories and the figures.
`python -m benchmarks.storm 3`: three times as many units; a fraction is fewer.
"""

import asyncio
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
import httpx
from tests.smoke.people import Person
from tests.smoke.story import enter_portal

from benchmarks.aftermath import flaws
from benchmarks.load import percentile
from benchmarks.seen import PATIENCE, Board
from benchmarks.units import Evening, Unit, evening
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import request_id
from saola.kit.status import Refused, from_status

UNITS, CORRECTIONS = 38 + 75, 10
SHOWN = 60  # seconds within which the board must show the last
AGAIN = 0.2  # seconds before somebody asks again who got no answer, or was told to wait
SENT = re.compile(r'id="c-([0-9a-f-]+)" class="cell in"')
LATER = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


@dataclass
class Storm:
    """What was asked, how long each answer took, and what was acknowledged last."""

    evening: Evening
    seconds: dict[str, list[float]] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[str, pb.Submission] = field(default_factory=dict)
    last: float = 0

    async def ask(
        self, kind: str, rpc: Callable[..., Any], request: Any, who: Person
    ) -> pb.Submission:
        """Until there is an answer; what is asked again is one with its request_id."""
        request.request_id, begun = request_id(), time.perf_counter()
        while True:
            signed = (("authorization", f"Bearer {who.token()}"),)
            try:
                answer: pb.Submission = await rpc(request, metadata=signed, timeout=PATIENCE)
            except grpc.aio.AioRpcError as error:
                said = from_status(error)
                self.refusals[said.reason if isinstance(said, Refused) else error.code().name] += 1
                if error.code() not in {*LATER, grpc.StatusCode.RESOURCE_EXHAUSTED}:
                    raise
                await asyncio.sleep(AGAIN)
                continue
            self.last = time.perf_counter()
            self.seconds.setdefault(kind, []).append(self.last - begun)
            return answer

    async def report(self, unit: Unit, number: int, decides: SubmissionsServiceStub) -> None:
        """One unit's evening."""
        ask, who = self.ask, unit.reporter
        async with grpc.aio.insecure_channel(self.evening.site.grpc["warehouse"]) as channel:
            stub = SubmissionsServiceStub(channel)
            begun = pb.Submission(
                agency=unit.agency,
                form=self.evening.forms[0],
                period=self.evening.today,
                values=self.values(number, 0),
            )
            said = await ask(
                "begin", stub.CreateSubmission, pb.CreateSubmissionRequest(submission=begun), who
            )
            for turn in range(1, CORRECTIONS + 2):
                at = {"name": said.name, "etag": said.etag}
                said = await ask(
                    "send", stub.SubmitSubmission, pb.SubmitSubmissionRequest(**at), who
                )
                self.acknowledged[unit.agency] = said
                if turn > CORRECTIONS:
                    return
                no = pb.ReturnSubmissionRequest(name=said.name, etag=said.etag, reason="Xem lại")
                approver = self.evening.approver
                said = await ask("return", decides.ReturnSubmission, no, approver)
                update = pb.UpdateSubmissionRequest(
                    name=said.name, etag=said.etag, values=self.values(number, turn)
                )
                said = await ask("enter", stub.UpdateSubmission, update, who)

    def values(self, number: int, turn: int) -> list[pb.Value]:
        """Other ones each time, and for each unit."""
        return [
            pb.Value(item=item, value=f"{1000 * number + 10 * turn + place + 1}")
            for place, item in enumerate(self.evening.measures)
        ]


async def rage(storm: Storm) -> tuple[float, float]:
    """How long it took, and from the last answer until an open board had it."""
    portal, units = storm.evening.site.portal, storm.evening.units
    ids = {unit.agency.partition("/")[2] for unit in units}

    def count(cells: str) -> int:
        """How many of them have sent all that they owe."""
        return len(ids & set(SENT.findall(cells)))

    with httpx.Client(timeout=PATIENCE) as browser:
        enter_portal(browser, portal, storm.evening.admin)
        cookies = browser.cookies
    async with (
        httpx.AsyncClient(cookies=cookies, timeout=PATIENCE) as http,
        grpc.aio.insecure_channel(storm.evening.site.grpc["warehouse"]) as channel,
        asyncio.TaskGroup() as group,
    ):
        board, decides = Board(http, portal, count), SubmissionsServiceStub(channel)
        looks = [group.create_task(one) for one in (board.listen(), board.fetch())]
        await board.open.wait()
        begun = time.perf_counter()
        every = enumerate(units)
        await asyncio.gather(*(storm.report(unit, number, decides) for number, unit in every))
        took = storm.last - begun
        async with asyncio.timeout(SHOWN):
            await board.shows(len(units))
        for look in looks:
            look.cancel()
    return took, max(0.0, board.history[-1][1] - storm.last)


def main() -> None:
    count = round(UNITS * (float(sys.argv[1]) if sys.argv[1:] else 1))
    storm = Storm(evening(count))
    took, shown = asyncio.run(rage(storm))
    sent, every = storm.seconds["send"], [one for kind in storm.seconds.values() for one in kind]
    print(
        f"storm: {count} units, {len(sent)} reports sent in {took:.0f} s: {len(sent) / took:.1f} "
        f"reports/s, {len(every) / took:.0f} calls/s; load {os.getloadavg()[0]:.0f}"
    )
    for kind, seconds in {**storm.seconds, "all": every}.items():
        p50, p95, p99 = (percentile(seconds, share) * 1000 for share in (0.5, 0.95, 0.99))
        print(f"storm: {kind}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms")
    print(f"storm: refused {dict(storm.refusals) or 'nothing'}; the last was seen in {shown:.2f} s")
    found = flaws(storm.evening, storm.acknowledged, CORRECTIONS + 1)
    print(f"storm: {len(found)} differences from what was acknowledged")
    sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
