"""What the pages of connectors ask of the services, in the name of the reader."""

from uuid import UUID

from saola.apis.connectors.v1.connectors_pb2 import (
    Connector,
    CreateConnectorRequest,
    DeleteConnectorRequest,
    GetConnectorRequest,
    ListConnectorsRequest,
    ListConnectorsResponse,
    PauseConnectorRequest,
    ResumeConnectorRequest,
    RunConnectorRequest,
    TestConnectorRequest,
    TestConnectorResponse,
    UpdateConnectorRequest,
)
from saola.apis.connectors.v1.connectors_pb2_grpc import ConnectorsServiceStub
from saola.apis.connectors.v1.runs_pb2 import GetRunRequest, ListRunsRequest, ListRunsResponse, Run
from saola.apis.connectors.v1.runs_pb2_grpc import RunsServiceStub
from saola.kit.call import Call


async def listed(call: Call, asked: ListConnectorsRequest) -> ListConnectorsResponse:
    return await call.peer(ConnectorsServiceStub).ListConnectors(asked)


async def connector(call: Call, id: UUID) -> Connector:
    asked = GetConnectorRequest(name=f"connectors/{id}")
    return await call.peer(ConnectorsServiceStub).GetConnector(asked)


async def create(call: Call, asked: CreateConnectorRequest) -> Connector:
    return await call.peer(ConnectorsServiceStub).CreateConnector(asked)


async def update(call: Call, asked: UpdateConnectorRequest) -> Connector:
    return await call.peer(ConnectorsServiceStub).UpdateConnector(asked)


async def remove(call: Call, asked: DeleteConnectorRequest) -> None:
    await call.peer(ConnectorsServiceStub).DeleteConnector(asked)


async def pause(call: Call, asked: PauseConnectorRequest) -> Connector:
    return await call.peer(ConnectorsServiceStub).PauseConnector(asked)


async def resume(call: Call, asked: ResumeConnectorRequest) -> Connector:
    return await call.peer(ConnectorsServiceStub).ResumeConnector(asked)


async def test(call: Call, asked: TestConnectorRequest) -> TestConnectorResponse:
    return await call.peer(ConnectorsServiceStub).TestConnector(asked)


async def run_now(call: Call, asked: RunConnectorRequest) -> Run:
    return await call.peer(ConnectorsServiceStub).RunConnector(asked)


async def runs(call: Call, connector: str, page: str) -> ListRunsResponse:
    asked = ListRunsRequest(connector=connector, page_size=20, page_token=page)
    return await call.peer(RunsServiceStub).ListRuns(asked)


async def run(call: Call, id: UUID) -> Run:
    return await call.peer(RunsServiceStub).GetRun(GetRunRequest(name=f"runs/{id}"))
