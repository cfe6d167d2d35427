"""SDMX, as sdmx1, a client of others, reads it: structures and data, and what is refused."""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest
import sdmx
from sdmx.message import StructureMessage
from sdmx.source import add_source
from services.warehouse.tests import make
from services.warehouse.tests.api.test_observations import measured

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.identity.v1.areas_pb2 import Area
from saola.directory import areas, copies
from saola.services.warehouse.domain.series import Selection
from saola.services.warehouse.queries import observations as queries
from saola.testing.plugin import Person, World

CSV, JSON = "application/vnd.sdmx.data+csv", "application/vnd.sdmx.data+json"


def base(world: World) -> str:
    return f"http://127.0.0.1:{world.running['warehouse'].port}/warehouse/sdmx/v2"


def client(world: World, who: Person) -> sdmx.Client:
    source = {"id": "SAOLA", "url": base(world), "name": "Saola", "versions": {"3.0.0"}}
    add_source(source, override=True)
    made = sdmx.Client("SAOLA")
    made.session.headers["authorization"] = f"Bearer {who.token}"
    return made


async def structures(world: World, kind: str, id: str, **asked: Any) -> StructureMessage:
    found = client(world, make.leader(world))
    answer: StructureMessage = await asyncio.to_thread(
        found.get, resource_type=sdmx.Resource[kind], resource_id=id, **asked
    )
    return answer


async def get(
    world: World,
    path: str,
    who: Person | None = None,
    accept: str = "",
    **asked: str | list[str],
) -> httpx.Response:
    headers = {"accept": accept or (CSV if path.startswith("data") else "*/*")}
    if who:
        headers["authorization"] = f"Bearer {who.token}"
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        return await http.get(f"{base(world)}/{path}", headers=headers, params=asked)


async def reported(world: World) -> str:
    """Two departments have reported two days, one of them that nothing occurred."""
    await make.warehouse(world)
    form = await measured(world)
    await make.sent(world, form, {"1": "12.5"}, "2026-11-19")
    await make.sent(world, form, {"1": "7"}, "2026-11-20")
    await make.sent(world, form, {"1": "3"}, "2026-11-20", make.SCHOOLS)
    return form


def read(answer: httpx.Response, flow: Any) -> dict[tuple[str, ...], str]:
    """Values by key and time, as sdmx1 understands them."""
    message = sdmx.read_sdmx(BytesIO(answer.content), structure=flow, format="CSV")
    return {
        tuple(part.value for part in one.dimension.values.values()): one.value
        for one in message.data[0].obs
    }


async def test_sdmx1_reads_structures_and_data(world: World) -> None:
    await reported(world)
    told = await structures(world, "dataflow", "HEALTH", references="descendants")
    flow = told.dataflow["HEALTH"]
    assert [one.id for one in flow.structure.dimensions] == [
        *("FREQ", "REPORTER", "INDICATOR", "FORM", "ITEM", "TIME_PERIOD")
    ]
    indicator = told.codelist["CL_INDICATOR"]["HEALTH@CASES"]
    assert indicator.name.localizations == {"vi": "Số ca mắc mới"}
    assert set(told.codelist["CL_REPORTER"].items) == {"A1", "A2", "A3"}
    answer = await get(world, "data/dataflow/SAOLA/HEALTH/1.0.0/*", make.leader(world))
    assert answer.headers["content-type"] == f"{CSV}; version=2.0.0"
    assert read(answer, flow) == {
        ("D", "A2", "HEALTH@CASES", "YT-01", "1", "2026-11-19"): "12.5",
        ("D", "A2", "HEALTH@CASES", "YT-01", "1", "2026-11-20"): "7",
        ("D", "A3", "HEALTH@CASES", "YT-01", "1", "2026-11-20"): "3",
    }


async def test_sdmx1_reads_json(world: World) -> None:
    await reported(world)
    path = "data/dataflow/SAOLA/ALL/1.0.0/D.A2.*.*"
    answer = await get(world, path, make.leader(world), f"{JSON};version=1.0.0")
    message = sdmx.read_sdmx(BytesIO(answer.content), format="JSON")
    [series] = message.data[0].series.values()
    assert [(one.dimension.values["TIME_PERIOD"].value, one.value) for one in series] == [
        ("2026-11-19", 12.5),
        ("2026-11-20", 7),
    ]
    newer = (await get(world, path, make.leader(world), JSON)).json()
    assert newer["data"]["dataSets"][0]["structure"] == 0
    assert {one["id"] for one in newer["data"]["structures"][0]["dimensions"]["series"]} == {
        *("FREQ", "REPORTER", "INDICATOR", "FORM", "ITEM")
    }


@pytest.mark.parametrize(
    ("asked", "times"),
    [
        ({"c[TIME_PERIOD]": "ge:2026-11-20"}, ["2026-11-20", "2026-11-20"]),
        ({"c[TIME_PERIOD]": "2026-11"}, ["2026-11-19", "2026-11-20", "2026-11-20"]),
        ({"c[TIME_PERIOD]": "ge:2026-01+lt:2026-11-20"}, ["2026-11-19"]),
        ({"c[REPORTER]": "A3"}, ["2026-11-20"]),
        ({"c[REPORTER]": "A2,A3", "lastNObservations": "1"}, ["2026-11-20", "2026-11-20"]),
        ({"firstNObservations": "1"}, ["2026-11-19", "2026-11-20"]),
        ({"asOf": "2026-11-20T04:59:59Z"}, []),
        ({"updatedAfter": "2026-11-20T05:00:00Z"}, []),
    ],
)
async def test_a_query_bounds_series_and_time(
    world: World, asked: Mapping[str, str], times: list[str]
) -> None:
    await reported(world)
    answer = await get(world, "data/dataflow/SAOLA/ALL", make.leader(world), **asked)
    lines = answer.text.splitlines()[1:]
    assert [line.split(",")[8] for line in lines] == times


async def test_another_agencys_rows_are_as_if_not_there(world: World) -> None:
    await reported(world)
    answer = await get(world, "data/dataflow/SAOLA/ALL", make.leader(world, make.SCHOOLS))
    assert [line.split(",")[4] for line in answer.text.splitlines()[1:]] == ["A3"]


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("data/dataflow/SAOLA/ALL/1.0.0/D.A2", {}, 400),
        ("data/dataflow/SAOLA/ALL", {"c[TIME_PERIOD]": "ge:2026-13"}, 400),
        ("data/dataflow/SAOLA/ALL", {"c[TIME_PERIOD]": "about:2026"}, 400),
        ("data/dataflow/SAOLA/ALL", {"c[COLOUR]": "red"}, 400),
        ("data/dataflow/SAOLA/ALL", {"firstNObservations": "-1"}, 400),
        ("data/dataflow/SAOLA/ALL", {"firstNObservations": "1", "lastNObservations": "1"}, 400),
        ("data/dataflow/SAOLA/ALL", {"asOf": "2026-11-20T04:59:59"}, 400),
        ("data/dataflow/SAOLA/ALL", {"includeHistory": "true"}, 501),
        ("structure/dataflow/SAOLA/NOWHERE", {}, 404),
        ("structure/hierarchy", {}, 404),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    world: World, path: str, asked: Mapping[str, str], status: int
) -> None:
    await make.warehouse(world)
    assert (await get(world, path, make.leader(world), **asked)).status_code == status


async def test_who_may_not_is_refused_whatever_they_ask(world: World) -> None:
    await make.warehouse(world)
    path = "data/dataflow/SAOLA/ALL/1.0.0/nonsense"
    assert (await get(world, path)).status_code == 401
    auditor = world.person("auditor", "auditor", of=make.ROOT)
    assert (await get(world, path, auditor)).status_code == 403
    assert (await get(world, "data/x/y/z", make.leader(world), "image/png")).status_code == 406


async def test_nothing_occurred_is_nought_and_missing_has_no_value(world: World) -> None:
    await make.warehouse(world)
    form = await measured(world)
    stub = make.reporter(world)
    request = make.beginning(form)
    request.submission.values.add(item="1", status=make.pb.Value.STATUS_NOTHING_OCCURRED)
    await stub.SubmitSubmission(make.submitting(await stub.CreateSubmission(request)))
    request = make.beginning(form, of=make.SCHOOLS)
    request.submission.values.add(item="1", status=make.pb.Value.STATUS_MISSING)
    stub = make.reporter(world, make.SCHOOLS)
    await stub.SubmitSubmission(make.submitting(await stub.CreateSubmission(request)))
    answer = await get(world, "data/dataflow/SAOLA/ALL", make.leader(world))
    said = [line.split(",")[9:12] for line in answer.text.splitlines()[1:]]
    assert said == [["0", "A", "NOTHING_OCCURRED"], ["", "M", "MISSING"]]


async def test_a_large_answer_is_read_in_parts_and_nothing_is_left_out(world: World) -> None:
    await reported(world)
    seen, after = list[tuple[str, str]](), None
    while True:
        async with world.unit("warehouse") as unit:
            rows, after = await queries.selected(unit, Selection(), world.now, after, some=2)
        seen += [(row.reporter, row.period) for row in rows]
        if after is None:
            break
    assert seen == [("A2", "2026-11-19"), ("A2", "2026-11-20"), ("A3", "2026-11-20")]


async def test_an_indicator_that_a_form_asks_about_twice_is_two_series(world: World) -> None:
    await make.warehouse(world)
    items = [make.Item() for _ in range(2)]
    for item, code in zip(items, ("1.a", "1.b"), strict=True):
        item.CopyFrom(make.CASES)
        item.code = code
    items[0].indicator = items[1].indicator = await make.indicator(world)
    form = await make.owed(world, *items)
    await make.sent(world, form, {"1.a": "3", "1.b": "4"}, "2026-11-19")
    await make.sent(world, form, {"1.a": "5", "1.b": "6"}, "2026-11-20")
    told = await structures(world, "dataflow", "HEALTH", references="descendants")

    answer = await get(world, "data/dataflow/SAOLA/HEALTH", make.leader(world))

    key = ("D", "A2", "HEALTH@CASES", "YT-01")
    assert read(answer, told.dataflow["HEALTH"]) == {
        (*key, "1@a", "2026-11-19"): "3",
        (*key, "1@a", "2026-11-20"): "5",
        (*key, "1@b", "2026-11-19"): "4",
        (*key, "1@b", "2026-11-20"): "6",
    }
    one = await get(world, "data/dataflow/SAOLA/ALL/1.0.0/D.A2.*.*.1@b", make.leader(world))
    assert [line.split(",")[9] for line in one.text.splitlines()[1:]] == ["4", "6"]
    last = await get(world, "data/dataflow/SAOLA/ALL", make.leader(world), lastNObservations="1")
    assert [line.split(",")[9] for line in last.text.splitlines()[1:]] == ["5", "6"]


async def test_where_a_reporter_is_stands_beside_the_figure(world: World) -> None:
    await make.warehouse(world)
    form, place = await measured(world), UUID(int=77)
    ward = Area(name=f"areas/{place}", code="03646", display_name="Phường Sông Hiến", etag='"1"')
    ward.valid_from = "2020-01-01"
    health = Agency(
        name=make.agency(make.HEALTH),
        code="A2",
        display_name="Sở Y tế",
        parents=[make.BELOW_ROOT],
        area=ward.name,
        valid_from="2020-01-01",
        etag='"2"',
    )
    async with world.unit("warehouse") as unit:
        await areas.keep(unit, [ward])
        await copies.keep_agencies(unit, [health])
    await make.sent(world, form, {"1": "7"})
    await make.sent(world, form, {"1": "3"}, of=make.SCHOOLS)
    answer = await get(world, "data/dataflow/SAOLA/ALL", make.leader(world))
    lines = answer.text.splitlines()
    assert lines[0].endswith(",REF_AREA")
    assert [line.split(",")[-1] for line in lines[1:]] == ["03646", ""]
    told = await structures(world, "codelist", "CL_AREA")
    assert told.codelist["CL_AREA"]["03646"].name.localizations == {"vi": "Phường Sông Hiến"}
