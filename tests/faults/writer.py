"""A client that writes reports without end, and keeps its own log of what was acknowledged."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import grpc

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.oidc import SignInError
from saola.client.site import Refusal, request_id
from tests.smoke.stage import Duty, Stage

TRANSIENT = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


@dataclass(frozen=True)
class Acknowledged:
    """One report that the site said it has: its name, its period, the value last taken."""

    name: str
    period: str
    value: str


@dataclass
class Writer:
    """Writes one report for each day back from today: begins it, corrects it, submits it."""

    stage: Stage
    duty: Duty
    stop: threading.Event = field(default_factory=threading.Event)
    log: list[Acknowledged] = field(default_factory=list)
    repeats: int = 0

    def run(self, periods: Iterator[str]) -> None:
        with self.stage.reporter.asks("warehouse") as channel:
            stub = SubmissionsServiceStub(channel)
            for number, period in enumerate(periods):
                if self.stop.is_set():
                    return
                self._report(stub, period, str(number))

    def _report(self, stub: SubmissionsServiceStub, period: str, value: str) -> None:
        item, *_ = self.duty.invented.values
        first = [
            pb.Value(item=key, value=given) for key, given in self.duty.invented.values.items()
        ]
        asked = pb.Submission(
            agency=self.stage.agency, form=self.duty.form.name, period=period, values=first
        )
        begun = self._ask(
            stub.CreateSubmission,
            pb.CreateSubmissionRequest(submission=asked, request_id=request_id()),
        )
        corrected = self._ask(
            stub.UpdateSubmission,
            pb.UpdateSubmissionRequest(
                name=begun.name,
                values=[pb.Value(item=item, value=value)],
                etag=begun.etag,
                request_id=request_id(),
            ),
        )
        self._ask(
            stub.SubmitSubmission,
            pb.SubmitSubmissionRequest(
                name=begun.name, etag=corrected.etag, request_id=request_id()
            ),
        )
        self.log.append(Acknowledged(begun.name, period, value))

    def _ask(self, rpc: Callable[[Any], pb.Submission], request: Any) -> pb.Submission:
        """Asks until there is an answer. The request_id makes the repeats one."""
        while True:
            try:
                return rpc(request)
            except (Refusal, SignInError, OSError) as failure:
                if isinstance(failure, Refusal) and failure.code not in TRANSIENT:
                    raise
                self.repeats += 1
                self.stop.wait(0.3)


def days_back(today: str, offset: int, step: int) -> Iterator[str]:
    """Every `step`-th day before today, so that writers do not meet."""
    day = date.fromisoformat(today) - timedelta(days=offset)
    while True:
        yield day.isoformat()
        day -= timedelta(days=step)
