"""The gRPC face of rates: a message in, a query, a message out."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import rates_pb2 as pb
from saola.kit.call import ReadUnit
from saola.kit.errors import InvalidField
from saola.kit.names import name_of
from saola.kit.rpc import Api
from saola.periods.local import local_day
from saola.services.warehouse.api.obligations import days, moment
from saola.services.warehouse.domain.completeness import Group, Rate
from saola.services.warehouse.domain.periods import read_period
from saola.services.warehouse.queries import rates as queries
from saola.services.warehouse.queries.obligations import expected

rates = Api(pb.DESCRIPTOR.services_by_name["RatesService"])
MOST_DAYS = 800


@rates
async def ListRates(unit: ReadUnit, request: pb.ListRatesRequest) -> pb.ListRatesResponse:
    as_of = moment(request)
    first, last = _days(request, local_day(as_of or unit.now))
    period = read_period(request.period) if request.period else None
    reports = expected.Asked(first, last, period, request.form, as_of=as_of)
    group = _group(request.group) if request.group else None
    asked = queries.Asked(reports, group, request.field, request.agency)
    rows, token, total = await queries.rates(unit, request.page_size, request.page_token, asked)
    return pb.ListRatesResponse(
        rates=(to_pb(row, group) for row in rows), next_page_token=token, total=_counts(total)
    )


def _days(request: pb.ListRatesRequest, today: date) -> tuple[date, date]:
    """The month so far, if no days are named."""
    if request.due_from or request.due_to:
        return days(request.due_from, request.due_to, today, MOST_DAYS)
    return days(str(today.replace(day=1)), str(today + timedelta(days=1)), today, MOST_DAYS)


def _group(group: pb.ListRatesRequest.Group.ValueType) -> Group:
    try:
        return Group[pb.ListRatesRequest.Group.Name(group).removeprefix("GROUP_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="group") from error


def to_pb(row: Row[Any], group: Group | None) -> pb.Rate:
    rate = _counts(row)
    match group:
        case Group.FORM:
            rate.form, rate.form_code = name_of("forms", row.form), row.form_code
            rate.form_title_vi, rate.form_title_en = row.title_vi, row.title_en
        case Group.FIELD:
            rate.field = row.field
        case Group.AGENCY:
            rate.agency, rate.agency_title = name_of("agencies", row.agency), row.title or ""
        case Group.PERIOD:
            rate.period = row.period
        case None:
            pass
    return rate


def _counts(row: Row[Any] | Rate) -> pb.Rate:
    return pb.Rate(
        expected=row.expected,
        submitted=row.submitted,
        on_time=row.on_time,
        overdue=row.overdue,
        exempt=row.exempt,
        cells=int(row.required),
        cells_filled=int(row.filled),
    )
