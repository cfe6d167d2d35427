"""The gRPC face of obligations: a message in, a use case or a query, a message out."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1.rates_pb2 import ListRatesRequest
from saola.apis.warehouse.v1.submissions_pb2 import Submission as SubmissionMessage
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField, MissingField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.kit.together import together
from saola.periods.local import local_day
from saola.services.warehouse.domain.periods import read_day, read_period
from saola.services.warehouse.domain.submissions import State
from saola.services.warehouse.models.obligations import Obligation
from saola.services.warehouse.queries import obligations as queries
from saola.services.warehouse.queries.obligations import expected
from saola.services.warehouse.queries.obligations.expected import Asked
from saola.services.warehouse.usecases import obligations as usecases

obligations = Api(pb.DESCRIPTOR.services_by_name["ObligationsService"])
MOST_DAYS, MOST_AT_ONCE = 400, 5000


@obligations
async def GetObligation(unit: ReadUnit, request: pb.GetObligationRequest) -> pb.Obligation:
    return to_pb(await queries.obligation(unit, request.name))


@obligations
async def ListObligations(
    unit: ReadUnit, request: pb.ListObligationsRequest
) -> pb.ListObligationsResponse:
    asked = queries.Asked(
        request.agency,
        request.form,
        request.query,
        request.open,
        by_agency=request.order == pb.ListObligationsRequest.ORDER_AGENCY,
    )
    found = await queries.listed(unit, request.page_size, request.page_token, asked)
    kin = await queries.kin(unit, [row.id for row in found.rows])
    return pb.ListObligationsResponse(
        obligations=[listed_to_pb(row, kin[row.id]) for row in found.rows],
        next_page_token=found.token,
        total_size=found.total,
    )


@obligations
async def CreateObligation(unit: Unit, request: pb.CreateObligationRequest) -> pb.Obligation:
    asked = request.obligation
    first = read_day(asked.valid_from, "obligation.valid_from")
    end = read_day(asked.valid_to, "obligation.valid_to") if asked.valid_to else None
    return to_pb(await usecases.oblige(unit, asked.agency, asked.form, first, end))


@obligations
async def CreateObligations(
    unit: Unit, request: pb.CreateObligationsRequest
) -> pb.CreateObligationsResponse:
    if not request.agencies or not request.forms:
        raise MissingField(field="forms" if request.agencies else "agencies")
    if len(request.agencies) * len(request.forms) > MOST_AT_ONCE:
        raise InvalidField(field="agencies")
    first = read_day(request.valid_from, "valid_from")
    end = read_day(request.valid_to, "valid_to") if request.valid_to else None
    obliged = await usecases.oblige_many(unit, request.agencies, request.forms, first, end)
    made = map(to_pb, obliged.made)
    return pb.CreateObligationsResponse(obligations=made, kept=obliged.kept)


@obligations
async def EndObligation(unit: Unit, request: pb.EndObligationRequest) -> pb.Obligation:
    on = read_day(request.valid_to, "valid_to") if request.valid_to else None
    return to_pb(await usecases.end(unit, request.name, request.etag, on))


@obligations
async def ListExpectedReports(
    unit: ReadUnit, request: pb.ListExpectedReportsRequest
) -> pb.ListExpectedReportsResponse:
    as_of = moment(request)
    at = as_of or unit.now
    if request.period and not request.form:
        raise MissingField(field="form")
    first, last = days(request.due_from, request.due_to, local_day(at), MOST_DAYS)
    asked = Asked(
        first,
        last,
        read_period(request.period) if request.period else None,
        request.form,
        request.agency,
        request.open,
        request.submitted,
        request.query,
        as_of,
    )
    rows, token = await expected.expected(unit, request.page_size, request.page_token, asked)
    reports = (expected_to_pb(row, at) for row in rows)
    return pb.ListExpectedReportsResponse(reports=reports, next_page_token=token)


@obligations
async def GetBoard(unit: ReadUnit, request: pb.GetBoardRequest) -> pb.Board:
    as_of = moment(request)
    day = read_day(request.date, "date") if request.date else local_day(as_of or unit.now)
    return await together(unit.call, (day, as_of), partial(_board, day, as_of))


async def _board(day: date, as_of: datetime | None, unit: ReadUnit) -> pb.Board:
    at = as_of or unit.now
    rows = await expected.board(unit, day, as_of)
    board = pb.Board(date=day.isoformat(), read_time=stamp(unit.now))
    for agency, owed in groupby(rows, lambda row: row.responsible):
        cell = cell_to_pb(agency, list(owed), at)
        board.cells.append(cell)
        board.agencies += cell.expected > 0
        board.complete += 0 < cell.expected == cell.submitted
    asked = [row for row in rows if row.exemption is None]
    missing = [row.due_at for row in asked if not row.counted and row.due_at > at]
    if missing:
        board.next_due_time.CopyFrom(stamp(min(missing)))
    if asked:
        board.last_due_time.CopyFrom(stamp(max(row.due_at for row in asked)))
    return board


def cell_to_pb(agency: Any, rows: list[Row[Any]], now: datetime) -> pb.Board.Cell:
    owed = [row for row in rows if row.exemption is None]
    states = [row.state for row in owed]
    sent = [row.submitted_at for row in owed if row.submitted_at]
    return pb.Board.Cell(
        agency=name_of("agencies", agency),
        agency_title=rows[0].responsible_title or "",
        expected=len(owed),
        submitted=sum(row.counted for row in owed),
        late=sum(not _on_time(row, now) for row in owed),
        returned=states.count(State.RETURNED),
        draft=states.count(State.DRAFT),
        submit_time=stamp(max(sent)) if sent else None,
        exempt=len(rows) - len(owed),
    )


def expected_to_pb(row: Row[Any], now: datetime) -> pb.ExpectedReport:
    begun = row.submission is not None and row.state is not None
    return pb.ExpectedReport(
        obligation=name_of("obligations", row.obligation),
        agency=name_of("agencies", row.agency),
        agency_title=row.agency_title or "",
        form=name_of("forms", row.form),
        form_code=row.form_code,
        form_title_vi=row.title_vi,
        form_title_en=row.title_en,
        period=row.period,
        due_time=stamp(row.due_at),
        submission=name_of("submissions", row.submission) if begun else "",
        state=_state(row.state),
        submit_time=stamp(row.submitted_at) if row.submitted_at else None,
        on_time=_on_time(row, now),
        exemption=name_of("exemptions", row.exemption) if row.exemption else "",
        exemption_reason=row.exemption_reason or "",
        responsible=name_of("agencies", row.responsible),
        responsible_title=row.responsible_title or "",
    )


def to_pb(row: Obligation | Row[Any]) -> pb.Obligation:
    return pb.Obligation(
        name=name_of("obligations", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat() if row.valid_to else "",
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
        predecessor=name_of("obligations", row.predecessor) if row.predecessor else "",
    )


def listed_to_pb(row: Row[Any], kin: Row[Any]) -> pb.Obligation:
    listed = to_pb(row)
    listed.agency_title = kin.title or ""
    listed.predecessor_title = kin.predecessor_title or ""
    listed.successor = name_of("obligations", kin.successor) if kin.successor else ""
    listed.successor_title = kin.successor_title or ""
    return listed


def _state(state: State | None) -> SubmissionMessage.State.ValueType:
    if state is None:
        return SubmissionMessage.STATE_UNSPECIFIED
    return SubmissionMessage.State.Value(f"STATE_{state.name}")


def _on_time(row: Row[Any], now: datetime) -> bool:
    """Whether it came in time; if it has not come, whether it still can."""
    return bool(row.on_time) if row.counted else now < row.due_at


def moment(
    request: pb.ListExpectedReportsRequest | pb.GetBoardRequest | ListRatesRequest,
) -> datetime | None:
    """As of when is asked; none for now."""
    return request.as_of.ToDatetime(UTC) if request.HasField("as_of") else None


def days(due_from: str, due_to: str, today: date, most: int) -> tuple[date, date]:
    """The first and the last day that are asked for."""
    first = read_day(due_from, "due_from") if due_from else today
    end = read_day(due_to, "due_to") if due_to else first + timedelta(days=1)
    if not 0 < (end - first).days <= most:
        raise InvalidField(field="due_to")
    return first, end - timedelta(days=1)
