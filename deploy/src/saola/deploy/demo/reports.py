"""The demo's reports: those of the past are loaded, those of today are entered and submitted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from saola.apis.warehouse.v1 import loads_pb2 as loads
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.loads_pb2_grpc import LoadsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.client.site import request_id
from saola.deploy.demo.arrivals import came
from saola.deploy.demo.directory import Step, pages
from saola.deploy.demo.history import History, share
from saola.deploy.demo.province import Form, Indicator
from saola.periods.periods import Period

TOGETHER: Final = 20  # loaded by one call, which has thirty seconds on a busy machine too
SENT, BEGUN = 0.6, 0.8  # of today's daily reports: sent below the first, begun below the second
REASON: Final = (
    "Chuyển từ hệ thống báo cáo trước đây của tỉnh; thời điểm đến theo nhật ký của hệ thống đó"
)
DRAFT = submissions.Submission.STATE_DRAFT


class Duty(NamedTuple):
    """What a unit reports, `agency` and `name` being names in the site."""

    form: Form
    items: list[Indicator]
    unit: str
    agency: str
    name: str


@dataclass
class Reports:
    """Enters reports over the channel of a reporter, and loads over that of a steward."""

    reporter: Any
    steward: Any
    step: Step
    history: History

    def past(self, duty: Duty, periods: list[Period], now: datetime) -> None:
        """What is not there and had come in the system that the province had before."""
        known = {one.period for one in self._list(duty)}
        missing = [one for one in periods if str(one) not in known]
        reports = list(self._stated(duty, missing, now))
        stub = LoadsServiceStub(self.steward)
        for start in range(0, len(reports), TOGETHER):
            request = loads.LoadReportsRequest(
                agency=duty.agency,
                form=duty.name,
                reports=reports[start : start + TOGETHER],
                reason=REASON,
                request_id=request_id(),
            )
            _check(stub.LoadReports(request).outcomes)

    def _stated(
        self, duty: Duty, periods: list[Period], now: datetime
    ) -> Iterator[loads.LoadReportsRequest.Report]:
        for period in periods:
            if moment := came(duty.form, duty.unit, period, now):
                values = self._values(duty, period)
                report = loads.LoadReportsRequest.Report(period=str(period), values=values)
                report.came_time.FromDatetime(moment)
                yield report

    def today(self, duty: Duty, today: Period) -> None:
        """Some have sent today's, some have begun, some have not."""
        stub = SubmissionsServiceStub(self.reporter)
        lot = share(duty.form.code, duty.unit, str(today))
        found = next(self._list(duty, str(today)), None)
        if found is None and lot < BEGUN:
            begun = submissions.Submission(
                agency=duty.agency,
                form=duty.name,
                period=str(today),
                values=self._values(duty, today),
            )
            found = stub.CreateSubmission(
                submissions.CreateSubmissionRequest(submission=begun, request_id=request_id())
            )
        if found is not None and found.state == DRAFT and lot < SENT:
            request = submissions.SubmitSubmissionRequest(
                name=found.name, etag=found.etag, request_id=request_id()
            )
            stub.SubmitSubmission(request)

    def _values(self, duty: Duty, period: Period) -> list[submissions.Value]:
        return [
            submissions.Value(item=item.code, value=self.history.reported(item, duty.unit, period))
            for item in duty.items
        ]

    def _list(self, duty: Duty, period: str = "") -> Iterator[Any]:
        stub = SubmissionsServiceStub(self.reporter)

        def ask(token: str) -> Any:
            return stub.ListSubmissions(
                submissions.ListSubmissionsRequest(
                    page_size=1000,
                    page_token=token,
                    agency=duty.agency,
                    form=duty.name,
                    period=period,
                )
            )

        return pages(ask, "submissions")


def _check(outcomes: Iterable[loads.LoadReportsResponse.Outcome]) -> None:
    for one in outcomes:
        if one.reason:
            raise RuntimeError(f"{one.period}: {one.reason}: {one.message}")
