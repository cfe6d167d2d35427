"""The stream of live events, for one who is signed in."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from saola.edges.portal.edge import Edge, OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.hub import Listener
from saola.edges.portal.readers import OfReader, cookie
from saola.edges.portal.sessions import Session
from saola.kit.access import Caller
from saola.kit.names import name_of

BEAT = b"event: beat"
router = APIRouter(route_class=Page)


@router.get("/live")
async def live(
    request: Request, edge: OfEdge, reader: OfReader, after: str = ""
) -> StreamingResponse:
    """Server-sent events. `after`, or the browser's Last-Event-ID: what was heard last."""
    since = request.headers.get("last-event-id") or after
    session = request.cookies.get(cookie(request, edge), "")
    listener = Listener(names_of(reader.call.caller))
    return StreamingResponse(
        _while_signed_in(edge, session, since, listener),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _while_signed_in(
    edge: Edge, name: str, since: str, listener: Listener
) -> AsyncIterator[bytes]:
    """Ends with the session, at the next beat: an open page is no way to stay."""
    async with aclosing(edge.hub.listen(since, edge.settings.beat, listener)) as said:
        async for one in said:
            yield one
            if BEAT in one:
                session = await edge.sessions.known(name)
                if session is None:
                    return
                if await _other_eyes(edge, session, listener):
                    yield edge.hub.resync()


async def _other_eyes(edge: Edge, session: Session, listener: Listener) -> bool:
    """Whether the reader may see something else now than when they began to listen.

    Who has not asked for so long that their token has ended may as well: they are told to ask
    once something has happened, and be it elsewhere.
    """
    withheld, listener.withheld = listener.withheld, False
    if session.until < time.time():
        return withheld
    names = names_of(await edge.service.issuer.caller(session.access))
    listener.names, before = names, listener.names
    return names != before


def names_of(caller: Caller) -> frozenset[str]:
    """The official, and the agencies of their positions."""
    held = (name_of("agencies", agency) for agency in caller.agencies)
    return frozenset({name_of("officials", caller.id), *held})
