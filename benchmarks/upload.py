"""How long others wait while a workbook of 100,000 rows is read: the 99th percentile."""

import threading
import time
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook

from benchmarks.load import percentile
from benchmarks.values import ROWS, published, rows
from benchmarks.world import Bench, obligation, prepare
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.obligations_pb2 import GetObligationRequest
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import ended, request_id

GOAL = 0.3  # seconds


def workbook(bench: Bench, name: str) -> bytes:
    """The template of a form with its list filled in."""
    site, token = bench.site, bench.mine.reporter.token
    with bench.mine.reporter.asks("warehouse") as channel:
        asked = forms.RenderTemplateRequest(
            form=name, agency=bench.mine.agency, period=bench.mine.today, language="vi"
        )
        file = FormsServiceStub(channel).RenderTemplate(asked)
    book = load_workbook(BytesIO(site.download("warehouse", token(), file)))
    for day, item, value in rows(date.fromisoformat(bench.mine.today)):
        book.worksheets[1].append([date.fromisoformat(day), item, Decimal(value)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read_meanwhile(bench: Bench, stop: threading.Event, waits: list[float]) -> None:
    asked = GetObligationRequest(name=obligation(bench.mine.reporter, bench.mine))
    with bench.mine.reporter.asks("warehouse") as channel:
        stub = ObligationsServiceStub(channel)
        while not stop.is_set():
            begun = time.perf_counter()
            stub.GetObligation(asked)
            waits.append(time.perf_counter() - begun)
            time.sleep(0.01)


def main() -> None:
    bench = prepare()
    [name] = published(bench, 1)
    data = workbook(bench, name)
    waits: list[float] = []
    stop = threading.Event()
    reader = threading.Thread(target=read_meanwhile, args=(bench, stop, waits))
    reader.start()
    begun = time.perf_counter()
    site, token = bench.site, bench.mine.reporter.token
    sent = site.upload("warehouse", token(), data, agency=bench.mine.agency, name="large.xlsx")
    with bench.mine.reporter.asks("warehouse") as channel:
        request = submissions.ImportWorkbookRequest(
            agency=bench.mine.agency, file=sent, request_id=request_id()
        )
        over = ended(channel, SubmissionsServiceStub(channel).ImportWorkbook(request).name)
    took = time.perf_counter() - begun
    stop.set()
    reader.join()
    said = submissions.ImportWorkbookResponse()
    over.result.Unpack(said)
    assert (said.received, said.stored, said.refused) == (ROWS, ROWS, 0), over
    print(
        f"upload: {ROWS} rows, {len(data) / 1e6:.1f} MB, stored in {took:.1f} s; meanwhile "
        f"{len(waits)} reads, p99 {percentile(waits, 0.99) * 1000:.0f} ms "
        f"(goal {GOAL * 1000:.0f} ms)"
    )


if __name__ == "__main__":
    main()
