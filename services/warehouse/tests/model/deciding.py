"""What is decided about reports in a history: by approvers, by their deputies, by stewards."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.warehouse.tests import make
from services.warehouse.tests.model.deputies import DEPUTIES, Deputies
from services.warehouse.tests.model.paper import Hand, Key
from services.warehouse.tests.model.process import done
from services.warehouse.tests.model.province import BRANCHES, Province
from services.warehouse.tests.model.reporting import Reporting, Teller, id_of

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import unlocks_pb2 as unlocks
from saola.kit.pb import stamp
from saola.periods.local import local_day


class Deciding:
    """Chooses a report and somebody who decides about it, or may not."""

    def __init__(self, teller: Teller, reporting: Reporting, province: Province) -> None:
        self._tell, self._random, self._model = teller.tell, teller.random, teller.model
        self._world, self._reporting, self._province = teller.world, reporting, province
        self._deputies = Deputies(teller.random)
        self._asked = dict[Key, unlocks.Unlock]()
        self.verbs: list[Callable[[], Awaitable[None]]] = [
            *[self.give_back] * 4,
            *[self.approve] * 6,
            *[self.lock] * 2,
            self.delegate,
            self.ask,
            self.decide,
        ]

    async def delegate(self) -> None:
        """For whoever has to decide about one of the latest reports."""
        key = self._reporting.report({"SUBMITTED"})
        owners = [id_of(key)] if key else []
        self._deputies.delegate(owners, local_day(self._world.now))

    async def give_back(self) -> None:
        if not (key := self._reporting.report({"SUBMITTED"})):
            return
        if self._model.now.reports[key].is_over(self._world.now):
            await done(
                self._world, "relock", self._world.now
            )  # or it would be a race whether it is taken back at once
        found, (stub, hand) = await self._reporting.found(key), self._decider(key)
        request = pb.ReturnSubmissionRequest(name=found.name, etag=found.etag, reason="Xem lại")
        await self._tell(stub.ReturnSubmission, request, lambda sheet: sheet.give_back(key, hand))

    async def approve(self) -> None:
        if key := self._reporting.report({"SUBMITTED"}):
            found, (stub, hand) = await self._reporting.found(key), self._decider(key)
            request = pb.ApproveSubmissionRequest(name=found.name, etag=found.etag)
            await self._tell(stub.ApproveSubmission, request, lambda of: of.approve(key, hand))

    async def lock(self) -> None:
        if key := self._reporting.report({"APPROVED"}):
            found = await self._reporting.found(key)
            request = pb.LockSubmissionRequest(name=found.name, etag=found.etag)
            stub = make.reports_of(make.steward(self._world))
            await self._tell(stub.LockSubmission, request, lambda sheet: sheet.lock(key))

    async def ask(self) -> None:
        """That a report be open again."""
        if key := self._reporting.report({"APPROVED", "LOCKED"}):
            name = self._reporting.names[key]
            request = unlocks.RequestUnlockRequest(submission=name, reason="Nhập nhầm")
            stub = make.unlocks_of(self._world.person("asks", "reporter", of=id_of(key)))
            made = await self._tell(stub.RequestUnlock, request, lambda sheet: sheet.ask(key))
            self._asked |= {key: made} if made else {}

    async def decide(self) -> None:
        if not self._asked:
            return
        key = self._random.choice(list(self._asked))
        asked = self._asked.pop(key)
        stub = make.unlocks_of(make.steward(self._world))
        if self._random.random() < 0.2:
            no = unlocks.RefuseUnlockRequest(name=asked.name, etag=asked.etag, reason="Đã chốt")
            await self._tell(stub.RefuseUnlock, no, lambda sheet: sheet.deny(key))
        else:
            until = self._world.now + timedelta(minutes=self._random.randint(1, 3000))
            yes = unlocks.GrantUnlockRequest(
                name=asked.name, etag=asked.etag, end_time=stamp(until)
            )
            await self._tell(stub.GrantUnlock, yes, lambda sheet: sheet.unlock(key, until))

    async def relock(self) -> None:
        """What is open for too long is taken back by the clock of the service, at this moment."""
        over = self._model.now.over(self._world.now)
        if over:
            await done(self._world, "relock", self._world.now)
        for key in over:
            self._model.happen(self._world.now, lambda sheet, key=key: sheet.relock(key))

    def _decider(self, key: Key) -> tuple[Any, Hand]:  # the stub of a generated module
        """Mostly an approver of the agency or of the root; else one from anywhere, or a deputy."""
        lot, owner, today = self._random.random(), id_of(key), local_day(self._world.now)
        if lot < 0.3:
            who = self._deputies.about({owner, make.ROOT})
            held = self._deputies.positions(who, today)
            also = {agency: whose for agency, whose in held.items() if whose}
            stub = make.reports_of(self._world.deputy(who, "approver", of=DEPUTIES[who], also=also))
        else:
            others = [*BRANCHES, *self._province.agencies]
            one = owner if lot < 0.7 else make.ROOT if lot < 0.9 else self._random.choice(others)
            who, held, stub = f"approver-{one.int}", {one: ""}, make.approver(self._world, one)
        return stub, Hand(who, self._posts(owner, held))

    def _posts(self, owner: UUID, held: Mapping[UUID, str]) -> Mapping[str, str]:
        """What these positions are to an agency; by right where one of them is so."""
        found = dict[str, str]()
        for position, whose in held.items():
            post = self._province.now.post(position, owner)
            if post and found.get(post) != "":
                found[post] = whose
        return found
