"""What else goes on: workbooks are sent, agencies are founded, pages are looked at."""

import secrets
from collections import Counter
from collections.abc import Iterator

import httpx

from saola.apis.identity.v1 import agencies_pb2 as agencies
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import observations_pb2 as observations
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.forms_pb2_grpc import FormsServiceStub
from saola.apis.warehouse.v1.obligations_pb2 import GetBoardRequest
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import ENDED, request_id
from saola.options.v1.files_pb2 import File
from saola.options.v1.operations_pb2 import GetOperationRequest, Operation
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from tests.faults.client import Client
from tests.faults.writer import SENT, Acknowledged
from tests.smoke.people import Person
from tests.smoke.stage import Duty, Stage
from tests.smoke.story import enter_portal
from tests.smoke.ways import fill

PATIENT = 0.2  # seconds between two looks at an operation
UNHURRIED = 1.0  # seconds between two agencies, and two looks


class Uploader(Client):
    """Sends one workbook for each day back from today, and keeps what it has sent."""

    def __init__(self, stage: Stage, duty: Duty, periods: Iterator[str]) -> None:
        super().__init__()
        self._stage, self._duty, self._periods = stage, duty, periods
        self.log = list[Acknowledged]()
        self.files = list[tuple[File, bytes]]()

    def work(self) -> None:
        with self._stage.reporter.asks("warehouse") as channel:
            for period in self._periods:
                if self.stop.is_set():
                    return
                self._send(channel, period)

    def _send(self, channel: object, period: str) -> None:
        stage, duty = self._stage, self._duty
        site, token = stage.reporter.site, stage.reporter.token
        template = forms.RenderTemplateRequest(
            form=duty.form.name, agency=stage.agency, period=period, language="vi"
        )
        file = self.ask(FormsServiceStub(channel).RenderTemplate, template)
        data = self.ask(lambda file: site.download("warehouse", token(), file), file)
        filled = fill(data, duty.invented.values)
        sent = self.ask(
            lambda data: site.upload(
                "warehouse", token(), data, agency=stage.agency, name="bieu.xlsx"
            ),
            filled,
        )
        self.files.append((sent, filled))
        request = pb.ImportWorkbookRequest(
            agency=stage.agency, file=sent, submit=True, request_id=request_id()
        )
        begun = self.ask(SubmissionsServiceStub(channel).ImportWorkbook, request)
        result = self._result(channel, begun.name)
        moves = Counter(created=1, entered=1, submitted=1)
        item, *_ = duty.invented.values
        self.log.append(
            Acknowledged(result.submission, period, duty.invented.values[item], SENT, moves)
        )

    def _result(self, channel: object, name: str) -> pb.ImportWorkbookResponse:
        stub, result = OperationsServiceStub(channel), pb.ImportWorkbookResponse()
        while True:
            found = self.ask(stub.GetOperation, GetOperationRequest(name=name))
            if found.state in ENDED:
                break
            self.stop.wait(PATIENT)
        assert found.state == Operation.STATE_SUCCEEDED, f"{name}: {found.error.message}"
        found.result.Unpack(result)
        assert result.submitted, [one.message for one in result.refusals]
        return result


class Founder(Client):
    """Founds agencies; identity tells the warehouse of each."""

    def __init__(self, admin: Person, parent: str) -> None:
        super().__init__()
        self._admin, self._parent = admin, parent
        self.run_code = f"F{secrets.token_hex(3).upper()}"
        self.log = list[str]()

    def work(self) -> None:
        with self._admin.asks("identity") as channel:
            stub = AgenciesServiceStub(channel)
            while not self.stop.wait(UNHURRIED):
                code = f"{self.run_code}{len(self.log)}"
                asked = agencies.Agency(
                    code=code,
                    display_name=f"Đơn vị thử {code}",
                    kind=agencies.Agency.KIND_DEPARTMENT,
                    parent=self._parent,
                )
                request = agencies.CreateAgencyRequest(agency=asked, request_id=request_id())
                self.log.append(self.ask(stub.CreateAgency, request).name)


class Looker(Client):
    """Looks at the board and the figures, over gRPC and in the portal."""

    def __init__(self, admin: Person, stage: Stage, duty: Duty) -> None:
        super().__init__()
        self._admin, self._stage, self._duty = admin, stage, duty
        self.looks = 0

    def work(self) -> None:
        portal = self._admin.site.portal
        figure = observations.ListFiguresRequest(
            indicators=[self._duty.form.items[0].indicator], agency=self._stage.agency
        )
        with self._admin.asks("warehouse") as channel, httpx.Client(timeout=60) as http:
            self.ask(self._enter, http)
            while not self.stop.wait(UNHURRIED):
                self.ask(ObligationsServiceStub(channel).GetBoard, GetBoardRequest())
                self.ask(ObservationsServiceStub(channel).ListFigures, figure)
                self.ask(lambda path: http.get(f"{portal}{path}").raise_for_status(), "/board")
                self.looks += 1

    def _enter(self, http: httpx.Client) -> None:
        try:
            enter_portal(http, self._admin.site.portal, self._admin)
        except (AssertionError, AttributeError) as failure:  # a page that says it is away
            raise ConnectionError from failure
