"""What the pages ask of the services, each in the name of the reader."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from grpc.aio import AioRpcError

from saola.apis.budget.v1.execution_pb2 import ListExecutionRequest, ListExecutionResponse
from saola.apis.budget.v1.execution_pb2_grpc import ExecutionServiceStub
from saola.apis.identity.v1.agencies_pb2 import Agency, GetAgencyRequest, ListAgenciesRequest
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.identity.v1.areas_pb2 import Area, GetAreaRequest, ListAreasRequest
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.apis.identity.v1.officials_pb2 import GetOfficialRequest
from saola.apis.identity.v1.officials_pb2_grpc import OfficialsServiceStub
from saola.apis.notices.v1.notices_pb2 import (
    GetNoticeRequest,
    GetUnreadCountRequest,
    ListNoticesRequest,
    ListNoticesResponse,
    MarkAllReadRequest,
    MarkReadRequest,
    Notice,
)
from saola.apis.notices.v1.notices_pb2_grpc import NoticesServiceStub
from saola.apis.notices.v1.preferences_pb2 import (
    GetPreferencesRequest,
    Preferences,
    UpdatePreferencesRequest,
)
from saola.apis.notices.v1.preferences_pb2_grpc import PreferencesServiceStub
from saola.apis.warehouse.v1.figures_pb2 import (
    GetSeriesRequest,
    ListBreakdownRequest,
    ListBreakdownResponse,
    Series,
)
from saola.apis.warehouse.v1.figures_pb2_grpc import FiguresServiceStub
from saola.apis.warehouse.v1.forms_pb2 import Form, GetFormRequest, ListFormsRequest
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.indicators_pb2 import Indicator, ListIndicatorsRequest
from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceStub
from saola.apis.warehouse.v1.obligations_pb2 import (
    Board,
    GetBoardRequest,
    ListExpectedReportsRequest,
    ListExpectedReportsResponse,
)
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.observations_pb2 import (
    Figure,
    ListFiguresRequest,
    ListObservationsRequest,
    Observation,
)
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.apis.warehouse.v1.rates_pb2 import ListRatesRequest, ListRatesResponse, Rate
from saola.apis.warehouse.v1.rates_pb2_grpc import RatesServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import (
    Change,
    GetSubmissionRequest,
    ListChangesRequest,
    ListSubmissionsRequest,
    ListSubmissionsResponse,
    Submission,
)
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.apis.warehouse.v1.unlocks_pb2 import ListUnlocksRequest, Unlock
from saola.apis.warehouse.v1.unlocks_pb2_grpc import UnlocksServiceStub
from saola.kit.call import Call
from saola.kit.errors import DomainError
from saola.options.v1.operations_pb2 import GetOperationRequest, Operation
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub

T = TypeVar("T")


async def attempt(answer: Awaitable[T]) -> T | None:
    """The answer, or nothing where a peer does not answer: that part of a page is grey then, and
    the rest stays. A refusal is no silence.
    """
    try:
        return await answer
    except AioRpcError:
        return None


async def board(call: Call, date: str = "") -> Board:
    return await call.peer(ObligationsServiceStub).GetBoard(GetBoardRequest(date=date))


async def expected(call: Call, request: ListExpectedReportsRequest) -> ListExpectedReportsResponse:
    return await call.peer(ObligationsServiceStub).ListExpectedReports(request)


async def pages(ask: Callable[[str], Awaitable[T]]) -> AsyncIterator[T]:
    """Every page of a list; `ask` takes the token of one."""
    token = ""
    while True:
        answer: Any = await ask(token)
        yield answer
        token = answer.next_page_token
        if not token:
            return


async def figures(call: Call, series: int = 24, **asked: Any) -> list[Figure]:
    """All of them: a site has some hundreds of indicators at most. `asked`: as the RPC has it."""
    stub = call.peer(ObservationsServiceStub)
    of = partial(ListFiguresRequest, page_size=500, series_length=series, **asked)
    found = pages(lambda token: stub.ListFigures(of(page_token=token)))
    return [one async for page in found for one in page.figures]


async def some_figures(call: Call, indicators: Sequence[str]) -> list[Figure]:
    return await figures(call, indicators=indicators) if indicators else []


async def breakdown(call: Call, request: ListBreakdownRequest) -> ListBreakdownResponse:
    return await call.peer(FiguresServiceStub).ListBreakdown(request)


async def series(call: Call, request: GetSeriesRequest) -> Series:
    return await call.peer(FiguresServiceStub).GetSeries(request)


async def areas(call: Call) -> list[Area]:
    stub = call.peer(AreasServiceStub)
    of = partial(ListAreasRequest, page_size=1000)
    found = pages(lambda token: stub.ListAreas(of(page_token=token)))
    return [one async for page in found for one in page.areas]


async def observations(call: Call, request: ListObservationsRequest) -> list[Observation]:
    answer = await call.peer(ObservationsServiceStub).ListObservations(request)
    return list(answer.observations)


async def form(call: Call, name: str) -> Form:
    return await call.peer(FormsServiceStub).GetForm(GetFormRequest(name=name))


async def published_forms(call: Call) -> list[Form]:
    """Those by which agencies report."""
    stub = call.peer(FormsServiceStub)
    of = partial(ListFormsRequest, state=Form.STATE_PUBLISHED, page_size=500)
    found = pages(lambda token: stub.ListForms(of(page_token=token)))
    return [one async for page in found for one in page.forms]


async def submission(call: Call, name: str) -> Submission:
    return await call.peer(SubmissionsServiceStub).GetSubmission(GetSubmissionRequest(name=name))


async def submissions(call: Call, request: ListSubmissionsRequest) -> ListSubmissionsResponse:
    return await call.peer(SubmissionsServiceStub).ListSubmissions(request)


async def changes(call: Call, name: str) -> list[Change]:
    request = ListChangesRequest(submission=name, page_size=200)
    return list((await call.peer(SubmissionsServiceStub).ListChanges(request)).changes)


async def unlocks(call: Call, request: ListUnlocksRequest) -> list[Unlock]:
    return list((await call.peer(UnlocksServiceStub).ListUnlocks(request)).unlocks)


async def rates(call: Call, request: ListRatesRequest) -> tuple[list[Rate], Rate]:
    """All of them, and what they make together."""
    stub, found, total = call.peer(RatesServiceStub), list[Rate](), Rate()

    async def ask(token: str) -> ListRatesResponse:
        request.page_token = token
        return await stub.ListRates(request)

    async for page in pages(ask):
        found, total = [*found, *page.rates], page.total
    return found, total


async def notice(call: Call, name: str) -> Notice:
    return await call.peer(NoticesServiceStub).GetNotice(GetNoticeRequest(name=name))


async def notices(call: Call, request: ListNoticesRequest) -> ListNoticesResponse:
    return await call.peer(NoticesServiceStub).ListNotices(request)


async def unread(call: Call) -> int:
    return (await call.peer(NoticesServiceStub).GetUnreadCount(GetUnreadCountRequest())).count


async def read(call: Call, name: str) -> Notice:
    return await call.peer(NoticesServiceStub).MarkRead(MarkReadRequest(name=name))


async def read_all(call: Call, request: MarkAllReadRequest) -> None:
    await call.peer(NoticesServiceStub).MarkAllRead(request)


async def preferences(call: Call) -> Preferences:
    return await call.peer(PreferencesServiceStub).GetPreferences(GetPreferencesRequest())


async def prefer(call: Call, wishes: Preferences, request_id: str) -> Preferences:
    request = UpdatePreferencesRequest(preferences=wishes, request_id=request_id)
    return await call.peer(PreferencesServiceStub).UpdatePreferences(request)


async def operation(call: Call, name: str, of: str = "warehouse") -> Operation:
    stub = call.peer(OperationsServiceStub, of=of)
    return await stub.GetOperation(GetOperationRequest(name=name))


async def execution(
    call: Call, request: ListExecutionRequest
) -> Sequence[ListExecutionResponse.Line]:
    """What was planned and done of the budget."""
    return (await call.peer(ExecutionServiceStub).ListExecution(request)).lines


async def agency_title(call: Call, name: str) -> str:
    """What an agency is called; nothing where identity does not answer, or knows it not."""
    try:
        request = GetAgencyRequest(name=name)
        return (await call.peer(AgenciesServiceStub).GetAgency(request)).display_name
    except (AioRpcError, DomainError):
        return ""


async def area_title(call: Call, name: str) -> str:
    """The same of an area."""
    try:
        return (await call.peer(AreasServiceStub).GetArea(GetAreaRequest(name=name))).display_name
    except (AioRpcError, DomainError):
        return ""


async def find_agencies(call: Call, query: str, most: int) -> list[Agency]:
    request = ListAgenciesRequest(query=query, page_size=most)
    return list((await call.peer(AgenciesServiceStub).ListAgencies(request)).agencies)


async def find_indicators(call: Call, query: str, most: int) -> list[Indicator]:
    request = ListIndicatorsRequest(query=query, page_size=most)
    return list((await call.peer(IndicatorsServiceStub).ListIndicators(request)).indicators)


async def titles_of(call: Call, officials: Iterable[str]) -> dict[str, str]:
    """The names of officials, of those whom the reader may know."""
    names = sorted(set(officials) - {""})
    found = await asyncio.gather(*(_title_of(call, name) for name in names))
    return {name: title for name, title in zip(names, found, strict=True) if title}


async def _title_of(call: Call, name: str) -> str:
    try:
        request = GetOfficialRequest(name=name)
        return (await call.peer(OfficialsServiceStub).GetOfficial(request)).full_name
    except (AioRpcError, DomainError):
        return ""
