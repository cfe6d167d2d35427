"""The gRPC face of reports: a message in, a use case or a query, a message out."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import id_of
from saola.kit.once import once
from saola.kit.operations import Operations, Run
from saola.kit.rpc import Api
from saola.options.v1 import operations_pb2
from saola.services.warehouse.api import quarantine as imports
from saola.services.warehouse.api.approvals import change_to_pb, moment_to_pb, to_pb, with_values
from saola.services.warehouse.domain.bulk import Batch, Rows
from saola.services.warehouse.domain.quarantine import Refused, Sent
from saola.services.warehouse.domain.submissions import Channel, State, Written
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.domain.workbooks import ForeignWorkbook
from saola.services.warehouse.formats import submissions as formats
from saola.services.warehouse.queries import approvals as decided
from saola.services.warehouse.queries import submissions as queries
from saola.services.warehouse.usecases import approvals, observations, quarantine
from saola.services.warehouse.usecases import submissions as usecases
from saola.services.warehouse.usecases.quarantine import Source

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
operations = Operations()
submissions = Api(pb.DESCRIPTOR.services_by_name["SubmissionsService"])


@submissions
async def GetSubmission(unit: ReadUnit, request: pb.GetSubmissionRequest) -> pb.Submission:
    if request.HasField("as_of"):
        at = request.as_of.ToDatetime(UTC)
        return moment_to_pb(await decided.as_of(unit, request.name, at))
    return await with_values(unit, await queries.submission(unit, request.name))


@submissions
async def ListSubmissions(
    unit: ReadUnit, request: pb.ListSubmissionsRequest
) -> pb.ListSubmissionsResponse:
    asked = {"agency": request.agency, "form": request.form, "period": request.period}
    state = state_of(request.state) if request.state else None
    rows, token = await queries.newest(unit, request.page_size, request.page_token, asked, state)
    return pb.ListSubmissionsResponse(submissions=map(to_pb, rows), next_page_token=token)


@submissions
async def ListChanges(unit: ReadUnit, request: pb.ListChangesRequest) -> pb.ListChangesResponse:
    lines, token = await queries.history(
        unit, request.submission, request.page_size, request.page_token
    )
    changes = (change_to_pb(row, entered) for row, entered in lines)
    return pb.ListChangesResponse(changes=changes, next_page_token=token)


@submissions
async def CreateSubmission(unit: Unit, request: pb.CreateSubmissionRequest) -> pb.Submission:
    asked = request.submission
    report = await usecases.begin(
        unit, asked.agency, asked.form, asked.period, written(asked.values)
    )
    return await with_values(unit, report)


@submissions
async def UpdateSubmission(unit: Unit, request: pb.UpdateSubmissionRequest) -> pb.Submission:
    report = await usecases.enter(unit, request.name, request.etag, written(request.values))
    return await with_values(unit, report)


@submissions
async def SubmitSubmission(unit: Unit, request: pb.SubmitSubmissionRequest) -> pb.Submission:
    report = await usecases.submit(unit, request.name, request.etag, word=request.note)
    return await with_values(unit, report)


@submissions
async def ReturnSubmission(unit: Unit, request: pb.ReturnSubmissionRequest) -> pb.Submission:
    report = await approvals.give_back(unit, request.name, request.etag, request.reason)
    return await with_values(unit, report)


@submissions
async def ApproveSubmission(unit: Unit, request: pb.ApproveSubmissionRequest) -> pb.Submission:
    report = await approvals.approve(unit, request.name, request.etag, request.note)
    return await with_values(unit, report)


@submissions
async def LockSubmission(unit: Unit, request: pb.LockSubmissionRequest) -> pb.Submission:
    return await with_values(unit, await approvals.lock(unit, request.name, request.etag))


@submissions
async def ImportWorkbook(unit: Unit, request: pb.ImportWorkbookRequest) -> operations_pb2.Operation:
    await unit.files.find(request.file.sha256)
    agency = id_of("agencies", request.agency)
    return await unit.operate(import_workbook, request, agency=agency)


@operations
async def import_workbook(
    call: Call, run: Run, request: pb.ImportWorkbookRequest
) -> pb.ImportWorkbookResponse:
    data = await call.files.get(request.file.sha256)
    origin, lines = await call.work(formats.read, data)
    if origin.agency != request.agency:
        raise ForeignWorkbook(field="agency")
    async with call.read() as unit:
        form = await usecases.form_of(unit, origin)
    items = usecases.by_code(form)
    lists = await call.work(formats.read_lists, data, items, form.period_type, call.language)
    if lists.received and all(line.is_empty for line in lines):
        lines = []

    async def keep(unit: Unit, rows: Rows) -> imports.Part:
        return await usecases.take_list(unit, origin, rows)

    reports = bool(lines) or not lists.received
    sent = imports.Sent(origin, Channel.EXCEL, request.file, lines, lists, keep, reports=reports)
    response = await imports.take(call, run, sent, submit=request.submit)
    if response.refusals:
        wrong = [(one.cell, one.message) for one in response.refusals if one.cell]
        late, language = run.state["late"], call.language
        marked = await call.work(formats.give_back, data, lists, late, wrong, language)
        kind, name = request.file.media_type or WORKBOOK, request.file.file_name or "bao-cao.xlsx"
        owner = id_of("agencies", request.agency)
        file = await call.files.put(marked, agency=owner, media_type=kind, file_name=name)
        response.marked.CopyFrom(file)
    return response


def written(values: Iterable[pb.Value]) -> list[Written]:
    return [
        Written(value.item, value.value, status_of(value.status, row), value.note)
        for row, value in enumerate(values)
    ]


def status_of(status: pb.Value.Status.ValueType, row: int) -> Status | None:
    if not status:
        return None
    try:
        return Status[pb.Value.Status.Name(status).removeprefix("STATUS_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field=f"values[{row}].status") from error


def state_of(state: pb.Submission.State.ValueType) -> State:
    try:
        return State[pb.Submission.State.Name(state).removeprefix("STATE_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="state") from error


@submissions
async def ImportValues(
    call: Call, requests: AsyncIterator[pb.ImportValuesRequest]
) -> pb.ImportValuesResponse:
    total, rows = pb.ImportValuesResponse(), 0
    async for batch in requests:
        kept = await once(call, take_over, batch)
        total.stored += kept.stored
        total.unchanged += kept.unchanged
        total.refused += kept.refused
        total.received += kept.received
        for refusal in kept.refusals[: imports.MOST_REFUSALS - len(total.refusals)]:
            total.refusals.add().CopyFrom(refusal)
            total.refusals[-1].row += rows
        rows += len(batch.periods)
    return total


async def take_over(unit: Unit, batch: pb.ImportValuesRequest) -> pb.ImportValuesResponse:
    """One batch, in a transaction of its own; rows are counted within it."""
    statuses = [status_of(status, row) for row, status in enumerate(batch.statuses)]
    columns = Batch(list(batch.periods), list(batch.items), list(batch.values), statuses)
    kept = await observations.take_over(unit, batch.agency, batch.form, columns)
    source = Source(
        id_of("agencies", batch.agency), id_of("forms", batch.form), Channel.GRPC, batch.request_id
    )
    refused = [
        Refused(Sent(row, batch.periods[row], batch.items[row], batch.values[row], said), flaw)
        for row, flaw in kept.flaws
        for said in [(statuses[row] if statuses else None) or ""]
    ]
    await quarantine.keep(
        unit, await quarantine.begin(unit, source), kept.stored, kept.unchanged, refused
    )
    response = pb.ImportValuesResponse(
        stored=kept.stored,
        unchanged=kept.unchanged,
        refused=len(kept.flaws),
        received=len(batch.periods),
    )
    for row, flaw in kept.flaws[: imports.MOST_REFUSALS]:
        response.refusals.add(
            row=row,
            period=batch.periods[row],
            item=batch.items[row],
            reason=flaw.reason,
            message=flaw.text(unit.language),
        )
    return response
