"""What is written in a history: each verb is told to the service and to the model."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.warehouse.tests import make
from services.warehouse.tests.model.deadlines import Deadlines
from services.warehouse.tests.model.duties import Duty
from services.warehouse.tests.model.paper import OPEN, Key, Model, Said, Sheet
from services.warehouse.tests.model.process import Mortal
from services.warehouse.tests.model.streams import retry, take

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.quarantine_pb2 import ListImportsRequest, RetryQuarantineRequest
from saola.kit.status import Refused
from saola.periods.local import local_day
from saola.periods.periods import Period
from saola.testing.world import World

ITEMS = ("1", "2", "3", "4")
STATUSES = ["", "", "", "", "MISSING", "NOTHING_OCCURRED", "ESTIMATED"]
WITHDRAWN = Said("", "")
SILENT = {"MISSING", "NOTHING_OCCURRED"}
RECENT = 90  # reports, of which most moves are about


@dataclass
class Teller:
    """Tells the same to both; both do it, or both refuse."""

    world: World
    mortal: Mortal
    random: random.Random
    model: Model
    _requests: int = 0

    async def tell(
        self,
        rpc: Callable[[Any], Awaitable[Any]],
        request: Any,  # of any kind, with a request_id
        verb: Callable[[Sheet], bool],
    ) -> Any:  # what the service answers
        refusal, answer = None, None
        self._requests += 1
        request.request_id = f"{UUID(int=self._requests)}"
        try:
            answer = await self.mortal.done(lambda: rpc(request))
        except Refused as error:
            refusal = error
        allowed = self.model.happen(self.world.now, verb)
        assert allowed == (refusal is None), (
            f"The model {'takes' if allowed else 'refuses'} {type(request).__name__} at "
            f"{self.world.now}, the service says: {refusal or answer}\n{request}"
        )
        return answer


class Reporting:
    """Chooses a report and writes it."""

    def __init__(self, teller: Teller, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._tell, self._random = teller.tell, teller.random
        self._world, self._mortal, self._model = teller.world, teller.mortal, teller.model
        self.names, self._imports = dict[Key, str](), dict[str, str]()
        self.verbs: list[Callable[[], Awaitable[None]]] = [
            *[self.submit] * 8,
            *[self.enter, self.stream, self.retry] * 2,
            *[self.correct] * 3,
        ]

    async def enter(self) -> None:
        """What is said of a period of these days, all of it or not, and not yet submitted."""
        duties = [one for one in self._model.now.duties.values() if one.days]
        if duties:
            await self._write(self._key(self._random.choice(duties)))

    async def stream(self) -> None:
        """What a system sends of several periods: each value is taken by itself."""
        duties = [one for one in self._model.now.duties.values() if one.days]
        if not duties:
            return
        duty, at = self._random.choice(duties), self._world.now
        keys = {self._key(duty) for _ in range(3)}
        said = {
            key: {item: one for item, one in self.statements().items() if one != WITHDRAWN}
            for key in sorted(keys)
        }
        rows = [(key, item, one) for key, of in said.items() for item, one in of.items()]
        if not rows:
            return
        request = pb.ImportValuesRequest(
            agency=duty.agency,
            form=duty.form,
            periods=[key.period for key, _, _ in rows],
            items=[item for _, item, _ in rows],
            values=[one.value for _, _, one in rows],
            statuses=[status_of(one) for _, _, one in rows],
        )
        taken, name = Counter[str](), f"{duty.agency} {at}"

        def verb(sheet: Sheet) -> bool:
            taken.update(take(sheet, name, {key: kept(of) for key, of in said.items()}, at))
            return True

        stub = make.reporter(self._world, id_of(key := keys.pop()))
        answer = await self._tell(lambda asked: stub.ImportValues(iter([asked])), request, verb)
        counts = Counter(stored=answer.stored, unchanged=answer.unchanged, refused=answer.refused)
        assert counts == taken, f"The model has {taken}, the service {answer}\n{request}"
        await self._learn(said)
        if answer.refused:
            asked = ListImportsRequest(page_size=1, agency=duty.agency)
            stub = self._quarantine(key)
            [last] = (await self._mortal.answer(lambda: stub.ListImports(asked))).imports
            self._imports[name] = last.name

    async def retry(self) -> None:
        """What a system sent and was refused, once more. Of what was opened meanwhile it is hard to
        say on paper when it was said."""
        reports, waiting = self._model.now.reports, self._model.now.waiting
        fit = [
            name
            for name, (_, of) in waiting.items()
            if not any(key in reports and reports[key].opened for key in of)
        ]
        if not fit:
            return
        at, taken = self._world.now, Counter[str]()
        now = [name for name in fit if any(self._is_open(key, at) for key in waiting[name][1])]
        name = self._random.choice(now[-RECENT:] or fit[-RECENT:])
        said = waiting[name][1]

        def verb(sheet: Sheet) -> bool:
            taken.update(retry(sheet, name, at))
            return True

        request = RetryQuarantineRequest()
        setattr(request, "import", self._imports[name])
        stub = self._quarantine(next(iter(said)))
        answer = await self._tell(stub.RetryQuarantine, request, verb)
        counts = Counter(stored=answer.stored, unchanged=answer.unchanged, refused=answer.refused)
        assert counts == taken, f"The model has {taken}, the service {answer}\n{said}"
        await self._learn(said)

    def _is_open(self, key: Key, at: datetime) -> bool:
        report = self._model.now.reports.get(key)
        begun = report.state in OPEN if report else self._model.now.may_begin(key, at)
        return begun and self._random.random() < 0.8

    async def _learn(self, keys: Collection[Key]) -> None:
        """The names of reports that were begun."""
        for key in keys:
            if key in self._model.now.reports and key not in self.names:
                self.names[key] = await self._named(key)

    def _quarantine(self, key: Key) -> Any:  # the stub of a generated module
        of = id_of(key)
        return make.quarantine_of(self._world.person(f"reporter-{of.int}", "reporter", of=of))

    async def _named(self, key: Key) -> str:
        stub = make.reporter(self._world, id_of(key))
        request = pb.ListSubmissionsRequest(agency=key.agency, form=key.form, period=key.period)
        [found] = (await self._mortal.answer(lambda: stub.ListSubmissions(request))).submissions
        return found.name

    async def submit(self) -> None:
        duties = [one for one in self._model.now.duties.values() if one.days]
        lately = [one for one in duties if local_day(self._world.now) in one.days]
        if duties:
            await self._send(self._key(self._random.choice(lately or duties)))

    async def correct(self) -> None:
        """What is with its writer again is written anew, and most of it sent."""
        if key := self.report(OPEN):
            await (self._send if self._random.random() < 0.8 else self._write)(key)

    async def _write(self, key: Key) -> bool:
        """Begins the report, or goes on with it."""
        said, at = self.statements(), self._world.now
        values = [
            pb.Value(item=item, value=one.value, status=status_of(one))
            for item, one in said.items()
        ]
        stub, as_kept = make.reporter(self._world, id_of(key)), kept(said)

        def verb(sheet: Sheet) -> bool:
            return sheet.write(key, as_kept, at)

        if key in self.names:
            found = await self.found(key)
            update = pb.UpdateSubmissionRequest(name=found.name, etag=found.etag, values=values)
            return bool(await self._tell(stub.UpdateSubmission, update, verb))
        report = pb.Submission(agency=key.agency, form=key.form, period=key.period, values=values)
        request = pb.CreateSubmissionRequest(submission=report)
        made = await self._tell(stub.CreateSubmission, request, verb)
        self.names |= {key: made.name} if made else {}
        return bool(made)

    async def _send(self, key: Key) -> None:
        if await self._write(key):
            found, at = await self.found(key), self._world.now
            stub = make.reporter(self._world, id_of(key))
            request = pb.SubmitSubmissionRequest(name=found.name, etag=found.etag)
            working_days = self._model.forms[key.form].working_days
            due = self._deadlines.due(Period.read(key.period), working_days)
            who = f"reporter-{id_of(key).int}"
            await self._tell(
                stub.SubmitSubmission, request, lambda sheet: sheet.submit(key, who, at, due)
            )

    async def found(self, key: Key) -> pb.Submission:
        stub = make.reporter(self._world, id_of(key))
        request = pb.GetSubmissionRequest(name=self.names[key])
        return await self._mortal.answer(lambda: stub.GetSubmission(request))

    def _key(self, duty: Duty) -> Key:
        day = local_day(self._world.now) + timedelta(days=self._random.randint(-15, 1))
        period = Period.of(self._model.forms[duty.form].type, day)
        return Key(duty.agency, duty.form, str(period))

    def report(self, states: Collection[str]) -> Key | None:
        """One of the latest in one of these states; now and then any, or none if there is none."""
        reports = list(self._model.now.reports.items())
        fit = [key for key, one in reports[-RECENT:] if one.state in states]
        if self._random.random() < 0.2:
            fit = [key for key, _ in reports]
        return self._random.choice(fit) if fit else None

    def statements(self) -> Mapping[str, Said]:
        """Mostly all that must be said; sometimes less, nothing any more, or what is no number."""
        some = self._random.random() < 0.25
        said = {item: self._statement() for item in ITEMS}
        left = self._random.sample(ITEMS, self._random.randint(1, 3)) if some else ITEMS
        if self._random.random() < 0.03:
            said[left[0]] = Said("", "?")
        return {item: one for item, one in said.items() if item in left}

    def _statement(self) -> Said:
        status = self._random.choice(STATUSES)
        if status in SILENT:
            return Said(status, "")
        if not status and self._random.random() < 0.05:
            return WITHDRAWN
        whole, tenth = divmod(self._random.randint(0, 900), 10)
        value = f"{whole}.{tenth}" if tenth else f"{whole}"
        return Said(status, self._random.choice([value, value, value, "0"]))


def id_of(key: Key) -> UUID:
    return UUID(key.agency.removeprefix("agencies/"))


def status_of(said: Said) -> Any:  # the number of an enum
    return pb.Value.Status.Value(f"STATUS_{said.status or 'UNSPECIFIED'}")


def kept(said: Mapping[str, Said]) -> dict[str, Said]:
    """As it is kept: what has a value and no status is a value."""
    return {
        item: one._replace(status=one.status or "VALUE" * bool(one.value))
        for item, one in said.items()
    }
