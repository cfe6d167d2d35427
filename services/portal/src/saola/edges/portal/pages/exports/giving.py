"""How a file is given: written in a worker process, saved by the browser, never kept."""

from typing import Final
from urllib.parse import quote

from fastapi import Response
from fastapi.exceptions import HTTPException

from saola.edges.portal.pages.exports.tables import Table, written
from saola.edges.portal.readers import Reader

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
}


async def given(reader: Reader, table: Table, kind: str) -> Response:
    if kind not in ("csv", "xlsx"):
        raise HTTPException(404)
    return saved(await reader.call.work(written, table, kind), table.title, kind)


def saved(content: bytes, title: str, kind: str) -> Response:
    """To be saved, never shown: what it says came from others."""
    named = quote(f"{title}.{kind}")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{named}",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type=TYPES[kind], headers=headers)
