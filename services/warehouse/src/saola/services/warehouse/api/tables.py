"""The gRPC face of tables in plain text: a message in, a use case or a query, a message out."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from saola.apis.warehouse.v1 import submissions_pb2 as results
from saola.apis.warehouse.v1 import tables_pb2 as pb
from saola.kit.call import Call, Unit
from saola.kit.names import id_of
from saola.kit.operations import Run
from saola.kit.rpc import Api
from saola.options.v1 import files_pb2, operations_pb2
from saola.periods.periods import PeriodType
from saola.services.warehouse.api import quarantine as imports
from saola.services.warehouse.api.forms import Blank, drawn
from saola.services.warehouse.api.submissions import operations
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.lists import Items
from saola.services.warehouse.domain.periods import NotAPeriod, read_period
from saola.services.warehouse.domain.submissions import Channel
from saola.services.warehouse.domain.workbooks import Origin
from saola.services.warehouse.formats import blanks
from saola.services.warehouse.formats import imports as formats
from saola.services.warehouse.formats.imports import Survey
from saola.services.warehouse.formats.submissions import Reading
from saola.services.warehouse.queries import forms, submissions
from saola.services.warehouse.usecases import tables as usecases
from saola.services.warehouse.usecases.submissions import by_code
from saola.services.warehouse.usecases.tables import Judged

TABLE = Blank("text/csv; charset=utf-8", "csv", blanks.render)
PLACE = re.compile(r"([A-Z]+)([0-9]+)")
tables = Api(pb.DESCRIPTOR.services_by_name["TablesService"])


@tables
async def RenderTable(unit: Unit, request: pb.RenderTableRequest) -> files_pb2.File:
    return await drawn(unit, request, TABLE)


@tables
async def ImportTable(unit: Unit, request: pb.ImportTableRequest) -> operations_pb2.Operation:
    if request.period:
        read_period(request.period)
    await unit.files.find(request.file.sha256)
    await forms.form(unit, request.form)
    return await unit.operate(import_table, request, agency=id_of("agencies", request.agency))


class Opened(NamedTuple):
    """A table that was looked through: by which edition its report is, and its lines."""

    request: pb.ImportTableRequest
    data: bytes
    period: str
    type: PeriodType
    edition: int
    items: Mapping[str, Item]
    survey: Survey


@operations
async def import_table(
    call: Call, run: Run, request: pb.ImportTableRequest
) -> results.ImportWorkbookResponse:
    data = await call.files.get(request.file.sha256)
    opened = await open_table(call, run, request, data)
    others, items = await others_of(call, run, opened)
    lists = await call.work(
        formats.read_list, data, opened.period, opened.type, items, call.language
    )
    by = Judged(request.agency, request.form, opened.edition, others)

    async def keep(unit: Unit, rows: Rows) -> imports.Part:
        return await usecases.take(unit, by, rows)

    sent = _sent(opened, lists, keep)
    response = await imports.take(call, run, sent, submit=request.submit)
    await give_back(call, run, opened, lists, response)
    return response


async def give_back(
    call: Call, run: Run, opened: Opened, lists: Reading, response: results.ImportWorkbookResponse
) -> None:
    """Says where each refusal is; and gives a table of only those rows, if there are any."""
    _say_where(response, opened.survey.heads)
    if response.refusals:
        why, sent = _why(run, lists, response), opened.request
        marked = await call.work(formats.wrong_rows, opened.data, why, call.language)
        owner, name = id_of("agencies", sent.agency), sent.file.file_name or "bao-cao.csv"
        file = await call.files.put(
            marked, agency=owner, media_type=TABLE.media_type, file_name=name
        )
        response.marked.CopyFrom(file)


async def open_table(call: Call, run: Run, request: pb.ImportTableRequest, data: bytes) -> Opened:
    """A second go reads it by the edition by which the first has."""
    period = read_period(request.period) if request.period else None
    async with call.read() as unit:
        if "edition" in run.state:
            by = await forms.edition(unit, request.form, run.state["edition"])
        elif period:
            by, _ = await submissions.edition_for(unit, request.form, request.agency, period)
        else:
            by = await forms.form(unit, request.form)
    if period and period.type is not by.period_type:
        raise NotAPeriod(field="period", period=request.period)
    run.state["edition"] = by.edition
    asked = str(period or "")
    survey = await call.work(formats.survey, data, asked, by.period_type)
    return Opened(request, data, asked, by.period_type, by.edition, by_code(by), survey)


async def others_of(call: Call, run: Run, opened: Opened) -> tuple[Mapping[str, int], Items]:
    """The periods of other editions, and all items. A second go judges as the first has."""
    request, items = opened.request, dict[int, Mapping[str, Item]]()
    agency = id_of("agencies", request.agency)
    async with call.read() as unit:
        if "others" not in run.state:
            periods = opened.survey.periods
            found = await forms.editions_for(unit, request.form, agency, periods)
            run.state["others"] = {
                periods[place]: by.edition
                for by, places in found
                if by.edition != opened.edition
                for place in places
            }
        others: Mapping[str, int] = run.state["others"]
        for edition in {*others.values()}:
            items[edition] = by_code(await forms.edition(unit, request.form, edition))
    its = {period: items[edition] for period, edition in others.items()}
    return others, Items(opened.items, its)


def _sent(opened: Opened, lists: Reading, keep: imports.Keep) -> imports.Sent:
    """A list alone is no report; a table of nothing but heads is an empty one."""
    request, survey = opened.request, opened.survey
    origin = Origin(request.form, request.agency, opened.period, opened.edition, survey.language)
    lines = survey.lines
    if lists.received and all(line.is_empty for line in lines):
        lines = []
    reports = bool(opened.period) and (bool(lines) or not lists.received)
    return imports.Sent(origin, Channel.CSV, request.file, lines, lists, keep, reports=reports)


def _say_where(response: results.ImportWorkbookResponse, heads: Mapping[str, str]) -> None:
    for one in response.refusals:
        if found := PLACE.fullmatch(one.cell):
            one.row, one.column = int(found[2]), heads.get(found[1], "")


def _why(run: Run, lists: Reading, response: results.ImportWorkbookResponse) -> Mapping[int, str]:
    """What is wrong with each row that was not taken."""
    why = {one.row: one.message for one in response.refusals if one.row}
    why |= {number: told for number, _, told in lists.wrong_ones()}
    return why | {number: told[1] for number, _, _, told in lists.late(run.state["late"])}
