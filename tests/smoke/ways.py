"""The four ways in: gRPC, a workbook, a table in plain text, the web form."""

import csv
from contextlib import suppress
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import httpx
from openpyxl import load_workbook

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import tables_pb2 as tables
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.apis.warehouse.v1.tables_pb2_grpc import TablesServiceStub
from saola.client.site import ended, request_id
from saola.options.v1.operations_pb2 import Operation
from tests.smoke.stage import Duty, Stage


def by_grpc(stage: Stage, duty: Duty) -> str:
    """Creates the report with its values and submits it."""
    values = [pb.Value(item=item, value=value) for item, value in duty.invented.values.items()]
    asked = pb.Submission(
        agency=stage.agency, form=duty.form.name, period=stage.today, values=values
    )
    with stage.reporter.asks("warehouse") as channel:
        stub = SubmissionsServiceStub(channel)
        begun = stub.CreateSubmission(
            pb.CreateSubmissionRequest(submission=asked, request_id=request_id())
        )
        sent = stub.SubmitSubmission(
            pb.SubmitSubmissionRequest(name=begun.name, etag=begun.etag, request_id=request_id())
        )
    return str(sent.name)


def by_excel(stage: Stage, duty: Duty) -> str:
    """Downloads the workbook of the form, fills it in, and sends it back."""
    with stage.reporter.asks("warehouse") as channel:
        file = FormsServiceStub(channel).RenderTemplate(
            forms.RenderTemplateRequest(
                form=duty.form.name, agency=stage.agency, period=stage.today, language="vi"
            )
        )
        site, token = stage.reporter.site, stage.reporter.token
        filled = fill(site.download("warehouse", token(), file), duty.invented.values)
        sent = site.upload("warehouse", token(), filled, agency=stage.agency, name="bieu.xlsx")
        begun = SubmissionsServiceStub(channel).ImportWorkbook(
            pb.ImportWorkbookRequest(
                agency=stage.agency, file=sent, submit=True, request_id=request_id()
            )
        )
        return _submitted(channel, begun.name)


def by_csv(stage: Stage, duty: Duty) -> str:
    """Downloads the table of the form, types the values into it, and sends it back."""
    of = {"form": duty.form.name, "agency": stage.agency, "period": stage.today}
    with stage.reporter.asks("warehouse") as channel:
        stub, site, token = TablesServiceStub(channel), stage.reporter.site, stage.reporter.token
        drawn = stub.RenderTable(tables.RenderTableRequest(language="vi", **of))
        table = site.download("warehouse", token(), drawn)
        sent = site.upload(
            "warehouse", token(), _typed_in(table, duty), agency=stage.agency, name="bieu.csv"
        )
        begun = stub.ImportTable(
            tables.ImportTableRequest(file=sent, submit=True, request_id=request_id(), **of)
        )
        return _submitted(channel, begun.name)


def _submitted(channel: Any, operation: str) -> str:
    """The report that came of a file."""
    over, result = ended(channel, operation), pb.ImportWorkbookResponse()
    assert over.state == Operation.STATE_SUCCEEDED, over.error.message
    over.result.Unpack(result)
    assert result.submitted, [one.message for one in result.refusals]
    return result.submission


def _typed_in(table: bytes, duty: Duty) -> bytes:
    """With each value in the row of its item, as Vietnamese people write it."""
    head, *rows = csv.reader(StringIO(table.decode("utf-8-sig")), delimiter=";")
    items = {item.code: item for item in duty.form.items}
    for row in rows:
        code = row[head.index("Mã")]
        row[head.index("Giá trị")] = _as_people_type(items[code], duty.invented.values[code])
    out = StringIO()
    csv.writer(out, delimiter=";").writerows([head, *rows])
    return out.getvalue().encode("utf-8-sig")


def fill(workbook: bytes, values: dict[str, str]) -> bytes:
    """Writes each value beside the code of its item, wherever the template has put it."""
    book = load_workbook(BytesIO(workbook))
    sheet = book.worksheets[0]
    heads = {
        cell.value: cell.column
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in {"Mã", "Giá trị"}
    }
    for row in sheet.iter_rows():
        code = row[heads["Mã"] - 1].value
        if code in values:
            _type(row[heads["Giá trị"] - 1], values[code])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _type(cell: Any, value: str) -> None:
    """As Excel would hold what a person types: in a cell for texts it stays one."""
    cell.value = value
    if cell.number_format == "@":
        cell.data_type = "s"
        return
    with suppress(ValueError):
        cell.value = int(value) if value.isdigit() else float(value)


class Fields(HTMLParser):
    """The fields and the address of the form that bears a mark, as a browser would send them."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self._mark, self._open, self._select = mark, False, ""
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        if tag == "form":
            self._open = self._mark in given
            self.action = given["action"] if self._open else self.action
        elif not self._open:
            return
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value", "")
        elif tag in {"input", "select"} and "name" in given:
            self._select = given["name"]
            self.fields[given["name"]] = given.get("value", "")


def by_web(http: httpx.Client, portal: str, stage: Stage, duty: Duty) -> None:
    """Opens the form of the report, types the values as Vietnamese people do, and submits it."""
    agency, form = (name.split("/")[1] for name in (stage.agency, duty.form.name))
    address = f"{portal}/reports/{agency}/{form}/{stage.today}"
    page = http.get(address)
    assert page.status_code == 200, f"{address}: HTTP {page.status_code}"
    fields = Fields("data-grid")
    fields.feed(page.text)
    typed = {
        f"{item.code}.value": _as_people_type(item, duty.invented.values[item.code])
        for item in duty.form.items
    }
    assert typed.keys() <= fields.fields.keys(), "the page lacks a field of the form"
    answer = http.post(
        f"{portal}{fields.action}",
        data=fields.fields | typed | {"do": "submit"},
        headers={"origin": portal, "sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 303, f"HTTP {answer.status_code}: {_said(answer.text)}"


def _as_people_type(item: forms.Form.Item, value: str) -> str:
    """`1204.5` is `1.204,5` in Vietnamese, and a day is 22/11/2026."""
    if item.value_type == forms.Form.VALUE_TYPE_DECIMAL:
        return value.replace(".", ",")
    if item.value_type == forms.Form.VALUE_TYPE_DATE:
        return "/".join(reversed(value.split("-")))
    return value


def _said(page: str) -> str:
    """The lines of the page that say what is wrong."""
    return " | ".join(line.strip() for line in page.splitlines() if 'href="#v-' in line)[:500]
