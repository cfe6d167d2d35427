"""A client that writes reports without end, and keeps its own log of what was acknowledged."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import request_id
from tests.faults.client import Client
from tests.smoke.invent import lots
from tests.smoke.stage import Duty, Stage

SENT, APPROVED = pb.Submission.STATE_SUBMITTED, pb.Submission.STATE_APPROVED
MOST_CORRECTIONS = 3


@dataclass
class Acknowledged:
    """One report that the site said it has: its period, the value last taken, what became of it,
    and how often each thing was done to it."""

    name: str
    period: str
    value: str
    state: int
    moves: Counter[str] = field(default_factory=Counter)


class Writer(Client):
    """Writes one report for each day back from today: begins it, corrects it, submits it. Some are
    returned and corrected again, some are approved."""

    def __init__(self, stage: Stage, duty: Duty, periods: Iterator[str], seed: int) -> None:
        super().__init__()
        self._stage, self._duty, self._periods = stage, duty, periods
        self._lot, self.log = lots(seed), list[Acknowledged]()

    def work(self) -> None:
        with (
            self._stage.reporter.asks("warehouse") as writes,
            self._stage.approver.asks("warehouse") as decides,
        ):
            stubs = SubmissionsServiceStub(writes), SubmissionsServiceStub(decides)
            for number, period in enumerate(self._periods):
                if self.stop.is_set():
                    return
                self._report(*stubs, period, number)

    def _report(self, writes: Any, decides: Any, period: str, number: int) -> None:
        first = [
            pb.Value(item=key, value=given) for key, given in self._duty.invented.values.items()
        ]
        begun = pb.Submission(
            agency=self._stage.agency, form=self._duty.form.name, period=period, values=first
        )
        asked = pb.CreateSubmissionRequest(submission=begun, request_id=request_id())
        said, moves = self.ask(writes.CreateSubmission, asked), Counter(created=1)
        item, before = next(iter(self._duty.invented.values.items()))
        for turn in range(self._lot.randint(1, MOST_CORRECTIONS)):
            if turn:
                no = pb.ReturnSubmissionRequest(reason="Xem lại", **_at(said))
                said = self.ask(decides.ReturnSubmission, no)
            value = f"{MOST_CORRECTIONS * number + turn}"
            values = [pb.Value(item=item, value=value)]
            update = pb.UpdateSubmissionRequest(values=values, **_at(said))
            said = self.ask(writes.UpdateSubmission, update)
            said = self.ask(writes.SubmitSubmission, pb.SubmitSubmissionRequest(**_at(said)))
            moves += Counter(entered=int(value != before), submitted=1, returned=min(turn, 1))
            before = value
        if self._lot.random() < 0.5:
            said = self.ask(decides.ApproveSubmission, pb.ApproveSubmissionRequest(**_at(said)))
            moves["approved"] += 1
        self.log.append(Acknowledged(said.name, period, value, said.state, moves))


def _at(said: pb.Submission) -> dict[str, str]:
    """The report as it is now, in a request of its own."""
    return {"name": said.name, "etag": said.etag, "request_id": request_id()}


def days_back(today: str, offset: int, step: int) -> Iterator[str]:
    """Every `step`-th day before today, so that writers do not meet."""
    day = date.fromisoformat(today) - timedelta(days=offset)
    while True:
        yield day.isoformat()
        day -= timedelta(days=step)
