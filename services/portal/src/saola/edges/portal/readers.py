"""Who reads a page: the session of the cookie, and the call in that person's name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from saola.edges.portal.edge import Edge, OfEdge
from saola.edges.portal.i18n import Words
from saola.kit.call import Call
from saola.kit.errors import Unauthenticated


@dataclass(frozen=True)
class Reader:
    """`call` forwards the person's token; the kit adds the portal's own beside it."""

    call: Call
    name: str
    words: Words

    @property
    def roles(self) -> frozenset[str]:
        return self.call.caller.roles

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if words[1:] else words)).upper()


def secure(request: Request, edge: Edge) -> bool:
    """Whether browsers reach us by https."""
    return (edge.settings.public or str(request.base_url)).startswith("https:")


def cookie(request: Request, edge: Edge) -> str:
    """The name of the session's cookie: bound to this host, where https lets us (RFC 6265bis)."""
    return "__Host-saola" if secure(request, edge) else "saola"


async def _reader(request: Request, edge: OfEdge) -> Reader:
    session = await edge.sessions.current(request.cookies.get(cookie(request, edge), ""))
    if session is None:
        raise Unauthenticated
    words: Words = request.state.words
    caller = await edge.service.issuer.caller(session.access)
    reader = Reader(Call(edge.service, caller, words.language), session.name, words)
    request.state.reader = reader
    return reader


OfReader = Annotated[Reader, Depends(_reader)]


class Reserved(Exception):
    """A page for those who have one of these roles; the reader has none of them."""

    def __init__(self, *roles: str) -> None:
        super().__init__(*roles)
        self.roles = roles


def _only(*roles: str) -> Callable[[Reader], Awaitable[Reader]]:
    async def allowed(reader: OfReader) -> Reader:
        if not reader.roles & set(roles):
            raise Reserved(*roles)
        return reader

    return allowed


OfReporter = Annotated[Reader, Depends(_only("reporter"))]
OfApprover = Annotated[Reader, Depends(_only("approver"))]
OfSteward = Annotated[Reader, Depends(_only("steward"))]
OfBudget = Annotated[Reader, Depends(_only("reporter", "approver", "leader", "steward"))]
