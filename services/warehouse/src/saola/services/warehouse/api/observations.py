"""The gRPC face of observations: a message in, a query, a message out."""

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import observations_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.call import Call, ReadUnit
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.services.warehouse.domain.observations import course, of_one_type
from saola.services.warehouse.queries import observations as queries
from saola.services.warehouse.queries.observations import Asked

observations = Api(pb.DESCRIPTOR.services_by_name["ObservationsService"])
BATCH = 1000


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
    rows, token = await queries.indicators(
        unit, request.page_size, request.page_token, request.field, request.indicator
    )
    sums = await queries.sums(unit, [row.id for row in rows])
    courses = {
        row.id: course(row.aggregation, of_one_type(sums[row.id].by_period))
        for row in rows
        if row.id in sums
    }
    periods = {id: found.period for id, found in courses.items()}
    expected = await queries.expected(unit, periods)
    response = pb.ListFiguresResponse(next_page_token=token)
    for row in rows:
        figure = response.figures.add(
            indicator=name_of("indicators", row.id),
            code=row.code,
            title_vi=row.title_vi,
            title_en=row.title_en,
            unit=row.unit,
            field=row.field,
        )
        if found := courses.get(row.id):
            figure.period = str(found.period)
            figure.value, figure.former_value = found.value, found.former
            figure.reporters = found.reporters
            figure.expected = max(expected.get(row.id, 0), found.reporters)
            figure.record_time.CopyFrom(stamp(sums[row.id].submitted_at))
            figure.series.extend(found.series)
    return response


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
