"""Values into the warehouse by stream, with all checks, against a bare COPY of the same rows.

`python -m benchmarks.values` measures the site of `make up` over its ports;
`python -m benchmarks.values alone` a warehouse in this process, on a database of its own.
"""

import asyncio
import logging
import random
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import asyncpg
import grpc
import structlog
import uvloop
from services.warehouse.tests import make

from benchmarks.world import DATA, Bench, prepare
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.client.site import request_id
from saola.testing.site import standing
from saola.testing.world import begun

RPC = "/saola.apis.warehouse.v1.SubmissionsService/ImportValues"
ROWS, ITEMS, BATCH, ROUNDS = 100_000, 100, 10_000, 3
GOAL = 1 / 3
BARE = "create table if not exists bare_values (like observations including all)"


@dataclass(frozen=True)
class Target:
    """Where values go: an address, who sends them, and a URL of the database for the peer."""

    address: str
    token: str
    agency: str
    form: str
    database: str


def form() -> forms.Form:
    """Half of its items are whole numbers with limits, half are decimals."""
    kinds = (forms.Form.VALUE_TYPE_INTEGER, forms.Form.VALUE_TYPE_DECIMAL)
    items = [
        forms.Form.Item(
            code=f"{number}",
            label_vi=f"Dòng {number}",
            value_type=kinds[number % 2],
            decimals=2 * (number % 2),
            minimum="0",
            maximum="1000000",
        )
        for number in range(ITEMS)
    ]
    return forms.Form(
        code=f"BENCH-{uuid4().hex[:8].upper()}",
        title_vi="Đo tốc độ",
        field="bench",
        period_type=forms.Form.PERIOD_TYPE_DAY,
        due_rule=forms.Form.DueRule(time="17:00"),
        items=items,
    )


def rows(until: date) -> list[tuple[str, str, str]]:
    lot = random.Random(1)  # noqa: S311  # it shall be repeatable
    days = [(until - timedelta(days=n)).isoformat() for n in range(ROWS // ITEMS)]
    return [
        (
            day,
            f"{item}",
            f"{lot.randrange(10**6)}.{lot.randrange(1, 100):02}"[: None if item % 2 else -3],
        )
        for day in days
        for item in range(ITEMS)
    ]


async def stream(target: Target, sent: list[tuple[str, str, str]]) -> AsyncIterator[bytes]:
    for start in range(0, len(sent), BATCH):
        periods, items, values = zip(*sent[start : start + BATCH], strict=True)
        request = pb.ImportValuesRequest(
            agency=target.agency,
            form=target.form,
            periods=periods,
            items=items,
            values=values,
            request_id=request_id(),
        )
        yield request.SerializeToString()


async def saola(target: Target, sent: list[tuple[str, str, str]], unchanged: int = 0) -> float:
    batches = [batch async for batch in stream(target, sent)]
    async with grpc.aio.insecure_channel(target.address) as channel:
        rpc = channel.stream_unary(RPC, bytes, pb.ImportValuesResponse.FromString)
        begin = time.perf_counter()
        headers = (("authorization", f"Bearer {target.token}"),)
        said = await rpc(iter(batches), metadata=headers)
        took = time.perf_counter() - begin
    expected = (len(sent) - unchanged, unchanged, 0)
    assert (said.stored, said.unchanged, said.refused) == expected, said
    return took


async def bare(target: Target, sent: list[tuple[str, str, str]]) -> float:
    """One COPY into a table with the columns and indexes of ours, without row security."""
    now, agency = datetime.now(UTC), uuid4()  # noqa: TID251  # a benchmark has no clock
    reports = {day: uuid4() for day, _, _ in sent}
    records = [
        (agency, reports[day], item, 1, None, day, date.fromisoformat(day), "value", value,
         Decimal(value), "", now, "bench", None)
        for day, item, value in sent
    ]  # fmt: skip
    connection = await asyncpg.connect(target.database)
    await connection.execute(BARE)
    begin = time.perf_counter()
    await connection.copy_records_to_table("bare_values", records=records)
    took = time.perf_counter() - begin
    await connection.execute("drop table bare_values")
    await connection.close()
    return took


async def measure(targets: list[Target], until: date) -> None:
    sent = rows(until)
    ours, peers = [], []
    for target in targets:  # a form each, so that every round begins its reports
        peers.append(await bare(target, sent))
        ours.append(await saola(target, sent))
    same = [await saola(target, sent, unchanged=len(sent)) for target in targets]
    other = [(day, item, value.replace("1", "2")) for day, item, value in sent]
    kept = sum(new == old for new, old in zip(other, sent, strict=True))
    changed = [await saola(target, other, unchanged=kept) for target in targets]
    fastest, peer = min(ours), min(peers)
    print(
        f"values: {ROWS / fastest:,.0f}/s with all checks, bare COPY {ROWS / peer:,.0f}/s, "
        f"ratio {peer / fastest:.2f} (goal {GOAL:.2f}); sent again {ROWS / min(same):,.0f}/s, "
        f"two thirds of them changed {ROWS / min(changed):,.0f}/s"
    )


async def alone() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with standing() as site:
        async with begun(site) as world:
            await make.warehouse(world)
            person = world.person("reporter-2", "reporter", of=make.HEALTH)
            made = await asyncio.gather(*(_made(world) for _ in range(ROUNDS)))
            database = site.url("postgres", "warehouse").replace("+asyncpg", "")
            address = world.platform().grpc.format("warehouse")
            targets = [
                Target(address, person.token, make.agency(make.HEALTH), name, database)
                for name in made
            ]
            await measure(targets, world.now.date())


async def _made(world: make.World) -> str:
    stub = make.forms_of(make.steward(world))
    draft = await stub.CreateForm(forms.CreateFormRequest(form=form()))
    await stub.PublishForm(forms.PublishFormRequest(name=draft.name, etag=draft.etag))
    await make.oblige(world, draft.name, since="2010-01-01")
    return draft.name


def published(bench: Bench, count: int) -> list[str]:
    """The names of new forms by which the agency of `bench` reports."""
    names = []
    with bench.admin.asks("warehouse") as channel:
        for _ in range(count):
            stub = FormsServiceStub(channel)
            draft = stub.CreateForm(forms.CreateFormRequest(form=form(), request_id=request_id()))
            stub.PublishForm(
                forms.PublishFormRequest(name=draft.name, etag=draft.etag, request_id=request_id())
            )
            owed = obligations.Obligation(
                agency=bench.mine.agency, form=draft.name, valid_from="2010-01-01"
            )
            ObligationsServiceStub(channel).CreateObligation(
                obligations.CreateObligationRequest(obligation=owed, request_id=request_id())
            )
            names.append(draft.name)
    return names


def on_site() -> None:
    bench = prepare()
    names = published(bench, ROUNDS)
    database = (DATA / "secrets/bench-database-url").read_text().strip()
    address, token = bench.site.grpc["warehouse"], bench.mine.reporter.token()
    targets = [Target(address, token, bench.mine.agency, name, database) for name in names]
    uvloop.run(measure(targets, date.fromisoformat(bench.mine.today)))


if __name__ == "__main__":
    if sys.argv[1:] == ["alone"]:
        uvloop.run(alone())
    else:
        on_site()
