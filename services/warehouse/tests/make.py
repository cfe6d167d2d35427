"""What the tests of the warehouse are made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.editions_pb2_grpc import EditionsServiceStub
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceStub
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.quarantine_pb2_grpc import QuarantineServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.apis.warehouse.v1.unlocks_pb2_grpc import UnlocksServiceStub
from saola.directory import copies
from saola.services.warehouse.app import app
from saola.testing.plugin import Person, World

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.warehouse.v1.editions_pb2_grpc import EditionsServiceAsyncStub
    from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceAsyncStub
    from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceAsyncStub
    from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceAsyncStub
    from saola.apis.warehouse.v1.quarantine_pb2_grpc import QuarantineServiceAsyncStub
    from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceAsyncStub
    from saola.apis.warehouse.v1.unlocks_pb2_grpc import UnlocksServiceAsyncStub

__all__ = ["app"]
ROOT, HEALTH, SCHOOLS = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {ROOT: "UBND tỉnh", HEALTH: "Sở Y tế", SCHOOLS: "Sở Giáo dục và Đào tạo"}
BELOW_ROOT = Agency.Parent(agency=f"agencies/{ROOT}", valid_from="2020-01-01")
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)  # a Friday, 12:00 in Vietnam
TODAY = "2026-11-20"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Item, Values = forms.Form.Item, Mapping[str, str]
CASES = Item(
    code="1",
    label_vi="Số ca mắc",
    value_type=forms.Form.VALUE_TYPE_INTEGER,
    required=True,
    minimum="0",
    maximum="100000",
)
RATE = Item(
    code="2", label_vi="Công suất giường", value_type=forms.Form.VALUE_TYPE_DECIMAL, decimals=1
)
REMARK = Item(code="3", label_vi="Ghi chú", value_type=forms.Form.VALUE_TYPE_TEXT)
LEVEL = Item(
    code="4",
    label_vi="Mức cảnh báo",
    value_type=forms.Form.VALUE_TYPE_CHOICE,
    choices=["Xanh", "Vàng", "Đỏ"],
)
ITEMS = (CASES, RATE, REMARK, LEVEL)
AT_FIVE = forms.Form.DueRule(time="17:00")


async def warehouse(world: World) -> None:
    """The warehouse, in a province with two departments, at noon."""
    world.now = NOON
    await world.run(app)
    told = [
        Agency(
            name=f"agencies/{id}",
            code=f"A{id.int}",
            display_name=title,
            kind=Agency.KIND_DEPARTMENT,
            parents=[] if id == ROOT else [BELOW_ROOT],
            valid_from="2020-01-01",
            etag='"1"',
        )
        for id, title in NAMES.items()
    ]
    async with world.unit("warehouse") as unit:
        await copies.keep_agencies(unit, told)


def agency(id: UUID) -> str:
    return f"agencies/{id}"


def steward(world: World) -> Person:
    return world.person("steward", "steward", of=ROOT)


def leader(world: World, of: UUID = ROOT) -> Person:
    return world.person("leader", "leader", of=of)


def reporter(
    world: World, of: UUID = HEALTH, language: str = "vi", front: str = ""
) -> "SubmissionsServiceAsyncStub":
    person = world.person(f"reporter-{of.int}", "reporter", of=of, language=language, front=front)
    return reports_of(person)


def approver(world: World, of: UUID = HEALTH) -> "SubmissionsServiceAsyncStub":
    return reports_of(world.person(f"approver-{of.int}", "approver", of=of))


def reports_of(person: Person) -> "SubmissionsServiceAsyncStub":
    return person.asks(SubmissionsServiceStub)


def indicators_of(person: Person) -> "IndicatorsServiceAsyncStub":
    return person.asks(IndicatorsServiceStub)


def forms_of(person: Person) -> "FormsServiceAsyncStub":
    return person.asks(FormsServiceStub)


def editions_of(person: Person) -> "EditionsServiceAsyncStub":
    return person.asks(EditionsServiceStub)


def unlocks_of(person: Person) -> "UnlocksServiceAsyncStub":
    return person.asks(UnlocksServiceStub)


def quarantine_of(person: Person) -> "QuarantineServiceAsyncStub":
    return person.asks(QuarantineServiceStub)


def obligations_of(person: Person) -> "ObligationsServiceAsyncStub":
    return person.asks(ObligationsServiceStub)


async def indicator(world: World, code: str = "HEALTH.CASES", sum: str = "SUM") -> str:
    asked = indicators.Indicator(
        code=code,
        title_vi="Số ca mắc mới",
        field="health",
        unit="ca",
        aggregation=indicators.Indicator.Aggregation.Value(f"AGGREGATION_{sum}"),
    )
    request = indicators.CreateIndicatorRequest(indicator=asked)
    return (await indicators_of(steward(world)).CreateIndicator(request)).name


def draft(*items: Item, code: str = "YT-01", monthly: bool = False) -> forms.Form:
    return forms.Form(
        code=code,
        title_vi="Báo cáo dịch bệnh",
        title_en="Diseases",
        field="health",
        period_type=forms.Form.PERIOD_TYPE_MONTH if monthly else forms.Form.PERIOD_TYPE_DAY,
        due_rule=AT_FIVE,
        items=items or ITEMS,
    )


async def form(world: World, *items: Item, code: str = "YT-01", monthly: bool = False) -> str:
    """A published one."""
    return await published(world, draft(*items, code=code, monthly=monthly))


async def published(world: World, asked: forms.Form) -> str:
    stub = forms_of(steward(world))
    drafted = await stub.CreateForm(forms.CreateFormRequest(form=asked))
    request = forms.PublishFormRequest(name=drafted.name, etag=drafted.etag)
    return (await stub.PublishForm(request)).name


async def oblige(
    world: World, form: str, *of: UUID, since: str = "2026-01-01", until: str = ""
) -> obligations.Obligation:
    stub = obligations_of(steward(world))
    for one in of or (HEALTH,):
        asked = obligations.Obligation(
            agency=agency(one), form=form, valid_from=since, valid_to=until
        )
        request = obligations.CreateObligationRequest(obligation=asked)
        made = await stub.CreateObligation(request)
    return made


async def owed(world: World, *items: Item, of: UUID = HEALTH) -> str:
    """A form by which an agency must report each day."""
    name = await form(world, *items)
    await oblige(world, name, of)
    return name


def beginning(
    form: str, values: Values | None = None, period: str = TODAY, of: UUID = HEALTH
) -> pb.CreateSubmissionRequest:
    said = [pb.Value(item=item, value=value) for item, value in (values or {}).items()]
    report = pb.Submission(agency=agency(of), form=form, period=period, values=said)
    return pb.CreateSubmissionRequest(submission=report)


def entering(report: pb.Submission, values: Values, **more: str) -> pb.UpdateSubmissionRequest:
    said = [pb.Value(item=item, value=value) for item, value in values.items()]
    return pb.UpdateSubmissionRequest(name=report.name, etag=report.etag, values=said, **more)


def submitting(report: pb.Submission) -> pb.SubmitSubmissionRequest:
    return pb.SubmitSubmissionRequest(name=report.name, etag=report.etag)


def said(report: pb.Submission) -> dict[str, str]:
    return {value.item: value.value for value in report.values}


async def sent(
    world: World, form: str, values: Values, period: str = TODAY, of: UUID = HEALTH
) -> pb.Submission:
    """A report that was submitted."""
    stub = reporter(world, of)
    begun = await stub.CreateSubmission(beginning(form, values, period, of))
    return await stub.SubmitSubmission(submitting(begun))


async def returned(world: World, report: pb.Submission, of: UUID = HEALTH) -> pb.Submission:
    asked = pb.ReturnSubmissionRequest(name=report.name, etag=report.etag, reason="Xem lại")
    return await approver(world, of).ReturnSubmission(asked)
