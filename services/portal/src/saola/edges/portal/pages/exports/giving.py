"""How a file is given: written in a worker process, saved by the browser, never kept."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeVar
from urllib.parse import quote

from fastapi import Response
from fastapi.exceptions import HTTPException

from saola.edges.portal import peers
from saola.edges.portal.pages.exports.tables import Table, written
from saola.edges.portal.readers import Reader

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
}
MOST: Final = 100_000  # rows in one file
T = TypeVar("T")


async def everything(
    ask: Callable[[str], Awaitable[Any]], listed: Callable[[Any], Iterable[T]]
) -> list[T]:
    """What a list has on all its pages; `ask` takes the token of one. A list that is too long for
    a file is refused: no file says less than it seems to."""
    found = list[T]()
    async for page in peers.pages(ask):
        found += listed(page)
        if len(found) > MOST:
            raise HTTPException(413)
    return found


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
