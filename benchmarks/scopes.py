"""From the answer to SubmitSubmission to the open pages that show it, each of another reader.

`python -m benchmarks.scopes 100`: a hundred units, each with its board or its list of reports
open, and ten leaders with the whole board. A report each second; `… 100 30`: thirty a second.
"""

import asyncio
import os
import re
import ssl
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial

import grpc
import httpx
from tests.smoke.people import Person, official
from tests.smoke.story import enter_portal

from benchmarks.load import percentile
from benchmarks.seen import GOAL, PATIENCE, Board
from benchmarks.storm import Storm
from benchmarks.units import AT_ONCE, Evening, Unit, evening
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub

FORMS, LEADERS = 10, 10
LASTS, TYPES = 30, 1.0  # seconds that the stream lasts, and that one report is entered
CELL = re.compile(r'id="c-([0-9a-f-]+)" class="cell (\w+)".*?aria-hidden="true">(\d*)', re.DOTALL)
SENT = '<span class="st sent">'
Sent = tuple[Unit, int, int, float]  # whose, its how-manieth, the how-manieth of all, and when


def on_cells(evening: Evening, cells: str) -> int:
    ids = {unit.agency.partition("/")[2] for unit in evening.units}
    found = (match for match in CELL.findall(cells) if match[0] in ids)
    return sum(FORMS if kind == "in" else int(many) for _, kind, many in found)


def on_lines(lines: str) -> int:
    return lines.count(SENT)


def cookies_of(portal: str, person: Person) -> httpx.Cookies:
    with httpx.Client(timeout=PATIENCE) as browser:
        enter_portal(browser, portal, person)
        return browser.cookies


class Reports:
    """What was acknowledged."""

    def __init__(self, evening: Evening) -> None:
        self.evening, self.storm, self.sent = evening, Storm(evening), list[Sent]()
        self._of = Counter[str]()

    async def send(self, number: int, stub: SubmissionsServiceStub) -> None:
        turn, place = divmod(number, len(self.evening.units))
        unit = self.evening.units[place]
        asked = pb.Submission(
            agency=unit.agency,
            form=self.evening.forms[turn],
            period=self.evening.today,
            values=[pb.Value(item=item, value=f"{number}") for item in self.evening.measures],
        )
        ask, who = self.storm.ask, unit.reporter
        create = pb.CreateSubmissionRequest(submission=asked)
        begun = await ask("begin", stub.CreateSubmission, create, who)
        await asyncio.sleep(TYPES)
        submit = pb.SubmitSubmissionRequest(name=begun.name, etag=begun.etag)
        await ask("send", stub.SubmitSubmission, submit, who)
        self._of[unit.agency] += 1
        self.sent.append((unit, self._of[unit.agency], len(self.sent) + 1, time.perf_counter()))

    async def stream(self, rate: float) -> None:
        many = min(round(LASTS * rate), FORMS * len(self.evening.units))
        begun = time.perf_counter()
        address = self.evening.site.grpc["warehouse"]
        async with grpc.aio.insecure_channel(address) as channel, asyncio.TaskGroup() as group:
            stub = SubmissionsServiceStub(channel)
            for number in range(many):
                await asyncio.sleep(begun + number / rate - time.perf_counter())
                group.create_task(self.send(number, stub))


def readers(evening: Evening) -> list[tuple[Person, Board]]:
    """Each with a page that is about to be opened: those of the units in their order, leaders."""
    portal, cells = evening.site.portal, partial(on_cells, evening)
    leaders = [official(evening.admin, evening.root, "leader") for _ in range(LEADERS)]
    found = list[tuple[Person, Board]]()
    for number, who in enumerate([*(unit.reporter for unit in evening.units), *leaders]):
        http = httpx.AsyncClient(
            timeout=PATIENCE,
            limits=httpx.Limits(keepalive_expiry=3),
            verify=ssl.create_default_context(),
        )
        board = Board(http, portal, cells)
        if number < len(evening.units) and number % 2:
            board.count, board.path = on_lines, "/reports/lines"
            board.topics = frozenset({"submissions"})
        found.append((who, board))
    return found


async def measure(reports: Reports, rate: float) -> tuple[list[float], list[float], int]:
    """How late each report was on the page of its unit, on those of leaders; how much was asked."""
    evening = reports.evening
    opened = readers(evening)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        entered = pool.map(partial(cookies_of, evening.site.portal), [who for who, _ in opened])
    boards = [board for _, board in opened]
    own, leaders = boards[:-LEADERS], boards[-LEADERS:]
    async with AsyncExitStack() as clients, asyncio.TaskGroup() as group:
        for board, cookies in zip(boards, entered, strict=True):
            board.http.cookies = cookies
            await clients.enter_async_context(board.http)
        tasks = [group.create_task(it) for one in boards for it in (one.listen(), one.fetch())]
        for board in boards:
            await board.open.wait()
        await reports.stream(rate)
        page = {unit.agency: one for unit, one in zip(evening.units, own, strict=True)}
        async with asyncio.timeout(PATIENCE):
            at_home = [await page[of.agency].shows(n) - at for of, n, _, at in reports.sent]
            above = [await one.shows(n) - at for one in leaders for _, _, n, at in reports.sent]
        for task in tasks:
            task.cancel()
    return at_home, above, sum(one.fetched for one in boards)


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else 100
    rate = float(sys.argv[2]) if sys.argv[2:] else 1
    reports = Reports(evening(count, FORMS))
    at_home, above, fetched = asyncio.run(measure(reports, rate))
    print(
        f"scopes: {count} units and {LEADERS} leaders with a page open, {fetched} pages fetched; "
        f"load {os.getloadavg()[0]:.0f}"
    )
    begun, ended = (way(at for *_, at in reports.sent) for way in (min, max))
    sent = len(reports.sent) / (ended - begun)
    answered = percentile(reports.storm.seconds["send"], 0.95) * 1000
    print(
        f"scopes: {len(reports.sent)} reports, {sent:.1f} a second of {rate:g}, answered within "
        f"{answered:.0f} ms (p95); refused {dict(reports.storm.refusals) or 'nothing'}"
    )
    for who, seen in (("its unit", at_home), ("leaders", above)):
        p50, p95 = (max(0.0, percentile(seen, share)) * 1000 for share in (0.5, 0.95))
        print(
            f"scopes: seen by {who}: median {p50:.0f} ms, p95 {p95:.0f} ms, "
            f"worst {max(seen) * 1000:.0f} ms (goal {GOAL * 1000:.0f} ms)"
        )


if __name__ == "__main__":
    main()
