"""The gRPC face of indicators: a message in, a use case or a query, a message out."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import indicators_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import DomainError, InvalidField
from saola.kit.names import name_of
from saola.kit.numbers import plain
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.indicators import (
    Aggregation,
    Basis,
    Definition,
    Direction,
    LightRule,
    Parts,
)
from saola.services.warehouse.models.indicators import Indicator, light_of
from saola.services.warehouse.queries import indicators as queries
from saola.services.warehouse.usecases import indicators as usecases

indicators = Api(pb.DESCRIPTOR.services_by_name["IndicatorsService"])


@indicators
async def GetIndicator(unit: ReadUnit, request: pb.GetIndicatorRequest) -> pb.Indicator:
    return to_pb(await queries.indicator(unit, request.name))


@indicators
async def ListIndicators(
    unit: ReadUnit, request: pb.ListIndicatorsRequest
) -> pb.ListIndicatorsResponse:
    rows, token = await queries.by_code(
        unit, request.page_size, request.page_token, request.query, request.field
    )
    return pb.ListIndicatorsResponse(indicators=map(to_pb, rows), next_page_token=token)


@indicators
async def CreateIndicator(unit: Unit, request: pb.CreateIndicatorRequest) -> pb.Indicator:
    asked = request.indicator
    return to_pb(await usecases.define(unit, asked.code, definition(asked)))


@indicators
async def UpdateIndicator(unit: Unit, request: pb.UpdateIndicatorRequest) -> pb.Indicator:
    asked = request.indicator
    return to_pb(await usecases.redefine(unit, asked.name, asked.etag, definition(asked)))


def definition(asked: pb.Indicator) -> Definition:
    """What is asked for, in the words of the domain."""
    try:
        aggregation = Aggregation[_word(pb.Indicator.Aggregation.Name(asked.aggregation))]
        unsaid = asked.direction == pb.Indicator.DIRECTION_UNSPECIFIED
        direction = pb.Indicator.DIRECTION_NEUTRAL if unsaid else asked.direction
        return Definition(
            asked.title_vi.strip(),
            asked.title_en.strip(),
            asked.field,
            asked.unit.strip(),
            aggregation,
            Direction[_word(pb.Indicator.Direction.Name(direction))],
            asked.definition,
            asked.decimals,
            _parts(asked),
            _light(asked.light) if asked.HasField("light") else None,
        )
    except (ValueError, KeyError) as error:  # a number that this version has no name for
        raise InvalidField(field="indicator") from error


def _parts(asked: pb.Indicator) -> Parts | None:
    if not asked.numerator and not asked.denominator and not asked.factor:
        rate = asked.aggregation == pb.Indicator.AGGREGATION_RATE
        return Parts("", "") if rate else None
    factor = asked.factor or "100"
    return Parts(asked.numerator, asked.denominator, _decimal(factor, "indicator.factor"))


def _light(asked: pb.LightRule) -> LightRule:
    return LightRule(
        Basis[_word(pb.LightRule.Basis.Name(asked.basis))],
        _decimal(asked.green, "indicator.light.green"),
        _decimal(asked.yellow, "indicator.light.yellow"),
        asked.pro_rata,
    )


def _decimal(text: str, field: str) -> Decimal:
    try:
        return numbers.read(text, "", "", field)
    except DomainError as error:
        raise InvalidField(field=field) from error


def light_pb(rule: LightRule) -> pb.LightRule:
    return pb.LightRule(
        basis=pb.LightRule.Basis.Value(f"BASIS_{rule.basis.name}"),
        green=plain(rule.green),
        yellow=plain(rule.yellow),
        pro_rata=rule.pro_rata,
    )


def to_pb(row: Indicator | Row[Any]) -> pb.Indicator:
    light = light_of(row)
    return pb.Indicator(
        name=name_of("indicators", row.id),
        code=row.code,
        title_vi=row.title_vi,
        title_en=row.title_en,
        field=row.field,
        unit=row.unit,
        aggregation=pb.Indicator.Aggregation.Value(f"AGGREGATION_{row.aggregation.name}"),
        direction=pb.Indicator.Direction.Value(f"DIRECTION_{row.direction.name}"),
        definition=row.definition,
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
        numerator=name_of("indicators", row.numerator) if row.numerator else "",
        denominator=name_of("indicators", row.denominator) if row.denominator else "",
        factor=plain(row.factor) if row.factor is not None else "",
        decimals=row.decimals,
        light=light_pb(light) if light else None,
    )


def _word(name: str) -> str:
    return name.partition("_")[2]
