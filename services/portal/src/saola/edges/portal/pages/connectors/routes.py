"""The pages of connectors: the list, one with its runs, a run, and the editor with its preview."""

from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from saola.apis.connectors.v1 import connectors_pb2 as pb
from saola.edges.portal import files, views
from saola.edges.portal import peers as everybody
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.connectors import choices, editing, peers
from saola.edges.portal.readers import OfSteward, Reader
from saola.kit.errors import DomainError, NotFound

router = APIRouter(prefix="/connectors", route_class=Page)
router.include_router(editing.router)
AT_ONCE: Final = 50


class Asked(BaseModel):
    """The question of the list."""

    q: str = ""
    health: int = Field(default=0, ge=0, le=4)
    order: int = Field(default=0, ge=0, le=2)
    page: str = ""


@router.get("")
async def connectors(
    request: Request, reader: OfSteward, of: Annotated[Asked, Query()]
) -> Response:
    asked = pb.ListConnectorsRequest(
        query=of.q.strip()[:100],
        health=pb.Connector.Health.ValueType(of.health),
        order=pb.ListConnectorsRequest.Order.ValueType(of.order),
        page_size=AT_ONCE,
        page_token=of.page,
    )
    answer = await peers.listed(reader.call, asked)
    agencies = {one.agency for one in answer.connectors}
    return views.page(
        request,
        "connectors/page.html",
        here="connectors",
        q=of.q,
        health=str(of.health),
        order=str(of.order),
        connectors=answer.connectors,
        next=answer.next_page_token,
        orders=choices.orders(reader.words),
        agencies={name: await everybody.agency_title(reader.call, name) for name in agencies},
        **_words(reader),
    )


@router.get("/{id}")
async def show(
    request: Request, reader: OfSteward, id: UUID, page: Annotated[str, Query()] = ""
) -> Response:
    return await _shown(request, reader, id, page)


@router.get("/{id}/runs")
async def runs(
    request: Request, reader: OfSteward, id: UUID, page: Annotated[str, Query()] = ""
) -> Response:
    """The part of the page that is alive."""
    return views.page(
        request, "connectors/runs.html", **await _runs(reader, id, page), **_words(reader)
    )


@router.post("/{id}")
async def act(request: Request, reader: OfSteward, id: UUID) -> Response:
    """Has it run, pauses it, lets it go on, or removes it."""
    sent = {key: str(value).strip() for key, value in (await request.form()).items()}
    name, once = f"connectors/{id}", sent.get("request_id", "")
    which = {"name": name, "etag": sent.get("etag", ""), "request_id": once}
    try:
        match sent.get("do"):
            case "run":
                asked = pb.RunConnectorRequest(
                    name=name, period=sent.get("period", ""), request_id=once
                )
                await peers.run_now(reader.call, asked)
            case "pause":
                await peers.pause(reader.call, pb.PauseConnectorRequest(**which))
            case "resume":
                await peers.resume(reader.call, pb.ResumeConnectorRequest(**which))
            case "delete":
                await peers.remove(reader.call, pb.DeleteConnectorRequest(**which))
                return RedirectResponse("/connectors", 303)
    except DomainError as refusal:
        return await _shown(request, reader, id, "", refusal)
    return RedirectResponse(f"/{name}", 303)


@router.get("/{id}/runs/{run}")
async def run(request: Request, reader: OfSteward, id: UUID, run: UUID) -> Response:
    found = await peers.run(reader.call, run)
    connector = await peers.connector(reader.call, id)
    form = await everybody.form(reader.call, connector.form)
    return views.page(
        request,
        "connectors/run.html",
        here="connectors",
        connector=connector,
        run=found,
        labels={
            item.code: reader.words.either(item.label_vi, item.label_en) for item in form.items
        },
        **_words(reader),
    )


@router.get("/{id}/runs/{run}/file")
async def file(edge: OfEdge, reader: OfSteward, id: UUID, run: UUID) -> Response:
    """What was fetched, as it came, to be saved."""
    found = await peers.run(reader.call, run)
    if found.connector != f"connectors/{id}" or not found.HasField("file"):
        raise NotFound(name=f"runs/{run}")
    return await files.fetch(edge, reader, "connectors", found.file)


async def _shown(
    request: Request, reader: Reader, id: UUID, page: str, refusal: DomainError | None = None
) -> Response:
    found = await _runs(reader, id, page)
    connector = found["connector"]
    form = await everybody.form(reader.call, connector.form)
    return views.page(
        request,
        "connectors/connector.html",
        status=422 if refusal else 200,
        here="connectors",
        form=form,
        agency=await everybody.agency_title(reader.call, connector.agency),
        labels={
            item.code: reader.words.either(item.label_vi, item.label_en) for item in form.items
        },
        trouble=refusal.text(reader.words.language) if refusal else "",
        request_id=str(uuid4()),
        **found,
        **_words(reader),
    )


async def _runs(reader: Reader, id: UUID, page: str) -> dict[str, Any]:
    connector = await peers.connector(reader.call, id)
    listed = await peers.runs(reader.call, connector.name, page)
    return {
        "connector": connector,
        "runs": listed.runs,
        "page": page,
        "next": listed.next_page_token,
    }


def _words(reader: Reader) -> dict[str, Any]:
    words = reader.words
    return {
        "healths": choices.health(words),
        "states": choices.states(words),
        "triggers": choices.triggers(words),
        "methods": dict(choices.methods(words)),
        "lags": dict(choices.lags(words)),
    }
