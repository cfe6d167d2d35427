"""SDMX over HTTP (REST API v2.1 of SDMX 3.0): data in CSV and JSON, structures in SDMX-ML and JSON.

`/sdmx/v2/data/dataflow/SAOLA/HEALTH/1.0.0/D.SYT.*.*.*?c[TIME_PERIOD]=ge:2026-01`, with a token as
for a call: rows that the caller may not see are as if they were not there.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Row
from starlette.exceptions import HTTPException

from saola.apis.warehouse.v1.observations_pb2 import DESCRIPTOR
from saola.kit.call import Call
from saola.kit.errors import InvalidField, NotFound
from saola.kit.web import by
from saola.periods.notations import to_sdmx
from saola.periods.periods import Period
from saola.services.warehouse.domain.series import (
    FREQUENCIES,
    TIME,
    Ends,
    Selection,
    identifier,
)
from saola.services.warehouse.domain.structures import Wanted, check_ours
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.formats.indicators import structures
from saola.services.warehouse.formats.media import Format, taken
from saola.services.warehouse.formats.observations import JsonMessage, Observed, csv_piece
from saola.services.warehouse.queries import indicators
from saola.services.warehouse.queries import observations as queries


class _Path(NamedTuple):
    """What of our structures is asked for, or asked about."""

    kind: str
    agency: str = "*"
    id: str = "*"
    version: str = "+"
    key: str = "*"


router = APIRouter(prefix="/sdmx/v2")
EXPORT: Final = DESCRIPTOR.services_by_name["ObservationsService"].methods_by_name[
    "ExportObservations"
]
Exporting = Annotated[Call, by(EXPORT)]
DATA: Final = [
    Format("data", kind, version) for kind in ("csv", "json") for version in ("2.0.0", "1.0.0")
]
STRUCTURES: Final = [Format("structure", "xml", "2.1"), Format("structure", "json", "2.0.0")]
COMPONENT: Final = re.compile(r"c\[([A-Z_]+)\]")
# A message in JSON is one piece; more is asked for in CSV, or in parts.
MOST_IN_JSON: Final = 200_000


class Bounds(BaseModel):
    """What is asked for beside the key."""

    first: int = Field(0, alias="firstNObservations", ge=0)
    last: int = Field(0, alias="lastNObservations", ge=0)
    updated_after: AwareDatetime | None = Field(None, alias="updatedAfter")
    as_of: AwareDatetime | None = Field(None, alias="asOf")
    include_history: bool = Field(default=False, alias="includeHistory")
    at_observation: str = Field(TIME, alias="dimensionAtObservation")
    attributes: str = "dsd"
    measures: str = "all"

    def check(self, format: Format) -> None:
        """What other services may answer, and we do not."""
        flat = self.at_observation == "AllDimensions" and format.kind == "csv"
        done = {
            "includeHistory: ask with asOf for what was known at a time": not self.include_history,
            "dimensionAtObservation": flat or self.at_observation == TIME,
            "attributes": self.attributes in {"dsd", "all"},
            "measures": self.measures == "all",
        }
        if undone := [name for name, fine in done.items() if not fine]:
            raise HTTPException(501, f"Not done here: {', '.join(undone)}.")


KNOWN: Final = {of.alias or name for name, of in Bounds.model_fields.items()}


@router.get("/data/{kind}/{agency}/{id}/{version}/{key}")
@router.get("/data/{kind}/{agency}/{id}/{version}")
@router.get("/data/{kind}/{agency}/{id}")
async def data(call: Exporting, request: Request, bounds: Annotated[Bounds, Query()]) -> Response:
    """Observations of submitted reports, series by series, as they are known now or were then."""
    path = _Path(**request.path_params)
    asked = Selection.read(path.id, path.key, _components(request.query_params.multi_items()))
    asked = asked.bounded(bounds.first, bounds.last, bounds.updated_after)
    format = _format(request, DATA)
    bounds.check(format)
    check_ours(path.agency, path.version, path.id)
    if path.kind not in {"dataflow", "*"} or not await _is_there(call, asked.field):
        raise NotFound(name=f"{path.kind}/{path.id}")
    batches = _batches(call, asked, bounds.as_of or call.now)
    if format.kind == "csv":
        pieces = partial(csv_piece, flow=asked.field.upper() or "ALL", version=format.version)
        first = pieces(await anext(batches), head=True)
        return StreamingResponse(_csv(first, batches, pieces), media_type=str(format))
    message = JsonMessage()
    async for batch in batches:
        message.add(batch)
        if message.observations > MOST_IN_JSON:
            raise HTTPException(413, "Too much for one JSON message: ask for CSV, or in parts.")
    return Response(message.written(format.version, call.now), media_type=str(format))


@router.get("/structure/{kind}/{agency}/{id}/{version}")
@router.get("/structure/{kind}/{agency}/{id}")
@router.get("/structure/{kind}/{agency}")
@router.get("/structure/{kind}")
async def structure(
    call: Exporting, request: Request, references: str = "none", detail: str = "full"
) -> Response:
    """Codelists, concepts, the data structure, a dataflow for each field and one for all."""
    path, format = _Path(**request.path_params), _format(request, STRUCTURES)
    wanted = Wanted.read(path.kind, path.id, references, detail)
    check_ours(path.agency, path.version, path.id)
    async with call.read() as unit:
        dictionary = await indicators.dictionary(unit)
    in_json = format.kind == "json"
    written = await call.work(structures, dictionary, wanted, call.now, in_json=in_json)
    if not written:
        raise NotFound(name=path.id)
    return Response(written, media_type=str(format))


async def _is_there(call: Call, field: str) -> bool:
    async with call.read() as unit:
        return not field or await indicators.has_field(unit, field)


async def _csv(
    first: bytes, batches: AsyncIterator[list[Observed]], pieces: Callable[..., bytes]
) -> AsyncIterator[bytes]:
    yield first
    async for batch in batches:
        yield pieces(batch, head=False)


async def _batches(call: Call, asked: Selection, as_of: datetime) -> AsyncIterator[list[Observed]]:
    """Each is read in a unit of its own, all of them as of the same moment."""
    ends, after = Ends(asked), None
    while True:
        async with call.read() as unit:
            rows, after = await queries.selected(unit, asked, as_of, after)
        yield list(ends.take(map(_observed, rows)))
        if after is None:
            break
    yield list(ends.rest())


def _observed(row: Row[Any]) -> Observed:
    frequency = FREQUENCIES[row.period_type]
    codes = (row.reporter, row.indicator, row.form, row.item)
    series = (frequency, *map(identifier, codes))
    status = Status(row.status)
    return Observed(
        series,
        to_sdmx(Period.read(row.period)),
        row.value,
        status,
        row.unit,
        row.note,
        row.recorded_at,
        identifier(row.area or ""),
    )


def _components(parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What stands in `c[…]`. What we do not know could change the answer: it is refused."""
    found = dict[str, str]()
    for name, text in parameters:
        match = COMPONENT.fullmatch(name)
        if (match and match[1] in found) or not (match or name in KNOWN):
            raise InvalidField(field=name)
        if match:
            found[match[1]] = text.replace(" ", "+")
    return found


def _format(request: Request, offered: Sequence[Format]) -> Format:
    if format := taken(request.headers.get("accept", ""), offered):
        return format
    raise HTTPException(406, f"There is {', '.join(map(str, offered))}.")
