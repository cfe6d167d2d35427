"""The page of one's saved views."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from saola.edges.portal import views
from saola.edges.portal.edge import Edge, OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.views import keeping
from saola.edges.portal.readers import OfReader, Reader
from saola.kit.errors import DomainError

router = APIRouter(prefix="/views", route_class=Page)


class Named(BaseModel):
    """A view to be saved."""

    name: str = ""
    path: str = ""


@router.get("")
async def mine(
    request: Request, reader: OfReader, edge: OfEdge, path: Annotated[str, Query()] = ""
) -> Response:
    asked = path if keeping.ours(path) else ""
    return await _shown(request, reader, edge, Named(path=asked))


@router.post("")
async def save(
    request: Request, reader: OfReader, edge: OfEdge, sent: Annotated[Named, Form()]
) -> Response:
    try:
        await keeping.keep(edge, reader, sent.name, sent.path)
    except DomainError as refusal:
        return await _shown(request, reader, edge, sent, refusal)
    return RedirectResponse("/views", 303)


@router.post("/{id}/delete")
async def delete(reader: OfReader, edge: OfEdge, id: str) -> Response:
    await keeping.drop(edge, reader, id)
    return RedirectResponse("/views", 303)


async def _shown(
    request: Request, reader: Reader, edge: Edge, sent: Named, refusal: DomainError | None = None
) -> Response:
    return views.page(
        request,
        "views/page.html",
        status=422 if refusal else 200,
        here="views",
        kept=await keeping.kept(edge, reader),
        sent=sent,
        trouble=refusal.text(reader.words.language) if refusal else "",
    )
