"""The stream of live events, and what feeds it."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader

router = APIRouter(route_class=Page)


@router.get("/live")
async def live(
    request: Request, edge: OfEdge, _: OfReader, after: int | None = None
) -> StreamingResponse:
    """Server-sent events. `after`, or the browser's Last-Event-ID: what was heard last."""
    heard = request.headers.get("last-event-id", "")
    since = int(heard) if heard.isdecimal() else after
    return StreamingResponse(
        edge.hub.listen(since, edge.settings.beat),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )
