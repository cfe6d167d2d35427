"""The files of lists: reports, the board, the dictionary, rates, the figures of the overview."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from saola.apis.warehouse.v1.indicators_pb2 import ListIndicatorsRequest
from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceStub
from saola.apis.warehouse.v1.obligations_pb2 import (
    ListExpectedReportsRequest,
    ListExpectedReportsResponse,
)
from saola.edges.portal import peers
from saola.edges.portal.asking import Asking
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.board.view import shown
from saola.edges.portal.pages.exports import contents, rows
from saola.edges.portal.pages.exports.giving import everything, given
from saola.edges.portal.pages.rates import routes as rates
from saola.edges.portal.pages.reports import view as reports
from saola.edges.portal.readers import OfReader, OfReporter, Reader

router = APIRouter(prefix="/exports", route_class=Page)


@router.get("/reports.{kind}")
async def of_reports(reader: OfReporter, kind: str, show: str = "today", q: str = "") -> Response:
    """The list as the page shows it, all pages of it."""
    show, now = show if show in reports.SHOWS else "today", reader.call.now
    found = await _reports(reader, lambda token: reports.asked(show, q, now, token))
    if show == "late":
        found = [line for line in found if line.late]
    return await given(reader, rows.of_reports(found, reader.words), kind)


@router.get("/board.{kind}")
async def of_board(reader: OfReader, kind: str) -> Response:
    board = shown(await peers.board(reader.call), reader.words)
    return await given(reader, rows.of_board(board, reader.words), kind)


@router.get("/board/{agency}.{kind}")
async def of_agency(reader: OfReader, agency: UUID, kind: str) -> Response:
    """What one agency owes today."""
    asked = partial(ListExpectedReportsRequest, agency=f"agencies/{agency}")
    found = await _reports(reader, lambda token: asked(page_token=token))
    return await given(reader, rows.of_reports(found, reader.words), kind)


@router.get("/dictionary.{kind}")
async def of_dictionary(reader: OfReader, kind: str, q: str = "") -> Response:
    stub = reader.call.peer(IndicatorsServiceStub)
    asked = partial(ListIndicatorsRequest, query=q.strip()[:100], page_size=1000)
    found = await everything(
        lambda token: stub.ListIndicators(asked(page_token=token)),
        lambda answer: answer.indicators,
    )
    return await given(reader, rows.of_dictionary(found, reader.words), kind)


@router.get("/rates.{kind}")
async def of_rates(reader: OfReader, kind: str, asked: rates.OfQuery) -> Response:
    found, total = await rates.lines(reader, asked)
    return await given(reader, rows.of_rates([*found, total], asked, reader.words), kind)


@router.get("/overview.{kind}")
async def of_overview(reader: OfReader, kind: str) -> Response:
    """Every figure, field by field."""
    figures = await peers.figures(reader.call, series=0)
    table = contents.of_all(reader.words._("Overview"), figures, Asking(), reader.words)
    return await given(reader, table, kind)


async def _reports(
    reader: Reader, asked: Callable[[str], ListExpectedReportsRequest]
) -> list[reports.Line]:
    now = reader.call.now

    async def ask(token: str) -> ListExpectedReportsResponse:
        request = asked(token)
        request.page_size = 1000
        return await peers.expected(reader.call, request)

    return await everything(
        ask, lambda answer: [reports.line(one, reader.words, now) for one in answer.reports]
    )
