"""A form of a kind never seen is reported by web, Excel, CSV and gRPC, and no code knows of it.

`form.json` and `rules.json` beside this file are such forms; others are made up. Yours is tried too
if the variable SAOLA_FORM names a file like them when this runs: `indicators` (may be left out),
`form` (as in CreateForm; items name indicators by code), a `period` that has begun by noon of
20 November 2026, the `values` of a report that may be submitted, as systems write them, and one
`wrong` value with the reason for which it is refused: one that its item may not hold, none where
one is required (ITEM_MISSING), or one that a rule of the form refuses (RULE_VIOLATED).
"""

import csv
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import pytest
from pydantic_settings import BaseSettings
from services.portal.tests import realm
from services.warehouse.tests import make
from services.warehouse.tests.api.test_workbooks import files

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import tables_pb2 as tables
from saola.apis.warehouse.v1.indicators_pb2 import CreateIndicatorRequest
from saola.apis.warehouse.v1.tables_pb2_grpc import TablesServiceStub
from saola.directory import copies
from saola.kit.status import Refused
from saola.options.v1.operations_pb2 import GetOperationRequest, Operation
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.testing.plugin import Person, World
from tests.journeys.described import Description, made_up, read
from tests.smoke.ways import Fields, fill

pytestmark = pytest.mark.usefixtures("objects")
# What the page says beside a line that is wrong, or that a rule refuses.
AT_LINE: Final = re.compile('class="cell-error(?: bad)?"[^>]*>(.*?)</p>', re.DOTALL)
EXAMPLES = ("form", "rules")


class Given(BaseSettings):
    """What whoever runs the tests has named."""

    saola_form: Path | None = None


def described() -> dict[str, dict[str, Any]]:
    files = {name: Path(__file__).with_name(f"{name}.json") for name in EXAMPLES}
    known = {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items()}
    known |= {f"made up {seed}": made_up(seed) for seed in (9, 13)}
    if given := Given().saola_form:
        known["given"] = json.loads(given.read_text(encoding="utf-8"))
    return known


class Desk(NamedTuple):
    """Whoever reports, for an agency of their own, by the form."""

    world: World
    agency: UUID
    form: str
    told: Description

    @property
    def asked(self) -> dict[str, str]:
        return {"agency": make.agency(self.agency), "form": self.form, "period": self.told.period}

    @property
    def person(self) -> Person:
        return self.world.person(f"reporter-{self.agency.int}", "reporter", of=self.agency)


class Answer(NamedTuple):
    """How a wrong value was refused: its reason, if that way tells it, and its sentence."""

    reason: str
    sentence: str


Way = Callable[[Desk, Mapping[str, str]], Awaitable[Answer | None]]


async def by_grpc(desk: Desk, values: Mapping[str, str]) -> Answer | None:
    stub = make.reports_of(desk.person)
    said = [pb.Value(item=item, value=value) for item, value in values.items()]
    asked = pb.CreateSubmissionRequest(submission=pb.Submission(**desk.asked, values=said))
    try:
        begun = await stub.CreateSubmission(asked)
        await stub.SubmitSubmission(make.submitting(begun))
    except Refused as no:
        return Answer(no.reason, no.text("vi"))
    return None


async def by_excel(desk: Desk, values: Mapping[str, str]) -> Answer | None:
    asked = forms.RenderTemplateRequest(**desk.asked, language="vi")
    drawn = await make.forms_of(desk.person).RenderTemplate(asked)
    filled = fill(await files(desk.world).files.get(drawn.sha256), desk.told.typed(values))
    sent = await files(desk.world).files.put(
        filled, agency=desk.agency, media_type=make.WORKBOOK, file_name="bieu.xlsx"
    )
    request = pb.ImportWorkbookRequest(agency=desk.asked["agency"], file=sent, submit=True)
    return await outcome(desk, (await make.reports_of(desk.person).ImportWorkbook(request)).name)


async def by_csv(desk: Desk, values: Mapping[str, str]) -> Answer | None:
    stub, typed = desk.person.asks(TablesServiceStub), desk.told.typed(values)
    drawn = await stub.RenderTable(tables.RenderTableRequest(**desk.asked, language="vi"))
    text = (await files(desk.world).files.get(drawn.sha256)).decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text), delimiter=";")
    code, value, out = head.index("Mã"), head.index("Giá trị"), StringIO()
    for row in rows:
        row[value] = typed.get(row[code], "")
    csv.writer(out, delimiter=";").writerows([head, *rows])
    sent = await files(desk.world).files.put(
        out.getvalue().encode(), agency=desk.agency, media_type="text/csv", file_name="bieu.csv"
    )
    request = tables.ImportTableRequest(**desk.asked, file=sent, submit=True)
    return await outcome(desk, (await stub.ImportTable(request)).name)


async def outcome(desk: Desk, name: str) -> Answer | None:
    await desk.world.settle()
    stub = desk.person.asks(OperationsServiceStub, of="warehouse")
    ended = await stub.GetOperation(GetOperationRequest(name=name))
    assert ended.state == Operation.STATE_SUCCEEDED, ended.error
    said = pb.ImportWorkbookResponse()
    ended.result.Unpack(said)
    assert said.received == said.stored + said.unchanged + said.refused
    if said.submitted:
        return None
    answers = [Answer(one.reason, one.message) for one in said.refusals]
    errors = [one for one in said.findings if one.severity == forms.Form.SEVERITY_ERROR]
    [answer] = answers + [Answer("RULE_VIOLATED", one.message_vi) for one in errors]
    return answer


async def by_web(desk: Desk, values: Mapping[str, str]) -> Answer | None:
    user, place = f"web-{desk.agency.int}", f"{desk.agency}|official"
    address = f"http://127.0.0.1:{desk.world.running['portal'].port}"
    page = f"/reports/{desk.agency}/{desk.form.removeprefix('forms/')}/{desk.told.period}"
    async with realm.browser(address, origin=address) as client:
        await realm.sign_in(desk.world, client, user, roles=["reporter"], positions=[place])
        fields = Fields("data-grid")
        fields.feed((await client.get(page)).text)
        typed = {f"{item}.value": value for item, value in desk.told.typed(values).items()}
        assert typed.keys() <= fields.fields.keys(), "the page lacks a field of the form"
        said = {"do": "submit", "note": "Đã kiểm tra."}  # a word on warnings, if there are any
        answer = await client.post(fields.action, data=fields.fields | typed | said)
    if answer.status_code == 303:
        return None
    found = AT_LINE.search(answer.text)
    return Answer("", unescape(re.sub("<[^>]*>", "", found[1])).strip() if found else "")


WAYS: Mapping[str, Way] = {"grpc": by_grpc, "excel": by_excel, "csv": by_csv, "web": by_web}
ERRS: Final = " errs"
DESKS: Final = [*WAYS, *(way + ERRS for way in WAYS)]


async def stage(world: World, told: Description) -> dict[str, Desk]:
    """The form, published; two communes for each way, which owe it: one of them errs."""
    await make.warehouse(world)
    places = {desk: UUID(int=100 + number) for number, desk in enumerate(DESKS)}
    communes = [
        Agency(
            name=make.agency(id),
            code=f"X{id.int}",
            display_name=f"Xã {desk}",
            kind=Agency.KIND_DEPARTMENT,
            parents=[make.BELOW_ROOT],
            valid_from="2020-01-01",
            etag='"1"',
        )
        for desk, id in places.items()
    ]
    async with world.unit("warehouse") as unit:
        await copies.keep_agencies(unit, communes)
    stub, names = make.indicators_of(make.steward(world)), dict[str, str]()
    for indicator in told.indicators:
        made = await stub.CreateIndicator(CreateIndicatorRequest(indicator=indicator))
        names[indicator.code] = made.name
    form = forms.Form()
    form.CopyFrom(told.form)
    for item in form.items:
        item.indicator = names.get(item.indicator, item.indicator)
    name = await make.published(world, form)
    await make.oblige(world, name, *places.values(), since="2020-01-01")
    await realm.portal(world)
    return {desk: Desk(world, id, name, told) for desk, id in places.items()}


async def kept(desk: Desk) -> pb.Submission:
    stub = make.reports_of(desk.person)
    found = await stub.ListSubmissions(pb.ListSubmissionsRequest(**desk.asked))
    [report] = found.submissions
    return await stub.GetSubmission(pb.GetSubmissionRequest(name=report.name))


@pytest.mark.parametrize("said", described().values(), ids=described())
async def test_a_form_of_a_kind_never_seen_is_reported_by_every_way(
    world: World, said: dict[str, Any]
) -> None:
    told = read(said)
    desks = await stage(world, told)
    wrong = {**told.values, told.item: told.wrong}

    no = {way: await report(desks[way + ERRS], wrong) for way, report in WAYS.items()}

    assert all(no.values()), f"taken: {[way for way, answer in no.items() if not answer]}"
    refused = {way: answer for way, answer in no.items() if answer}
    reasons = {way: answer.reason for way, answer in refused.items() if way != "web"}
    assert reasons == dict.fromkeys(reasons, told.reason)
    assert refused["excel"].sentence == refused["csv"].sentence
    web = refused["web"].sentence  # beside the line, which is not named by its code
    [label] = [item.label_vi for item in told.form.items if item.code == told.item]
    assert web
    excel = refused["excel"].sentence.replace(f"“{told.item}”", f"“{label}”")
    assert excel.casefold().endswith(web.casefold())

    for way, report in WAYS.items():
        assert await report(desks[way], told.values) is None, way
    reports = {way: await kept(desks[way]) for way in WAYS}
    submitted = pb.Submission.STATE_SUBMITTED
    assert {one.state for one in reports.values()} == {submitted}
    values = {way: make.said(one) for way, one in reports.items()}
    assert values == {way: dict(told.values) for way in WAYS}
    assert {way: [one.rule for one in report.findings] for way, report in reports.items()} == {
        way: [one.rule for one in reports["grpc"].findings] for way in WAYS
    }
