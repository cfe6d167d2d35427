"""The gRPC face of figures: a message in, a query, a message out."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from saola.apis.warehouse.v1 import figures_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.call import ReadUnit
from saola.kit.errors import InvalidField
from saola.kit.numbers import plain
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.periods.periods import PeriodType
from saola.services.warehouse.api.indicators import light_pb
from saola.services.warehouse.domain.comparisons import Change, Light, Planned
from saola.services.warehouse.domain.glances import Compared, Cumulated, Point, RankBy
from saola.services.warehouse.domain.measures import Measure
from saola.services.warehouse.domain.periods import read_period
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.queries import indicators
from saola.services.warehouse.queries.figures import shown as queries
from saola.services.warehouse.queries.figures.parts import Part, by_agency, by_area, some
from saola.services.warehouse.queries.figures.shown import Asked

figures = Api(pb.DESCRIPTOR.services_by_name["FiguresService"])
USUAL_SERIES, LONGEST_SERIES = 24, 400


@figures
async def GetSeries(unit: ReadUnit, request: pb.GetSeriesRequest) -> pb.Series:
    if not 0 <= request.count <= LONGEST_SERIES:
        raise InvalidField(field="count")
    row = await indicators.indicator(unit, request.indicator)
    asked = asked_for(request, request.count or USUAL_SERIES)
    measures = await queries.measured(unit, [row])
    board = await queries.board(unit, asked)
    points, types = await board.series(measures[row.id])
    return pb.Series(
        indicator=request.indicator,
        period_type=points[0].period.type.value if points else "",
        points=[_point(point) for point in points],
        period_types=[type.value for type in types],
    )


@figures
async def ListBreakdown(
    unit: ReadUnit, request: pb.ListBreakdownRequest
) -> pb.ListBreakdownResponse:
    row = await indicators.indicator(unit, request.indicator)
    measure = (await queries.measured(unit, [row]))[row.id]
    asked, rank_by = asked_for(request, 0), _rank_by(request)
    area = request.by == pb.ListBreakdownRequest.BY_AREA
    if not area and request.by != pb.ListBreakdownRequest.BY_AGENCY:
        raise InvalidField(field="by")
    found = await (by_area if area else by_agency)(unit, measure, asked, rank_by)
    shown, token = some(found.parts, request.page_size, request.page_token)
    return pb.ListBreakdownResponse(
        parts=[_part(one, measure, "areas" if area else "agencies") for one in shown],
        next_page_token=token,
        period=str(found.period or ""),
        ranked=sum(1 for one in found.parts if one.rank),
        missing=sum(1 for one in found.parts if one.expected and not one.reported),
    )


def _rank_by(request: pb.ListBreakdownRequest) -> RankBy:
    try:
        name = pb.ListBreakdownRequest.RankBy.Name(request.rank_by)
        return RankBy[name.removeprefix("RANK_BY_").replace("UNSPECIFIED", "VALUE")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="rank_by") from error


def _part(of: Part, measure: Measure, collection: str) -> pb.Part:
    name = f"{collection}/{of.key}" if of.key else ""
    part = pb.Part(
        agency=name if collection == "agencies" else "",
        area=name if collection == "areas" else "",
        title=of.named.title,
        code=of.named.code,
        rank=of.rank,
        expected=of.expected,
    )
    if figure := of.figure:
        shown = pb.Part(
            value=decimal(figure.value),
            status=status(figure.status),
            reporters=figure.sums.reporters,
            record_time=moment(figure.sums.fresh_at),
            previous=comparison(figure.previous),
            year_before=comparison(figure.year_before),
            plan=plan_share(figure.plan),
            light=light(figure.light, measure),
        )
        part.MergeFrom(shown)
        part.expected = max(of.expected, figure.sums.reporters)
    return part


def asked_for(request: Any, series: int) -> Asked:  # several requests have these fields
    """Of whom, for when and as of when."""
    if request.period and request.period_type:
        raise InvalidField(field="period_type")
    try:
        type = PeriodType(request.period_type) if request.period_type else None
    except ValueError as error:
        raise InvalidField(field="period_type") from error
    return Asked(
        request.agency,
        request.area,
        read_period(request.period) if request.period else None,
        type,
        request.as_of.ToDatetime(UTC) if request.HasField("as_of") else None,
        series,
    )


def decimal(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def moment(at: datetime | None) -> Timestamp | None:
    return stamp(at) if at else None


def status(of: Status | None) -> Value.Status.ValueType:
    return Value.Status.Value(f"STATUS_{of.name if of else 'UNSPECIFIED'}")


def difference(change: Change | None, *, uneven: bool = False) -> pb.Difference | None:
    if change is None:
        return None
    return pb.Difference(
        value=decimal(change.value),
        unit=pb.Difference.Unit.Value(f"UNIT_{change.unit.name}"),
        sense=pb.Difference.Sense.Value(f"SENSE_{change.sense.name}"),
        uneven=uneven,
    )


def comparison(of: Compared) -> pb.Comparison:
    return pb.Comparison(
        period=str(of.period),
        value=decimal(of.value),
        reporters=of.reporters,
        change=difference(of.change, uneven=of.uneven),
    )


def cumulative(of: Cumulated | None) -> pb.Cumulative | None:
    if of is None:
        return None
    return pb.Cumulative(
        value=decimal(of.value),
        reports=of.reports,
        former_value=decimal(of.former),
        former_reports=of.former_reports,
        change=difference(of.change, uneven=of.reports != of.former_reports),
    )


def plan_share(of: Planned | None) -> pb.PlanShare | None:
    if of is None:
        return None
    return pb.PlanShare(
        period=str(of.period),
        value=decimal(of.value),
        actual=decimal(of.actual),
        share=decimal(of.share),
        difference=decimal(of.difference),
        elapsed=decimal(of.elapsed),
        source=of.source,
    )


def light(of: Light | None, measure: Measure) -> pb.Light | None:
    if of is None or measure.light is None:
        return None
    return pb.Light(
        colour=pb.Light.Colour.Value(f"COLOUR_{of.colour.name if of.colour else 'UNSPECIFIED'}"),
        rule=light_pb(measure.light),
        measured=decimal(of.measured),
        green=decimal(of.green),
        yellow=decimal(of.yellow),
    )


def _point(of: Point) -> pb.Point:
    return pb.Point(
        period=str(of.period),
        value=decimal(of.value),
        status=status(of.status),
        reporters=of.sums.reporters,
        record_time=moment(of.sums.fresh_at),
        year_before=comparison(of.year_before),
        plan=decimal(of.plan),
    )
