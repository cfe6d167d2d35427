"""The gRPC face of imports and quarantine: a message in, a use case or a query, a message out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row as Record

from saola.apis.warehouse.v1 import quarantine_pb2 as pb
from saola.apis.warehouse.v1 import submissions_pb2 as results
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.errors import DomainError, InvalidField
from saola.kit.names import id_of, name_of
from saola.kit.operations import Run
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.options.v1.files_pb2 import File
from saola.services.warehouse.api.findings import finding_to_pb
from saola.services.warehouse.domain.bulk import Flaws, Rows
from saola.services.warehouse.domain.quarantine import Refused, State, of_sheet, status_of
from saola.services.warehouse.domain.quarantine import Sent as Row
from saola.services.warehouse.domain.submissions import Channel
from saola.services.warehouse.domain.workbooks import Line, Origin
from saola.services.warehouse.formats.submissions import Reading, rows_of
from saola.services.warehouse.models.quarantine import Import
from saola.services.warehouse.queries import quarantine as queries
from saola.services.warehouse.usecases import quarantine as usecases
from saola.services.warehouse.usecases import submissions as reports
from saola.services.warehouse.usecases.observations import Kept
from saola.services.warehouse.usecases.quarantine import Source

MOST_REFUSALS = 1000
Part = tuple[Kept, Mapping[str, DomainError]]
Keep = Callable[[Unit, Rows], Awaitable[Part]]
quarantine = Api(pb.DESCRIPTOR.services_by_name["QuarantineService"])


@quarantine
async def ListImports(unit: ReadUnit, request: pb.ListImportsRequest) -> pb.ListImportsResponse:
    asked = {"agency": request.agency, "form": request.form}
    rows, token = await queries.imports(
        unit, request.page_size, request.page_token, asked, waiting=request.waiting
    )
    states = await queries.states(unit, [row.id for row in rows])
    imports = (import_to_pb(row, states) for row in rows)
    return pb.ListImportsResponse(imports=imports, next_page_token=token)


@quarantine
async def ListQuarantine(
    unit: ReadUnit, request: pb.ListQuarantineRequest
) -> pb.ListQuarantineResponse:
    asked = {"import": getattr(request, "import"), "agency": request.agency}
    state = _state(request.state) if request.state else None
    rows, token = await queries.rows(unit, request.page_size, request.page_token, asked, state)
    told = (row_to_pb(row, unit.language) for row in rows)
    return pb.ListQuarantineResponse(rows=told, next_page_token=token)


@quarantine
async def RetryQuarantine(
    unit: Unit, request: pb.RetryQuarantineRequest
) -> pb.RetryQuarantineResponse:
    counts = await usecases.retry(unit, getattr(request, "import"), request.names)
    return pb.RetryQuarantineResponse(**counts._asdict())


@quarantine
async def DiscardQuarantine(
    unit: Unit, request: pb.DiscardQuarantineRequest
) -> pb.DiscardQuarantineResponse:
    name = getattr(request, "import")
    counts = await usecases.discard(unit, name, request.names, request.reason)
    return pb.DiscardQuarantineResponse(discarded=counts.refused, waiting=counts.waiting)


def _state(state: pb.QuarantinedRow.State.ValueType) -> State:
    try:
        return State[pb.QuarantinedRow.State.Name(state).removeprefix("STATE_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="state") from error


def import_to_pb(row: Record[Any], states: Mapping[tuple[UUID, State], int]) -> pb.Import:
    return pb.Import(
        name=name_of("imports", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        channel=row.channel,
        source=row.source,
        file_name=row.file_name,
        actor=name_of("officials", row.actor),
        create_time=stamp(row.created_at),
        received=row.received,
        stored=row.stored,
        unchanged=row.unchanged,
        refused=row.refused,
        waiting=states.get((row.id, State.WAITING), 0),
        taken=states.get((row.id, State.TAKEN), 0),
        discarded=states.get((row.id, State.DISCARDED), 0),
    )


def row_to_pb(row: Record[Any], language: str) -> pb.QuarantinedRow:
    message = pb.QuarantinedRow(
        name=name_of("quarantine", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        row=row.line,
        cell=row.cell,
        period=row.period,
        value=Value(item=row.item, value=row.value, status=_status(row.status), note=row.note),
        reason=row.reason,
        message=row.en if language == "en" else row.vi,
        state=pb.QuarantinedRow.State.Value(f"STATE_{row.state.name}"),
        create_time=stamp(row.created_at),
        try_time=stamp(row.tried_at),
        tries=row.tries,
        discard_reason=row.discard_reason,
        discarder=name_of("officials", row.discarder) if row.discarder else "",
    )
    setattr(message, "import", name_of("imports", row.import_id))
    return message


def _status(written: str) -> Value.Status.ValueType:
    """What was written for a status; none, where it is no such word."""
    try:
        status = status_of(written, "status")
    except InvalidField:
        return Value.STATUS_UNSPECIFIED
    return Value.Status.Value(f"STATUS_{status.name}") if status else Value.STATUS_UNSPECIFIED


class Sent(NamedTuple):
    """A file that was read: for what, the lines of its report, if it `reports`, its lists, and how
    a part of those is kept."""

    origin: Origin
    channel: Channel
    file: File
    lines: Sequence[Line]
    lists: Reading
    keep: Keep
    reports: bool


async def take(call: Call, run: Run, sent: Sent, *, submit: bool) -> results.ImportWorkbookResponse:
    """Each part is noted in the transaction that keeps it, so a second go goes on after it."""
    if "taken" not in run.state:
        await _take_report(call, run, sent, submit=submit)
    for nth in range(run.state["parts"], len(sent.lists.parts)):
        await _take_part(call, run, sent, nth)
    return answer(run, sent.lists)


async def _take_report(call: Call, run: Run, sent: Sent, *, submit: bool) -> None:
    origin, lists, state = sent.origin, sent.lists, run.state
    state |= {"parts": 0, "stored": 0, "unchanged": 0, "refused": 0, "late": {}}
    agency, form = id_of("agencies", origin.agency), id_of("forms", origin.form)
    async with call.unit() as unit:
        source = Source(agency, form, sent.channel, run.name, sent.file.file_name)
        kept = await usecases.begin(unit, source)
        state["import"] = kept.name
        taken = reports.Taken()
        if sent.reports:
            at_once = submit and not lists.refused
            taken = await reports.take_workbook(
                unit, origin, sent.lines, sent.channel, submit_it=at_once
            )
        wrong = of_sheet(sent.lines, taken.flaws, origin.period, origin.language)
        wrong += lists.wrong
        await usecases.keep(unit, kept, taken.stored, taken.unchanged, wrong)
        state["taken"] = _taken(taken, call.language).SerializeToString().hex()
        await run.progress(1, 1 + len(lists.parts), unit=unit)


async def _take_part(call: Call, run: Run, sent: Sent, nth: int) -> None:
    lists, state = sent.lists, run.state
    rows = rows_of(lists.parts[nth])
    async with call.unit() as unit:
        kept, late = await sent.keep(unit, rows)
        told = {period: (why.reason, why.text(call.language)) for period, why in late.items()}
        state["late"] |= {str(nth): told} if told else {}
        if "import" in state:  # it was begun before there was a quarantine, else
            source = await unit.get(Import, state["import"])
            wrong = _late_rows(rows, kept.flaws)
            await usecases.keep(unit, source, kept.stored, kept.unchanged, wrong)
        state["stored"] += kept.stored
        state["unchanged"] += kept.unchanged
        state["refused"] += len(kept.flaws)
        state["parts"] = nth + 1
        await run.progress(2 + nth, 1 + len(lists.parts), unit=unit)


def _late_rows(rows: Rows, flaws: Flaws) -> list[Refused]:
    """The rows of a list that were right in themselves, and refused for their reports."""
    places = {number: place for place, number in enumerate(rows.numbers)}
    found = list[Refused]()
    for number, flaw in flaws:
        at = places[number]
        said = (rows.values[at], rows.statuses[at], rows.notes[at] if rows.notes else "")
        row = Row(number, rows.periods[at], rows.items[at], *said)
        found.append(Refused(row, flaw))
    return found


def answer(run: Run, lists: Reading) -> results.ImportWorkbookResponse:
    """What became of the report, and then of the lists."""
    response = results.ImportWorkbookResponse.FromString(bytes.fromhex(run.state["taken"]))
    response.received += lists.received
    response.stored += run.state["stored"]
    response.unchanged += run.state["unchanged"]
    response.refused += run.state["refused"] + lists.refused
    late = ((place, item, *why) for _, place, item, why in lists.late(run.state["late"]))
    for place, item, reason, message in chain(lists.told, late):
        if len(response.refusals) == MOST_REFUSALS:
            break
        response.refusals.add(cell=place, item=item, reason=reason, message=message)
    return response


def _taken(taken: reports.Taken, language: str) -> results.ImportWorkbookResponse:
    response = results.ImportWorkbookResponse(
        submission=taken.submission,
        received=taken.received,
        stored=taken.stored,
        unchanged=taken.unchanged,
        refused=len(taken.flaws),
        submitted=taken.submitted,
        findings=map(finding_to_pb, taken.found),
    )
    for flaw in [*taken.flaws, *taken.silent][:MOST_REFUSALS]:
        one = response.refusals.add(cell=flaw.place, item=flaw.item)
        one.reason, one.message = flaw.refusal.reason, flaw.refusal.text(language)
    return response
