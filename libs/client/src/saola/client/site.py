"""A site as an integrator sees it: gRPC by service, HTTP for files, one bearer at a time."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import grpc
import httpx
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.rpc.status_pb2 import Status

from saola.options.v1.files_pb2 import File
from saola.options.v1.operations_pb2 import GetOperationRequest, Operation
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub

Token = Callable[[], str]
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDED = {Operation.STATE_SUCCEEDED, Operation.STATE_FAILED, Operation.STATE_CANCELLED}
AGAIN = 0.2  # seconds between two looks at long work
# What was not answered is asked again: every write carries a request_id, so twice is once.
RETRY = {
    "methodConfig": [
        {
            "name": [{}],
            "waitForReady": True,
            "timeout": "120s",
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.5s",
                "maxBackoff": "5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}


class Refusal(Exception):
    """What a service said no with: the code, the reason, its facts, the sentence, the fields."""

    def __init__(self, error: Any) -> None:  # a grpc.RpcError that is a call too
        self.code: grpc.StatusCode = error.code()
        self.reason, self.said = "", str(error.details())
        self.facts: dict[str, str] = {}
        self.fields: list[BadRequest.FieldViolation] = []
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                self._read(Status.FromString(value))
        super().__init__(f"{self.code.name} {self.reason}: {self.said}")

    def _read(self, status: Status) -> None:
        info, said, bad = ErrorInfo(), LocalizedMessage(), BadRequest()
        for detail in status.details:
            if detail.Unpack(info):
                self.reason, self.facts = info.reason, dict(info.metadata)
            elif detail.Unpack(said):
                self.said = said.message
            elif detail.Unpack(bad):
                self.fields = list(bad.field_violations)


@dataclass(frozen=True)
class Site:
    """Where the services of a site answer."""

    issuer: str
    grpc: Mapping[str, str]
    http: str
    portal: str = ""
    # Where a service takes files, by name; others do so at `http`.
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> "Site":
        """As `make up` writes it to `site.json`."""
        given = json.loads(file.read_text())
        portal, files = given.get("portal", ""), given.get("files", {})
        return cls(given["issuer"], given["grpc"], given["http"], portal, files)

    def files_of(self, service: str) -> str:
        return self.files.get(service, f"{self.http}/{service}/files")

    @contextmanager
    def channel(
        self, service: str, token: Callable[[], str], language: str = "vi"
    ) -> Iterator[Any]:
        """A channel to one service that says who asks. Left open while stubs use it."""
        options = [("grpc.service_config", json.dumps(RETRY)), ("grpc.enable_retries", 1)]
        with grpc.insecure_channel(self.grpc[service], options) as plain:
            yield grpc.intercept_channel(plain, _Bearer(token, language))

    def upload(self, service: str, token: str, data: bytes, *, agency: str, name: str) -> File:
        """Sends bytes of an agency, by its resource name; gives what messages carry."""
        kind = CSV if name.endswith(".csv") else XLSX
        answer = httpx.post(
            self.files_of(service),
            params={"agency": agency.partition("/")[2], "file_name": name},
            content=data,
            headers={"authorization": f"Bearer {token}", "content-type": kind},
            timeout=60,
        ).raise_for_status()
        given = answer.json()
        return File(
            sha256=given["sha256"],
            size=int(given["size"]),
            media_type=given["media_type"],
            file_name=given["file_name"],
        )

    def download(self, service: str, token: str, file: File) -> bytes:
        """The bytes of a reference, or an HTTP error."""
        address = f"{self.files_of(service)}/{quote(file.sha256)}"
        answer = httpx.get(address, headers={"authorization": f"Bearer {token}"}, timeout=60)
        return answer.raise_for_status().content


def ended(channel: Any, name: str, patience: float = 120) -> Operation:
    """The operation of that name, once it has ended; asked for again and again for `patience`
    seconds."""
    stub, end = OperationsServiceStub(channel), time.monotonic() + patience
    while time.monotonic() < end:
        found: Operation = stub.GetOperation(GetOperationRequest(name=name))
        if found.state in ENDED:
            return found
        time.sleep(AGAIN)
    raise TimeoutError(f"{name} has not ended after {patience:.0f} s.")


class _Bearer(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
):
    """Adds the token to each call, and turns its refusal into a Refusal."""

    def __init__(self, token: Callable[[], str], language: str) -> None:
        self._token, self._language = token, language

    def intercept_unary_unary(self, go_on: Any, details: Any, request: Any) -> Any:
        answer = go_on(self._signed(details), request)
        if isinstance(error := answer.exception(), grpc.RpcError):
            raise Refusal(error) from error
        return answer

    def intercept_unary_stream(self, go_on: Any, details: Any, request: Any) -> Any:
        return go_on(self._signed(details), request)

    def intercept_stream_unary(self, go_on: Any, details: Any, requests: Any) -> Any:
        answer = go_on(self._signed(details), requests)
        if isinstance(error := answer.exception(), grpc.RpcError):
            raise Refusal(error) from error
        return answer

    def _signed(self, details: Any) -> Any:
        more = [("authorization", f"Bearer {self._token()}"), ("accept-language", self._language)]
        return details._replace(metadata=[*(details.metadata or ()), *more])


def request_id() -> str:
    """A fresh one. Keep it for the repeats of the same request."""
    return str(uuid4())
