"""The RPCs of connectors."""

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf.empty_pb2 import Empty
from sqlalchemy import Row

from saola.apis.connectors.v1 import connectors_pb2 as pb
from saola.apis.connectors.v1 import runs_pb2
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.connectors.api.runs import flaw_to_pb, whole_to_pb
from saola.services.connectors.api.runs import to_pb as run_to_pb
from saola.services.connectors.domain.connectors import (
    USUAL_BYTES,
    USUAL_SECONDS,
    Field,
    Format,
    Health,
    Method,
    Numbers,
    Spec,
)
from saola.services.connectors.formats.runs import sample
from saola.services.connectors.models.connectors import Connector
from saola.services.connectors.queries import connectors as queries
from saola.services.connectors.queries import runs as runs_of
from saola.services.connectors.queries.connectors import Order
from saola.services.connectors.usecases import connectors as usecases
from saola.services.connectors.usecases import runs as running

MOST_ROWS = 100
METHODS = {
    pb.Connector.METHOD_UNSPECIFIED: Method.NONE,
    pb.Connector.METHOD_NONE: Method.NONE,
    pb.Connector.METHOD_BASIC: Method.BASIC,
    pb.Connector.METHOD_BEARER: Method.BEARER,
    pb.Connector.METHOD_API_KEY: Method.API_KEY,
}
FORMATS = {pb.Connector.FORMAT_JSON: Format.JSON, pb.Connector.FORMAT_CSV: Format.CSV}
NUMBERS = {
    pb.Connector.NUMBERS_UNSPECIFIED: Numbers.PLAIN,
    pb.Connector.NUMBERS_COMMA: Numbers.COMMA,
    pb.Connector.NUMBERS_POINT: Numbers.POINT,
}
HEALTH = {
    pb.Connector.HEALTH_UNSPECIFIED: Health.NEW,
    pb.Connector.HEALTH_GOOD: Health.GOOD,
    pb.Connector.HEALTH_PARTLY: Health.PARTLY,
    pb.Connector.HEALTH_FAILED: Health.FAILED,
}
ORDERS = {
    pb.ListConnectorsRequest.ORDER_UNSPECIFIED: Order.TITLE,
    pb.ListConnectorsRequest.ORDER_FAILURES: Order.FAILURES,
    pb.ListConnectorsRequest.ORDER_LAST_RUN: Order.LAST_RUN,
}
connectors = Api(pb.DESCRIPTOR.services_by_name["ConnectorsService"])


@connectors
async def GetConnector(unit: ReadUnit, request: pb.GetConnectorRequest) -> pb.Connector:
    [one] = await _with_runs(unit, [await queries.connector(unit, request.name)])
    return one


@connectors
async def ListConnectors(
    unit: ReadUnit, request: pb.ListConnectorsRequest
) -> pb.ListConnectorsResponse:
    paused = request.health == pb.Connector.HEALTH_PAUSED
    health = None if paused or not request.health else _word(request.health, HEALTH, "health")
    where = queries.wanted(request.query, request.agency, health, paused=paused)
    order = _word(request.order, ORDERS, "order")
    rows, token = await queries.listed(
        unit, request.page_size, request.page_token, *where, order=order
    )
    return pb.ListConnectorsResponse(connectors=await _with_runs(unit, rows), next_page_token=token)


@connectors
async def CreateConnector(unit: Unit, request: pb.CreateConnectorRequest) -> pb.Connector:
    return to_pb(await usecases.create(unit, _asked(request.connector, request.secret)))


@connectors
async def UpdateConnector(unit: Unit, request: pb.UpdateConnectorRequest) -> pb.Connector:
    said = request.connector
    asked = _asked(said, request.secret)
    connector = await usecases.update(unit, said.name, said.etag, asked)
    [one] = await _with_runs(unit, [connector])
    return one


@connectors
async def DeleteConnector(unit: Unit, request: pb.DeleteConnectorRequest) -> Empty:
    await usecases.remove(unit, request.name, request.etag)
    return Empty()


@connectors
async def PauseConnector(unit: Unit, request: pb.PauseConnectorRequest) -> pb.Connector:
    [one] = await _with_runs(unit, [await usecases.pause(unit, request.name, request.etag)])
    return one


@connectors
async def ResumeConnector(unit: Unit, request: pb.ResumeConnectorRequest) -> pb.Connector:
    [one] = await _with_runs(unit, [await usecases.resume(unit, request.name, request.etag)])
    return one


@connectors
async def TestConnector(
    unit: ReadUnit, request: pb.TestConnectorRequest
) -> pb.TestConnectorResponse:
    asked = _asked(request.connector, request.secret)
    shown = await usecases.preview(unit.call, request.connector.name, asked, request.period)
    period, found = str(shown.found.period), shown.found
    response = pb.TestConnectorResponse(
        period=period,
        url=found.url,
        status=found.status,
        content_type=found.type,
        size=len(found.body),
        sha256=found.sha256,
        row_count=len(shown.rows),
        sample=sample(found.body, asked.spec.encoding),
    )
    for row in shown.rows[:MOST_ROWS]:
        flaws = (flaw_to_pb(row.number, row.period, flaw, unit.language) for flaw in row.flaws)
        response.rows.add(row=row.number, period=row.period, values=row.values, refusals=flaws)
    if shown.refusal:
        response.refusal.CopyFrom(whole_to_pb(shown.refusal, period, unit.language))
    return response


@connectors
async def RunConnector(unit: Unit, request: pb.RunConnectorRequest) -> runs_pb2.Run:
    return run_to_pb(await running.ask(unit, request.name, request.period), unit.language)


async def _with_runs(unit: ReadUnit, rows: Iterable[Connector | Row[Any]]) -> list[pb.Connector]:
    given = list(rows)
    wanted = {id for row in given for id in (row.last_run, row.good_run) if id}
    known = await runs_of.of(unit, wanted)
    told = [to_pb(row) for row in given]
    for row, one in zip(given, told, strict=True):
        for id, place in ((row.last_run, one.last_run), (row.good_run, one.good_run)):
            if id and id in known:
                place.CopyFrom(run_to_pb(known[id], unit.language))
    return told


def to_pb(row: Connector | Row[Any]) -> pb.Connector:
    """Never with its secret."""
    connector = pb.Connector(
        name=name_of("connectors", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        title=row.title,
        url=row.url,
        method=pb.Connector.Method.Value(f"METHOD_{row.method.name}"),
        user=row.user,
        header=row.header,
        has_secret=row.secret is not None,
        format=pb.Connector.Format.Value(f"FORMAT_{row.format.name}"),
        rows=row.rows,
        period_source=row.period_source,
        fields=[pb.Connector.Field(**one) for one in row.fields],
        numbers=next(number for number, one in NUMBERS.items() if one is row.numbers),
        delimiter=row.delimiter,
        encoding=row.encoding,
        schedule=row.schedule,
        lag=row.lag,
        size_limit=row.size_limit,
        retries=row.retries,
        failures=row.failures,
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
    )
    connector.timeout.FromSeconds(row.seconds)
    connector.health = next(number for number, one in HEALTH.items() if one is row.health)
    if row.next_at is None:
        connector.health = pb.Connector.HEALTH_PAUSED
    else:
        connector.next_run_time.CopyFrom(stamp(row.next_at))
    return connector


def _asked(connector: pb.Connector, secret: str) -> usecases.Asked:
    agency, form = id_of("agencies", connector.agency), id_of("forms", connector.form)
    return usecases.Asked(agency, form, _spec(connector), secret)


def _spec(asked: pb.Connector) -> Spec:
    return Spec(
        title=asked.title,
        url=asked.url.strip(),
        fields=tuple(
            Field(one.item, one.source.strip(), one.scale.strip(), one.required)
            for one in asked.fields
        ),
        schedule=asked.schedule,
        format=_word(asked.format, FORMATS, "connector.format"),
        method=_word(asked.method, METHODS, "connector.method"),
        user=asked.user,
        header=asked.header,
        rows=asked.rows.strip(),
        period_source=asked.period_source.strip(),
        numbers=_word(asked.numbers, NUMBERS, "connector.numbers"),
        delimiter=asked.delimiter,
        encoding=asked.encoding,
        lag=asked.lag,
        seconds=asked.timeout.seconds if asked.HasField("timeout") else USUAL_SECONDS,
        size_limit=asked.size_limit or USUAL_BYTES,
        retries=asked.retries,
    )


def _word(
    number: Any, known: Mapping[Any, Any], field: str
) -> Any:  # enums of protobuf are numbers
    if number not in known:
        raise InvalidField(field=field)
    return known[number]
