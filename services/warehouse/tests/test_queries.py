"""SDMX queries whose answers others rely on: what is new, what is not ours, and JSON."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from pysdmx.io.json.sdmxjson2.reader import structure
from pysdmx.io.json.sdmxjson2.reader.doc_validation import validate_sdmx_json
from services.warehouse.tests import make
from services.warehouse.tests.api.test_observations import measured
from services.warehouse.tests.test_web import get, reported

from saola.testing.plugin import World

ALL = "data/dataflow/SAOLA/ALL"
IN_JSON = "application/vnd.sdmx.structure+json"


async def test_what_was_entered_before_and_submitted_after_is_news(world: World) -> None:
    await make.warehouse(world)
    form, stub = await measured(world), make.reporter(world)
    begun = await stub.CreateSubmission(make.beginning(form, {"1": "7"}))
    world.now += timedelta(minutes=10)
    harvest = world.now.isoformat()
    world.now += timedelta(minutes=10)
    await stub.SubmitSubmission(make.submitting(begun))

    news = await get(world, ALL, make.leader(world), updatedAfter=harvest)
    assert [line.split(",")[9] for line in news.text.splitlines()[1:]] == ["7"]
    later = await get(world, ALL, make.leader(world), updatedAfter=world.now.isoformat())
    assert later.text.splitlines()[1:] == []


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("data/dataflow/ESTAT/ALL", {}, 404),
        ("data/dataflow/SAOLA/NOWHERE", {}, 404),
        ("data/dataflow/SAOLA/ALL/9.0.0", {}, 404),
        ("data/datastructure/SAOLA/OBSERVATIONS", {}, 404),
        (ALL, {"startPeriod": "2026-11-20"}, 400),
        (ALL, {"dimensionAtObservation": "AllDimensions"}, 200),
        (ALL, {"attributes": "none"}, 501),
        ("structure/dataflow/ESTAT/ALL", {}, 404),
        ("structure/dataflow/SAOLA/ALL/9.0.0", {}, 404),
        ("structure/dataflow/SAOLA/ALL", {"references": "cousins"}, 400),
    ],
)
async def test_what_is_not_understood_never_widens_the_answer(
    world: World, path: str, asked: Mapping[str, str], status: int
) -> None:
    await make.warehouse(world)
    assert (await get(world, path, make.leader(world), **asked)).status_code == status


async def test_a_bound_that_is_given_twice_is_refused(world: World) -> None:
    await make.warehouse(world)
    twice = {"c[REPORTER]": ["A2", "A3"]}
    assert (await get(world, ALL, make.leader(world), **twice)).status_code == 400


async def test_structures_are_written_in_json_too(world: World) -> None:
    await reported(world)
    path = "structure/dataflow/SAOLA/HEALTH/~"
    answer = await get(world, path, make.leader(world), IN_JSON, references="all")
    assert answer.headers["content-type"] == f"{IN_JSON}; version=2.0.0"
    data = answer.json()["data"]
    [flow], [structure] = data["dataflows"], data["dataStructures"]
    assert flow["structure"].endswith("DataStructure=SAOLA:OBSERVATIONS(1.0.0)")
    parts = structure["dataStructureComponents"]
    assert [one["id"] for one in parts["dimensionList"]["dimensions"]] == [
        *("FREQ", "REPORTER", "INDICATOR", "FORM", "ITEM")
    ]
    lists = {one["id"]: one["codes"] for one in data["codelists"] if "codes" in one}
    assert [one["id"] for one in lists["CL_REPORTER"]] == ["A1", "A2", "A3"]
    assert (await get(world, path, make.leader(world), "image/png")).status_code == 406


async def test_others_read_our_json_and_it_keeps_to_its_schema(world: World) -> None:
    await reported(world)
    path = "structure/dataflow/SAOLA/HEALTH/~"
    answer = await get(world, path, make.leader(world), IN_JSON, references="all")
    message = structure.read(answer.text, validate=True)
    assert [flow.id for flow in message.get_dataflows()] == ["HEALTH"]
    [found] = message.get_data_structure_definitions()
    assert (found.id, found.version, found.agency) == ("OBSERVATIONS", "1.0.0", "SAOLA")
    assert [one.id for one in found.components.measures] == ["OBS_VALUE"]
    [reporters] = [one for one in message.get_codelists() if one.id == "CL_REPORTER"]
    assert [code.id for code in reporters] == ["A1", "A2", "A3"]
    stubs = {"references": "all", "detail": "allstubs"}
    validate_sdmx_json((await get(world, path, make.leader(world), IN_JSON, **stubs)).text)
