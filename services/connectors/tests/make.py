"""What the tests of the connectors service are made of."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from services.connectors.tests.source import Source

from saola.apis.connectors.v1 import connectors_pb2 as pb
from saola.apis.connectors.v1 import runs_pb2 as runs
from saola.apis.connectors.v1.connectors_pb2_grpc import ConnectorsServiceStub
from saola.apis.connectors.v1.runs_pb2_grpc import RunsServiceStub
from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import reports_pb2 as reports
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.reports_pb2_grpc import ReportsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.directory import copies
from saola.kit.call import Call
from saola.services.connectors.app import app
from saola.services.connectors.jobs import clock
from saola.services.warehouse.app import app as warehouse
from saola.testing.plugin import Person, World

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.connectors.v1.connectors_pb2_grpc import ConnectorsServiceAsyncStub
    from saola.apis.connectors.v1.runs_pb2_grpc import RunsServiceAsyncStub

ROOT, HEALTH, SCHOOLS = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {ROOT: "UBND tỉnh", HEALTH: "Sở Y tế", SCHOOLS: "Sở Giáo dục và Đào tạo"}
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)  # a Friday, 12:00 in Vietnam
DAY = forms.Form.PERIOD_TYPE_DAY
SECRET = "khoa-bi-mat-cua-nguon"


def allow(monkeypatch: pytest.MonkeyPatch, *sources: Source) -> None:
    """The site lets its connectors fetch there, though it is on loopback."""
    hosts = [one.url for one in sources]
    monkeypatch.setenv("SAOLA_CONNECTORS_HOSTS", json.dumps(hosts))
    monkeypatch.setenv("SAOLA_CONNECTORS_NETWORKS", '["127.0.0.0/8"]')


async def province(world: World) -> str:
    """A province with two departments at noon, which owe a form every day; says which."""
    world.now = NOON
    world.site.secret("connectors-seal", "a secret of the tests that seals others")
    await world.run(warehouse, app)
    for service in ("warehouse", "connectors"):
        await know(world, service)
    return await declare(world)


async def know(world: World, service: str) -> None:
    below = Agency.Parent(agency=agency(ROOT), valid_from="2020-01-01")
    told = [
        Agency(
            name=agency(id),
            code=f"A{id.int}",
            display_name=title,
            kind=Agency.KIND_DEPARTMENT,
            parents=[] if id == ROOT else [below],
            valid_from="2020-01-01",
            etag='"1"',
        )
        for id, title in NAMES.items()
    ]
    async with world.unit(service) as unit:
        await copies.keep_agencies(unit, told)


async def declare(world: World, kind: forms.Form.PeriodType.ValueType = DAY) -> str:
    """A form of patients and a rate, which both departments owe."""
    measures = [
        indicators.Indicator(
            code=code,
            title_vi=code,
            field="health",
            unit="người",
            aggregation=indicators.Indicator.AGGREGATION_SUM,
            direction=indicators.Indicator.DIRECTION_NEUTRAL,
            decimals=decimals,
        )
        for code, decimals in (("YT.KHAM", 0), ("YT.VON", 3))
    ]
    items = [
        forms.Form.Item(
            code="kham",
            label_vi="Lượt khám",
            value_type=forms.Form.VALUE_TYPE_INTEGER,
            indicator="YT.KHAM",
            unit="người",
            required=True,
            minimum="0",
        ),
        forms.Form.Item(
            code="von",
            label_vi="Vốn",
            value_type=forms.Form.VALUE_TYPE_DECIMAL,
            indicator="YT.VON",
            unit="người",
            decimals=3,
        ),
        forms.Form.Item(code="ghi_chu", label_vi="Ghi chú", value_type=forms.Form.VALUE_TYPE_TEXT),
    ]
    form = forms.Form(
        code="YT-01",
        title_vi="Khám chữa bệnh",
        field="health",
        period_type=kind,
        due_rule=forms.Form.DueRule(days=1, time="17:00"),
        items=items,
    )
    asked = reports.DeclareReportRequest(
        indicators=measures, form=form, agencies=[agency(HEALTH), agency(SCHOOLS)]
    )
    declared = await world.service("connectors").asks(ReportsServiceStub).DeclareReport(asked)
    return declared.form


def agency(id: UUID) -> str:
    return f"agencies/{id}"


def steward(world: World, of: UUID = ROOT, language: str = "vi") -> "ConnectorsServiceAsyncStub":
    person = world.person(f"steward-{of.int}", "steward", of=of, language=language)
    return person.asks(ConnectorsServiceStub)


def reporter(world: World, of: UUID = HEALTH) -> Person:
    return world.person(f"reporter-{of.int}", "reporter", of=of)


def runs_of(world: World, language: str = "vi") -> "RunsServiceAsyncStub":
    return world.person("steward-1", "steward", of=ROOT, language=language).asks(RunsServiceStub)


def said(form: str, url: str, **more: Any) -> pb.Connector:
    """One that fetches patients of the day before, at six in the morning."""
    usual: dict[str, Any] = {
        "title": "Hệ thống khám chữa bệnh",
        "url": f"{url}/so-lieu?ngay={{period}}",
        "schedule": "0 6 * * *",
        "lag": 1,
        "format": pb.Connector.FORMAT_JSON,
        "rows": "data",
        "fields": [pb.Connector.Field(item="kham", source="luot.kham", required=True)],
    }
    given = usual | more
    return pb.Connector(agency=agency(HEALTH), form=form, **given)


async def create(
    world: World, connector: pb.Connector, secret: str = "", once: str = ""
) -> pb.Connector:
    asked = pb.CreateConnectorRequest(connector=connector, secret=secret, request_id=once)
    return await steward(world).CreateConnector(asked)


async def get(world: World, connector: pb.Connector) -> pb.Connector:
    return await steward(world).GetConnector(pb.GetConnectorRequest(name=connector.name))


async def run(world: World, connector: pb.Connector, period: str = "") -> runs.Run:
    """Somebody has it run, and waits for what comes of it."""
    asked = pb.RunConnectorRequest(name=connector.name, period=period)
    begun = await steward(world).RunConnector(asked)
    await world.settle()
    return await runs_of(world).GetRun(runs.GetRunRequest(name=begun.name))


async def tick(world: World) -> None:
    """What the clock does, and what comes of it."""
    await clock.jobs["plan_runs"][0](Call.own(world.running["connectors"].service))
    await world.wake()
    await world.settle()


async def all_runs(world: World) -> Sequence[runs.Run]:
    """Oldest first, whole."""
    listed = await runs_of(world).ListRuns(runs.ListRunsRequest(page_size=1000))
    stub = runs_of(world)
    return [await stub.GetRun(runs.GetRunRequest(name=one.name)) for one in reversed(listed.runs)]


async def reported(world: World, of: UUID = HEALTH) -> dict[str, dict[str, str]]:
    """What the warehouse has of an agency, by period and item."""
    stub = reporter(world, of).asks(SubmissionsServiceStub)
    listed = await stub.ListSubmissions(submissions.ListSubmissionsRequest(page_size=1000))
    found = {}
    for one in listed.submissions:
        whole = await stub.GetSubmission(submissions.GetSubmissionRequest(name=one.name))
        found[one.period] = {value.item: value.value for value in whole.values}
    return found


def patients(count: object) -> str:
    return json.dumps({"data": {"luot": {"kham": count}}})
