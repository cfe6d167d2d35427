"""One call is one trace through every service that it reaches, each under its own name."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import orjson
import pytest
import structlog
from fastapi import APIRouter
from libs.kit.tests import make, trial
from libs.kit.tests.make import pb
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from saola.apis.notes.v1.notes_pb2_grpc import NotesServiceStub

from saola.kit import logs
from saola.kit.app import App
from saola.kit.call import Unit
from saola.kit.consumers import Consumers
from saola.kit.web import Calling
from saola.testing.otlp import Seen, collector
from saola.testing.plugin import World

on, pages = Consumers(), APIRouter()
Lines = Callable[[], list[dict[str, Any]]]
SECRET = "Số điện thoại của bà Lan"


@on(pb.NoteWritten)
async def remember(unit: Unit, event: pb.NoteWritten) -> None:
    note = trial.Note(agency=trial.AGENCY, about=event.note, text="", created_at=unit.now)
    await unit.add(note)


@pages.post("/pages/{id}")
async def write(call: Calling, id: str) -> dict[str, str]:
    note = await call.peer(NotesServiceStub).WriteNote(make.writing(SECRET))
    return {"id": id, "name": note.name}


edge = App("portal", web=pages)
follower = App("trial", trial.Base.metadata, consumers=on, package=trial.PACKAGE)


async def post(world: World, path: str, **headers: str) -> httpx.Response:
    token = world.person("lan", "reporter", of=make.ROADS).token
    headers |= {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient() as http:
        return await http.post(
            f"http://127.0.0.1:{world.running['portal'].port}{path}", headers=headers
        )


async def run(world: World) -> None:
    await world.run(make.app, follower, edge)
    await world.lineage(make.ROADS)


async def traced(world: World, sampler: str, monkeypatch: pytest.MonkeyPatch) -> list[Seen]:
    """What arrives at the collector from one page that writes a note."""
    with collector() as given:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", given.url)
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
        world.exporter = None
        await run(world)
        assert (await post(world, "/pages/7")).status_code == 200
        await world.settle()
        for one in world.running.values():
            one.service.telemetry.flush()
        return list(given.spans)


async def test_a_page_a_call_its_statements_and_its_event_are_one_trace(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans = await traced(world, "always_on", monkeypatch)
    [page] = [span for span in spans if span.name == "POST /pages/{id}"]
    mine = [span for span in spans if span.trace == page.trace]

    seen = {(span.service, span.name, span.kind) for span in mine}
    rpc, event = "saola.apis.notes.v1.NotesService.WriteNote", "saola.apis.notes.v1.NoteWritten"
    assert {
        ("portal", "POST /pages/{id}", Span.SPAN_KIND_SERVER),
        ("notes", rpc, Span.SPAN_KIND_SERVER),
        ("notes", "SQL", Span.SPAN_KIND_CLIENT),
        ("trial", event, Span.SPAN_KIND_CONSUMER),
        ("trial", "SQL", Span.SPAN_KIND_CLIENT),
    } <= seen
    ids = {span.id for span in mine}
    assert [span.name for span in mine if span.parent not in ids] == [page.name]
    assert SECRET not in str(spans)


async def test_a_trace_goes_on_from_who_began_it(world: World) -> None:
    await run(world)
    begun = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await post(world, "/pages/7", traceparent=begun)
    await world.settle()

    names = {
        span.resource.attributes["service.name"]
        for span in world.traces()
        if span.context and f"{span.context.trace_id:032x}" == begun.split("-")[1]
    }
    assert names == {"portal", "notes", "trial"}


async def test_what_is_not_sampled_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await traced(world, "always_off", monkeypatch) == []


async def test_each_service_has_its_own_numbers(world: World) -> None:
    await run(world)
    await post(world, "/pages/7")
    await post(world, "/nothing")
    async with httpx.AsyncClient() as http:
        said = (await http.get(f"http://127.0.0.1:{world.running['portal'].port}/metrics")).text

    rpc = 'rpc="saola.apis.notes.v1.NotesService.WriteNote"'
    assert f'saola_rpc_seconds_count{{code="OK",{rpc},service="notes"}} 1.0' in said
    page = 'route="POST /pages/{id}",service="portal",status="200"'
    assert f"saola_http_seconds_count{{{page}}} 1.0" in said
    assert 'route="POST (none)",service="portal",status="404"' in said
    assert f'{rpc},service="portal"' not in said


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged, line by line."""
    output, before, root = io.BytesIO(), structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.set_up("info", output)
    yield lambda: [orjson.loads(line) for line in output.getvalue().splitlines()]
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)


async def test_each_call_is_one_line_with_who_and_what_and_no_more(
    world: World, lines: Lines
) -> None:
    await run(world)
    await post(world, "/pages/7")
    await world.settle()

    said = [line for line in lines() if line["event"] == "answered"]
    [page] = [line for line in said if "route" in line]
    [call] = [line for line in said if line.get("rpc", "").endswith("WriteNote")]
    assert (page["service"], page["route"], page["status"]) == ("portal", "POST /pages/{id}", 200)
    assert (call["service"], call["code"], call["actor"]) == ("notes", "OK", "lan")
    assert call["trace"] == page["trace"]
    assert SECRET not in str(lines())


def test_what_a_library_logs_is_a_line_too(lines: Lines) -> None:
    logging.getLogger("some.library").warning("it %s\nand more", "broke")
    logging.getLogger("httpx").info("GET with a token in the address")

    assert [(line["logger"], line["event"]) for line in lines()] == [("some.library", "it broke")]


def test_an_error_tells_where_but_not_whose_row(lines: Lines) -> None:
    try:
        raise ValueError("duplicate key\nDETAIL: Key (phone)=(0912345678) already exists.")
    except ValueError:
        structlog.get_logger().exception("unexpected")

    [line] = lines()
    assert line["error"] == "ValueError: duplicate key"
    assert "test_an_error_tells_where" in line["at"][-1]
    assert "0912345678" not in str(line)
