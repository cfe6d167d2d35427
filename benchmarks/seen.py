"""From the answer to SubmitSubmission to the fragment that shows it, on one open board or many.

`python -m benchmarks.seen 100`: on each of a hundred.
"""

import asyncio
import json
import re
import ssl
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
from tests.smoke.story import enter_portal

from benchmarks.load import percentile
from benchmarks.world import Bench, prepare
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import request_id

GOAL = 1.0  # seconds, 95th percentile
DUTIES = 30
TOPICS = frozenset(
    {"submissions", "agencies", "forms", "calendar"}
)  # what makes board/page.html fetch its cells
GATHER, PAUSE = 0.05, 0.3  # seconds, as in ui/live.js
PATIENCE = 30


@dataclass
class Board:
    """A board that is open in a browser: it listens, and fetches when it hears of a change."""

    http: httpx.AsyncClient
    portal: str
    # How many of what is looked for it shows; none where it says nothing of it.
    count: Callable[[str], int | None]
    # What it fetches, and at which word.
    path: str = "/board/cells"
    topics: frozenset[str] = TOPICS
    due: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    # Up to where it has heard, and when it began to fetch last.
    heard: str = ""
    told: float = -PAUSE
    # How many it has come to show, and when.
    history: list[tuple[int, float]] = field(default_factory=list)
    fetched: int = 0

    @property
    def shown(self) -> int:
        return self.history[-1][0] if self.history else -1

    async def listen(self) -> None:
        async with self.http.stream("GET", f"{self.portal}/live", timeout=PATIENCE) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                self.open.set()
                if line.startswith("id:"):
                    self.heard = line[3:].strip()
                if line.startswith("data:") and json.loads(line[5:]).get("topic") in self.topics:
                    self.due.set()

    async def fetch(self) -> None:
        while True:
            self.idle.set()
            await self.due.wait()
            self.idle.clear()
            await asyncio.sleep(max(GATHER, self.told + PAUSE - time.perf_counter()))
            self.due.clear()
            self.told = time.perf_counter()
            headers = {"HX-Request": "true", "Saola-Heard": self.heard}
            page = await self.http.get(self.portal + self.path, headers=headers)
            count = self.count(page.raise_for_status().text)
            self.fetched += 1
            if count is not None and count != self.shown:
                self.history.append((count, time.perf_counter()))
                self.news.set()

    async def shows(self, count: int) -> float:
        """When it came to show so many."""
        while self.shown < count:
            await self.news.wait()
            self.news.clear()
        return next(when for many, when in self.history if many >= count)


def begin(bench: Bench, number: int) -> pb.Submission:
    duty = bench.mine.duties[number]
    values = [pb.Value(item=item, value=value) for item, value in duty.invented.values.items()]
    asked = pb.Submission(
        agency=bench.mine.agency, form=duty.form.name, period=bench.mine.today, values=values
    )
    with bench.mine.reporter.asks("warehouse") as channel:
        request = pb.CreateSubmissionRequest(submission=asked, request_id=request_id())
        begun: pb.Submission = SubmissionsServiceStub(channel).CreateSubmission(request)
    return begun


def submit(bench: Bench, begun: pb.Submission) -> float:
    """When it was answered."""
    with bench.mine.reporter.asks("warehouse") as channel:
        request = pb.SubmitSubmissionRequest(
            name=begun.name, etag=begun.etag, request_id=request_id()
        )
        SubmissionsServiceStub(channel).SubmitSubmission(request)
        return time.perf_counter()


async def delays(bench: Bench, boards: list[Board]) -> list[float]:
    """One report after another; of each, how long each board took."""
    found: list[float] = []
    for number in range(DUTIES):
        begun = await asyncio.to_thread(begin, bench, number)
        await asyncio.sleep(1 + 2 * PAUSE)  # the word about the values has gone by
        for board in boards:
            await board.idle.wait()
        answered = await asyncio.to_thread(submit, bench, begun)
        async with asyncio.timeout(PATIENCE):
            found += [await board.shows(number + 1) - answered for board in boards]
    return found


async def measure(bench: Bench, count: int) -> list[float]:
    with httpx.Client(timeout=PATIENCE) as browser:
        enter_portal(browser, bench.site.portal, bench.admin)
        cookies = browser.cookies
    agency = bench.mine.agency.removeprefix("agencies/")
    cell = re.compile(rf'id="c-{agency}".*?(\d+)/{DUTIES + 1} ', re.DOTALL)

    def sent(cells: str) -> int | None:
        found = cell.search(cells)
        return int(found[1]) if found else None

    # Each has connections of its own, as a browser has: one pool of two hundred took more of the
    # machine than the portal. They are given up before the portal hangs up.
    limits, tls = httpx.Limits(keepalive_expiry=3), ssl.create_default_context()
    async with AsyncExitStack() as clients, asyncio.TaskGroup() as group:
        boards = list[Board]()
        for _ in range(count):
            http = httpx.AsyncClient(cookies=cookies, timeout=PATIENCE, limits=limits, verify=tls)
            await clients.enter_async_context(http)
            boards.append(Board(http, bench.site.portal, sent))
        tasks = [group.create_task(it) for one in boards for it in (one.listen(), one.fetch())]
        for board in boards:
            await board.open.wait()
        found = await delays(bench, boards)
        for task in tasks:
            task.cancel()
    return found


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else 1
    # From this month on: nobody is reminded of years that were never reported meanwhile.
    bench = prepare(DUTIES + 1, since=time.strftime("%Y-%m-01"))
    seen = asyncio.run(measure(bench, count))
    print(
        f"seen: {count} open boards, {DUTIES} submissions: "
        f"median {percentile(seen, 0.5) * 1000:.0f} ms, "
        f"p95 {percentile(seen, 0.95) * 1000:.0f} ms (goal {GOAL * 1000:.0f} ms)"
    )


if __name__ == "__main__":
    main()
