"""From the answer to SubmitSubmission to the fragment that shows it, on one open board or many.

`python -m benchmarks.seen 100`: on each of a hundred.
"""

import asyncio
import gzip
import json
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
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
TOPICS = {"submissions", "agencies"}  # what makes board/page.html fetch its cells
GATHER, PAUSE = 0.05, 0.3  # seconds, as in ui/live.js
PATIENCE = 30


class Line:
    """A connection that stays open, as a browser has. Those of httpx took more than the portal."""

    def __init__(self, portal: str, cookies: httpx.Cookies) -> None:
        self._host = portal.removeprefix("http://")
        known = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies.jar)
        self._head = f"host: {self._host}\r\ncookie: {known}\r\naccept-encoding: gzip\r\n"
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, **headers: str) -> str:
        said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        question = f"GET {path} HTTP/1.1\r\n{self._head}{said}\r\n".encode()
        if self._ends and not self._ends[0].at_eof():
            with suppress(asyncio.IncompleteReadError, ConnectionError):  # the portal has hung up
                return await self._ask(question, *self._ends)
        host, _, port = self._host.partition(":")
        self._ends = await asyncio.open_connection(host, int(port))
        return await self._ask(question, *self._ends)

    async def _ask(
        self, question: bytes, there: asyncio.StreamReader, here: asyncio.StreamWriter
    ) -> str:
        here.write(question)
        head = (await there.readuntil(b"\r\n\r\n")).lower()
        size = re.search(rb"content-length: (\d+)", head)
        if not head.startswith(b"http/1.1 200") or not size:
            raise RuntimeError(head.decode())
        body = await there.readexactly(int(size[1]))
        return (gzip.decompress(body) if b"content-encoding: gzip" in head else body).decode()


@dataclass
class Board:
    """A board that is open in a browser: it listens, and fetches when it hears of a change.

    Each has connections of its own, as a browser has.
    """

    http: httpx.AsyncClient
    portal: str
    # How many of what is looked for its cells show; none where they say nothing of it.
    count: Callable[[str], int | None]
    due: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    # Up to where it has heard, and when it began to fetch last.
    heard: str = ""
    told: float = -PAUSE
    # How many it shows, and since when.
    shown: int = -1
    since: float = 0

    async def listen(self) -> None:
        async with self.http.stream("GET", f"{self.portal}/live", timeout=PATIENCE) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                self.open.set()
                if line.startswith("id:"):
                    self.heard = line[3:].strip()
                if line.startswith("data:") and json.loads(line[5:]).get("topic") in TOPICS:
                    self.due.set()

    async def fetch(self) -> None:
        line = Line(self.portal, self.http.cookies)
        while True:
            self.idle.set()
            await self.due.wait()
            self.idle.clear()
            await asyncio.sleep(max(GATHER, self.told + PAUSE - time.perf_counter()))
            self.due.clear()
            self.told = time.perf_counter()
            page = await line.get("/board/cells", hx_request="true", saola_heard=self.heard)
            count = self.count(page)
            if count is not None and count != self.shown:
                self.shown, self.since = count, time.perf_counter()
                self.news.set()

    async def shows(self, count: int) -> float:
        """When it came to show so many."""
        while self.shown < count:
            await self.news.wait()
            self.news.clear()
        return self.since


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

    limits = httpx.Limits(max_connections=None)
    async with (
        httpx.AsyncClient(cookies=cookies, timeout=PATIENCE, limits=limits) as http,
        asyncio.TaskGroup() as group,
    ):
        boards = [Board(http, bench.site.portal, sent) for _ in range(count)]
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
