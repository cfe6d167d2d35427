"""SDMX over HTTP (REST API v2.1 of SDMX 3.0): data in CSV and JSON, structures in SDMX-ML.

`/sdmx/v2/data/dataflow/SAOLA/HEALTH/1.0.0/D.SYT.*.*.*?c[TIME_PERIOD]=ge:2026-01`, with a token as
for a call: rows that the caller may not see are as if they were not there.
"""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Row
from starlette.exceptions import HTTPException

from saola.apis.warehouse.v1.observations_pb2 import DESCRIPTOR
from saola.kit.call import Call
from saola.kit.web import by
from saola.periods.notations import to_sdmx
from saola.periods.periods import Period
from saola.services.warehouse.domain.series import FREQUENCIES, Ends, Selection, identifier
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.formats.indicators import KINDS, Wanted, structures
from saola.services.warehouse.formats.observations import JsonMessage, Observed, csv_piece
from saola.services.warehouse.queries import indicators
from saola.services.warehouse.queries import observations as queries

router = APIRouter(prefix="/sdmx/v2")
EXPORT: Final = DESCRIPTOR.services_by_name["ObservationsService"].methods_by_name[
    "ExportObservations"
]
Exporting = Annotated[Call, by(EXPORT)]
MEDIA: Final = re.compile(r"application/vnd\.sdmx\.data\+(csv|json)(?:\s*;\s*version=([0-9.]+))?")
VERSIONS: Final = {"csv": ("2.0.0", "1.0.0"), "json": ("2.0.0", "1.0.0")}
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


@router.get("/data/{context}/{agency}/{flow}/{version}/{key}")
@router.get("/data/{context}/{agency}/{flow}/{version}")
@router.get("/data/{context}/{agency}/{flow}")
async def data(
    call: Exporting,
    request: Request,
    flow: str,
    bounds: Annotated[Bounds, Query()],
    key: str = "*",
) -> Response:
    """Observations of submitted reports, series by series, as they are known now or were then."""
    if bounds.include_history:
        raise HTTPException(501, "includeHistory: ask with asOf for what was known at a time.")
    asked = Selection.read(flow, key, _components(request.query_params))
    asked = asked.bounded(bounds.first, bounds.last, bounds.updated_after)
    kind, version = _format(request.headers.get("accept", ""))
    media = f"application/vnd.sdmx.data+{kind}; version={version}"
    batches = _batches(call, asked, bounds.as_of or call.now)
    if kind == "csv":
        first = csv_piece(await anext(batches), flow, version, head=True)
        return StreamingResponse(_csv(first, batches, flow, version), media_type=media)
    message = JsonMessage()
    async for batch in batches:
        message.add(batch)
        if message.observations > MOST_IN_JSON:
            raise HTTPException(413, "Too much for one JSON message: ask for CSV, or in parts.")
    return Response(message.written(version, call.now), media_type=media)


@router.get("/structure/{kind}/{agency}/{id}/{version}")
@router.get("/structure/{kind}/{agency}/{id}")
@router.get("/structure/{kind}/{agency}")
@router.get("/structure/{kind}")
async def structure(
    call: Exporting,
    kind: str,
    id: str = "*",
    references: str = "none",
    detail: str = "full",
) -> Response:
    """Codelists, concepts, the data structure, a dataflow for each field and one for all."""
    if kind not in {*KINDS, "*"}:
        raise HTTPException(404, f"There are structures of the kinds {', '.join(KINDS)}.")
    wanted = Wanted(kind, id, references not in {"none", ""}, detail.endswith("stubs"))
    async with call.read() as unit:
        dictionary = await indicators.dictionary(unit)
    written = await call.work(structures, dictionary, wanted, call.now)
    if not written:
        raise HTTPException(404, "There is no such structure.")
    media = "application/vnd.sdmx.structure+xml; version=2.1"
    return Response(written, media_type=media)


async def _csv(
    first: bytes, batches: AsyncIterator[list[Observed]], flow: str, version: str
) -> AsyncIterator[bytes]:
    yield first
    async for batch in batches:
        yield csv_piece(batch, flow, version, head=False)


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


def _components(parameters: Mapping[str, str]) -> dict[str, str]:
    found = ((COMPONENT.fullmatch(name), text) for name, text in parameters.items())
    return {match[1]: text.replace(" ", "+") for match, text in found if match}


def _format(accept: str) -> tuple[str, str]:
    """The first that the client takes and we write; CSV 2.0.0 where it takes anything."""
    for kind, asked in MEDIA.findall(accept):
        for version in VERSIONS[kind]:
            if not asked or version.startswith(asked):
                return kind, version
    if not accept or "*/*" in accept or "text/csv" in accept:
        return "csv", "2.0.0"
    if "application/json" in accept:
        return "json", "2.0.0"
    offered = chain.from_iterable(
        (f"application/vnd.sdmx.data+{kind};version={one}" for one in of)
        for kind, of in VERSIONS.items()
    )
    raise HTTPException(406, f"There is {', '.join(offered)}.")
