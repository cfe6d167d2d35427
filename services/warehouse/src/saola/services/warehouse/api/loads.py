"""The gRPC face of loads: a message in, a use case, a message out."""

from collections.abc import Sequence
from itertools import groupby

from saola.apis.warehouse.v1 import loads_pb2 as pb
from saola.apis.warehouse.v1 import submissions_pb2 as results
from saola.apis.warehouse.v1.tables_pb2 import ImportTableRequest
from saola.kit.call import Call, Unit
from saola.kit.errors import DomainError
from saola.kit.names import id_of, name_of
from saola.kit.operations import Run
from saola.kit.pb import instant
from saola.kit.rpc import Api
from saola.options.v1 import operations_pb2
from saola.services.warehouse.api import quarantine as imports
from saola.services.warehouse.api import tables
from saola.services.warehouse.api.submissions import operations, written
from saola.services.warehouse.domain.batches import sentence
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.loads import Stated, check_load
from saola.services.warehouse.domain.quarantine import status_of
from saola.services.warehouse.domain.submissions import Channel, Written
from saola.services.warehouse.formats import loads as formats
from saola.services.warehouse.formats.loads import Loads
from saola.services.warehouse.formats.submissions import rows_of
from saola.services.warehouse.queries import forms
from saola.services.warehouse.usecases import loads as usecases
from saola.services.warehouse.usecases.loads import Load, Outcome
from saola.services.warehouse.usecases.submissions import channel_of, language_of

loads = Api(pb.DESCRIPTOR.services_by_name["LoadsService"])


@loads
async def LoadReports(unit: Unit, request: pb.LoadReportsRequest) -> pb.LoadReportsResponse:
    stated = [
        Stated(one.period, instant(one.came_time, "reports.came_time"), written(one.values))
        for one in request.reports
    ]
    check_load(stated)
    way, language = channel_of(unit), language_of(unit)
    asked = Load(request.agency, request.form, request.reason, way, language)
    outcomes = await usecases.load(unit, asked, stated)
    told = (outcome_to_pb(outcome, unit.language) for outcome in outcomes)
    return pb.LoadReportsResponse(outcomes=told)


def outcome_to_pb(outcome: Outcome, language: str) -> pb.LoadReportsResponse.Outcome:
    period, became = outcome
    if isinstance(became, DomainError):
        return pb.LoadReportsResponse.Outcome(
            period=period, reason=became.reason, message=sentence(became, language)
        )
    name = name_of("submissions", became.id)
    return pb.LoadReportsResponse.Outcome(
        period=period, submission=name, unchanged=not outcome.is_new
    )


@loads
async def LoadTable(unit: Unit, request: pb.LoadTableRequest) -> operations_pb2.Operation:
    await unit.files.find(request.file.sha256)
    await usecases.check_may_load(unit, request.agency, request.reason)
    await forms.form(unit, request.form)
    return await unit.operate(load_table, request, agency=id_of("agencies", request.agency))


@operations
async def load_table(
    call: Call, run: Run, request: pb.LoadTableRequest
) -> results.ImportWorkbookResponse:
    data = await call.files.get(request.file.sha256)
    table = ImportTableRequest(agency=request.agency, form=request.form, file=request.file)
    opened = await tables.open_table(call, run, table, data)
    _, items = await tables.others_of(call, run, opened)
    found = await call.work(formats.read_loads, data, opened.type, items, call.language)
    if "parts" not in run.state:
        counts = dict.fromkeys(("parts", "stored", "unchanged", "refused", "loaded"), 0)
        run.state |= counts | {"late": {}, "taken": ""}
    asked = Load(request.agency, request.form, request.reason, Channel.CSV)
    for nth in range(run.state["parts"], len(found.reading.parts)):
        await _load_part(call, run, asked, found, nth)
    response = imports.answer(run, found.reading)
    response.loaded = run.state["loaded"]
    await tables.give_back(call, run, opened, found.reading, response)
    return response


async def _load_part(call: Call, run: Run, asked: Load, found: Loads, nth: int) -> None:
    """Noted in the transaction that keeps it, so a second go goes on after it."""
    rows, state = rows_of(found.reading.parts[nth]), run.state
    async with call.unit() as unit:
        stated = [
            Stated(period, found.came.get(period), lines)
            for period, lines in _reports(rows)
            if period not in found.refused
        ]
        outcomes = await usecases.load(unit, asked, stated)
        became = {one.period: one.became for one in outcomes} | {**found.refused}
        new = {one.period for one in outcomes if one.is_new}
        late = {
            period: why
            for period in dict.fromkeys(rows.periods)
            if isinstance(why := became[period], DomainError)
        }
        refused = sum(period in late for period in rows.periods)
        stored = sum(period in new for period in rows.periods)
        told = {period: (why.reason, sentence(why, call.language)) for period, why in late.items()}
        state["late"] |= {str(nth): told} if told else {}
        state["loaded"] += len(new)
        state["stored"] += stored
        state["refused"] += refused
        state["unchanged"] += len(rows.periods) - stored - refused
        state["parts"] = nth + 1
        await run.progress(nth + 1, len(found.reading.parts), unit=unit)


def _reports(rows: Rows) -> Sequence[tuple[str, Sequence[Written]]]:
    """What stands in the table about each period."""
    notes = rows.notes or [""] * len(rows.numbers)
    lines = zip(rows.periods, rows.items, rows.values, rows.statuses, notes, strict=True)
    return [
        (
            period,
            [
                Written(item, value, status_of(status, item), note)
                for _, item, value, status, note in its
            ],
        )
        for period, its in groupby(lines, lambda line: line[0])
    ]
