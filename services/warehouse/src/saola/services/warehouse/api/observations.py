"""The gRPC face of observations: a message in, a query, a message out."""

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import observations_pb2 as pb
from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.call import Call, ReadUnit
from saola.kit.errors import InvalidField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.services.warehouse.api import figures
from saola.services.warehouse.domain.glances import Figure
from saola.services.warehouse.domain.measures import Measure
from saola.services.warehouse.queries import indicators
from saola.services.warehouse.queries import observations as queries
from saola.services.warehouse.queries.figures import shown
from saola.services.warehouse.queries.figures.shown import Shown
from saola.services.warehouse.queries.observations import Asked

observations = Api(pb.DESCRIPTOR.services_by_name["ObservationsService"])
BATCH = 1000
USUAL_SERIES, LONGEST_SERIES, MOST_INDICATORS = 24, 60, 200


@observations
async def ListObservations(
    unit: ReadUnit, request: pb.ListObservationsRequest
) -> pb.ListObservationsResponse:
    rows, token = await queries.newest(
        unit, request.page_size, request.page_token, asked_for(request)
    )
    return pb.ListObservationsResponse(observations=map(to_pb, rows), next_page_token=token)


@observations
async def ExportObservations(
    call: Call, request: pb.ExportObservationsRequest
) -> AsyncIterator[pb.ExportObservationsResponse]:
    """Each batch is read in a unit of its own, all of them as of the same moment."""
    asked = asked_for(request)
    asked = asked._replace(as_of=asked.as_of or call.now)
    token = ""
    while True:
        async with call.read() as unit:
            rows, token = await queries.newest(unit, BATCH, token, asked)
        if rows:
            yield pb.ExportObservationsResponse(observations=map(to_pb, rows))
        if not token:
            return


@observations
async def ListFigures(unit: ReadUnit, request: pb.ListFiguresRequest) -> pb.ListFiguresResponse:
    length = request.series_length if request.HasField("series_length") else USUAL_SERIES
    if not 0 <= length <= LONGEST_SERIES:
        raise InvalidField(field="series_length")
    if len(request.indicators) > MOST_INDICATORS:
        raise InvalidField(field="indicators")
    named = [*request.indicators, *([request.indicator] if request.indicator else ())]
    rows, token = await indicators.measured(
        unit, request.page_size, request.page_token, request.field, named
    )
    asked = figures.asked_for(request, length)
    measures = await shown.measured(unit, rows)
    found = await (await shown.board(unit, asked)).figures(measures)
    return pb.ListFiguresResponse(
        figures=[_figure(row, measures[row.id], found.get(row.id)) for row in rows],
        next_page_token=token,
    )


def _figure(row: Row[Any], measure: Measure, found: Shown | None) -> pb.Figure:
    shown = pb.Figure(
        indicator=name_of("indicators", row.id),
        code=row.code,
        title_vi=row.title_vi,
        title_en=row.title_en,
        unit=row.unit,
        field=row.field,
        decimals=row.decimals,
        direction=Indicator.Direction.Value(f"DIRECTION_{row.direction.name}"),
        aggregation=Indicator.Aggregation.Value(f"AGGREGATION_{row.aggregation.name}"),
    )
    if found:
        shown.MergeFrom(_compared(found.figure, measure))
        shown.expected = max(found.expected, shown.reporters)
    return shown


def _compared(of: Figure, measure: Measure) -> pb.Figure:
    return pb.Figure(
        period=str(of.period),
        period_type=of.period.type.value,
        value=figures.decimal(of.value),
        former_value=figures.decimal(of.previous.value),
        status=figures.status(of.status),
        reporters=of.sums.reporters,
        record_time=figures.moment(of.sums.fresh_at),
        series=map(figures.decimal, of.series),
        previous=figures.comparison(of.previous),
        year_before=figures.comparison(of.year_before),
        plan=figures.plan_share(of.plan),
        cumulative=figures.cumulative(of.cumulated),
        light=figures.light(of.light, measure),
    )


def asked_for(request: pb.ListObservationsRequest | pb.ExportObservationsRequest) -> Asked:
    return Asked(
        request.indicator,
        request.agency,
        request.period_from,
        request.period_to,
        request.as_of.ToDatetime(UTC) if request.HasField("as_of") else None,
    )


def to_pb(row: Row[Any]) -> pb.Observation:
    """Nothing else names a statement but its report, its item and the version that said so."""
    return pb.Observation(
        name=f"observations/{row.submission}.{row.item}.{row.version}",
        indicator=name_of("indicators", row.indicator) if row.indicator else "",
        agency=name_of("agencies", row.agency),
        period=row.period,
        value=row.value,
        status=Value.Status.Value(f"STATUS_{row.status.upper()}"),
        submission=name_of("submissions", row.submission),
        item=row.item,
        record_time=stamp(row.recorded_at),
        supersede_time=stamp(row.superseded_at) if row.superseded_at else None,
        recorder=name_of("officials", row.recorder),
    )
