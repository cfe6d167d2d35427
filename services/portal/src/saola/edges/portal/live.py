"""The stream of live events, and what feeds it."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from saola.edges.portal.edge import Edge, OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader, cookie

BEAT = b"event: beat"
router = APIRouter(route_class=Page)


@router.get("/live")
async def live(
    request: Request, edge: OfEdge, reader: OfReader, after: str = ""
) -> StreamingResponse:
    """Server-sent events. `after`, or the browser's Last-Event-ID: what was heard last."""
    since = request.headers.get("last-event-id") or after
    session = request.cookies.get(cookie(request, edge), "")
    return StreamingResponse(
        _while_signed_in(edge, session, since, f"officials/{reader.call.caller.id}"),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _while_signed_in(edge: Edge, session: str, since: str, who: str) -> AsyncIterator[bytes]:
    """Ends with the session, at the next beat: an open page is no way to stay."""
    async with aclosing(edge.hub.listen(since, edge.settings.beat, who)) as said:
        async for one in said:
            if BEAT in one and not await edge.sessions.there(session):
                return
            yield one
