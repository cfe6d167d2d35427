"""From the answer to SubmitSubmission to the fragment of the board that shows it."""

import json
import threading
import time
from collections.abc import Iterator
from queue import Queue

import httpx
from tests.smoke.story import enter_portal

from benchmarks.load import percentile
from benchmarks.world import Bench, prepare
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import request_id

GOAL = 1.0  # seconds, 95th percentile
DUTIES = 30


def listen(http: httpx.Client, portal: str, heard: "Queue[float]") -> None:
    """Notes when the live stream speaks of the board."""
    with http.stream("GET", f"{portal}/live", timeout=120) as stream:
        heard.put(0.0)
        for line in stream.iter_lines():
            if line.startswith("data:") and _topic(line[5:]) == "board":
                heard.put(time.perf_counter())


def _topic(data: str) -> str:
    given = json.loads(data)
    return str(given.get("topic", "")) if isinstance(given, dict) else ""


def delays(bench: Bench, http: httpx.Client, heard: "Queue[float]") -> Iterator[float]:
    """Submits one report after another; each time, waits for the word and fetches the fragment."""
    with bench.mine.reporter.asks("warehouse") as channel:
        stub = SubmissionsServiceStub(channel)
        for duty in bench.mine.duties:
            values = [
                pb.Value(item=item, value=value) for item, value in duty.invented.values.items()
            ]
            asked = pb.Submission(
                agency=bench.mine.agency,
                form=duty.form.name,
                period=bench.mine.today,
                values=values,
            )
            begun = stub.CreateSubmission(
                pb.CreateSubmissionRequest(submission=asked, request_id=request_id())
            )
            time.sleep(1.2)  # the word about the values has gone by
            while not heard.empty():
                heard.get()
            stub.SubmitSubmission(
                pb.SubmitSubmissionRequest(
                    name=begun.name, etag=begun.etag, request_id=request_id()
                )
            )
            answered = time.perf_counter()
            heard.get(timeout=30)
            http.get(f"{bench.site.portal}/board/cells", headers={"HX-Request": "true"})
            yield time.perf_counter() - answered


def main() -> None:
    bench = prepare(DUTIES)
    heard: Queue[float] = Queue()
    with httpx.Client(timeout=60) as http:
        enter_portal(http, bench.site.portal, bench.admin)
        threading.Thread(target=listen, args=(http, bench.site.portal, heard), daemon=True).start()
        heard.get(timeout=30)
        seen = list(delays(bench, http, heard))
    print(
        f"seen: median {percentile(seen, 0.5) * 1000:.0f} ms, "
        f"p95 {percentile(seen, 0.95) * 1000:.0f} ms (goal {GOAL:.0f} s), {len(seen)} submissions"
    )


if __name__ == "__main__":
    main()
