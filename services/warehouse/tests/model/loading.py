"""What is loaded in a history: reports that had come elsewhere, and when they had."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

from services.warehouse.tests import make
from services.warehouse.tests.model.deadlines import Deadlines
from services.warehouse.tests.model.paper import Key, Said, Sheet
from services.warehouse.tests.model.reporting import WITHDRAWN, Reporting, Teller, kept, status_of

from saola.apis.warehouse.v1.loads_pb2 import LoadReportsRequest
from saola.apis.warehouse.v1.loads_pb2_grpc import LoadsServiceStub
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.pb import stamp
from saola.periods.local import instant, local_day
from saola.periods.periods import Period

AT_ONCE, LONGEST_AGO = 3, 60  # reports; days


class Stated(NamedTuple):
    """What a report had said, when it had come, and when it was due."""

    said: Mapping[str, Said]
    came: datetime
    due: datetime


class Loading:
    """Chooses periods that are over, mostly; and what they had said."""

    def __init__(self, teller: Teller, reporting: Reporting, deadlines: Deadlines) -> None:
        self._tell, self._random, self._model = teller.tell, teller.random, teller.model
        self._world, self._reporting, self._deadlines = teller.world, reporting, deadlines
        self._before = dict[Key, Stated]()

    async def load(self) -> None:
        """Now and then the same again."""
        duties = [one for one in self._model.now.duties.values() if one.days]
        if not duties:
            return
        duty, now = self._random.choice(duties), self._world.now
        keys = sorted({self._key(duty.agency, duty.form) for _ in range(AT_ONCE)})
        stated = {key: self._stated(key, now) for key in keys}
        request = LoadReportsRequest(
            agency=duty.agency,
            form=duty.form,
            reports=[_report(key, one) for key, one in stated.items()],
            reason="Chuyển từ hệ thống cũ",
        )
        became = dict[str, str]()

        def verb(sheet: Sheet) -> bool:
            if not all(one.said for one in stated.values()):
                return False  # one says nothing: such a call is malformed
            for key, (said, came, due) in stated.items():
                became[key.period] = sheet.load(key, kept(said), (came, now, due))
            return True

        stub = make.steward(self._world).asks(LoadsServiceStub)
        answer = await self._tell(stub.LoadReports, request, verb)
        if answer is None:
            return
        told = {
            one.period: "refused" if one.reason else "unchanged" if one.unchanged else "loaded"
            for one in answer.outcomes
        }
        assert told == became, f"The model has {became}, the service {answer}\n{request}"
        for key, one in zip(stated, answer.outcomes, strict=True):
            if one.submission:
                self._reporting.names[key] = one.submission
                self._before[key] = stated[key]

    def _key(self, agency: str, form: str) -> Key:
        known = [key for key in self._before if (key.agency, key.form) == (agency, form)]
        if known and self._random.random() < 0.1:
            return self._random.choice(known)
        day = local_day(self._world.now) - timedelta(days=self._random.randint(0, LONGEST_AGO))
        return Key(agency, form, str(Period.of(self._model.forms[form].type, day)))

    def _stated(self, key: Key, now: datetime) -> Stated:
        """Mostly around the day on which it was due; sometimes too early, or not yet."""
        if key in self._before and self._random.random() < 0.6:
            return self._before[key]
        period = Period.read(key.period)
        due = self._deadlines.due(period, self._model.forms[key.form].working_days)
        begin = instant(period.begin, time())
        moments = [due, due + timedelta(days=1), begin - timedelta(seconds=1), now, now]
        hours = timedelta(hours=self._random.randint(0, 30))
        came = min(due - hours, now) if self._random.random() < 0.7 else None
        said = self._reporting.statements()
        some = {item: one for item, one in said.items() if one != WITHDRAWN}
        return Stated(some, came or self._random.choice(moments), due)


def _report(key: Key, stated: Stated) -> LoadReportsRequest.Report:
    values = [
        Value(item=item, value=one.value, status=status_of(one))
        for item, one in stated.said.items()
    ]
    return LoadReportsRequest.Report(period=key.period, came_time=stamp(stated.came), values=values)
