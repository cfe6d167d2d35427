"""A random history, told to the service and to the model."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.warehouse.tests import make
from services.warehouse.tests.model.paper import Key, Model, Sheet

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1 import exemptions_pb2, obligations_pb2, submissions_pb2
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.kit.status import Refused
from saola.periods.local import local_day
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.consumers import agency_changed
from saola.testing.plugin import World

AGENCIES = [UUID(int=number) for number in range(11, 17)]
TYPES = {"DAY": PeriodType.DAY, "WEEK": PeriodType.WEEK, "MONTH": PeriodType.MONTH}
ITEMS = [
    make.Item(
        code=code, label_vi="Số", value_type=make.forms.Form.VALUE_TYPE_INTEGER, required=True
    )
    for code in ("1", "2", "3")
]
REVISED = range(2, 1_000_000)


class History:
    """Does one thing after the other, each some minutes or hours after the last."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, random.Random(seed)  # noqa: S311  # it is no secret
        self.moments: list[datetime] = []
        self.revisions = iter(REVISED)
        self.terms: dict[str, date] = {}
        self.names: dict[str, str] = {}
        self.verbs: list[Callable[[], Any]] = [
            *[self.oblige] * 4,
            self.end,
            *[self.exempt] * 2,
            self.revoke,
            self.close,
            *[self.submit] * 12,
            *[lambda: self.move("RETURNED")] * 3,
            *[lambda: self.move("APPROVED")] * 3,
            lambda: self.move("LOCKED"),
        ]

    async def begin(self) -> None:
        await make.warehouse(self.world)
        self.world.now = datetime(2026, 11, 2, 1, tzinfo=UTC)
        for id in AGENCIES:
            await self._tell(id)
        forms = {}
        for name, type in TYPES.items():
            asked = make.draft(*ITEMS, code=name)
            asked.period_type = make.forms.Form.PeriodType.Value(f"PERIOD_TYPE_{name}")
            forms[await make.published(self.world, asked)] = type
        self.model = Model(forms)
        self.obligations = make.obligations_of(make.steward(self.world))
        self.exemptions = make.steward(self.world).asks(ExemptionsServiceStub)

    async def go(self, steps: int) -> None:
        for _ in range(steps):
            self.world.now += timedelta(minutes=self.random.randint(1, 400))
            self.moments.append(self.world.now)
            await self.random.choice(self.verbs)()

    async def oblige(self) -> None:
        """Agencies that join late, and sometimes for a while only."""
        agency, form = self._agency(), self._form()
        first = self._day(-20, 20)
        end = self.random.choice([None, None, first + timedelta(days=self.random.randint(1, 40))])
        asked = obligations_pb2.Obligation(
            agency=agency, form=form, valid_from=str(first), valid_to=str(end or "")
        )
        request = obligations_pb2.CreateObligationRequest(obligation=asked)
        name = f"duty {len(self.terms)}"
        made = await self._agree(
            lambda: self.obligations.CreateObligation(request),
            lambda sheet: sheet.oblige(name, agency, form, first, end),
        )
        if made:
            self.terms[name], self.names[name] = first, made.name

    async def end(self) -> None:
        if not self.terms:
            return
        name, end = self.random.choice(list(self.terms)), self._day(-5, 15)
        first, asked = self.terms[name], self.names[name]
        found = await self.obligations.GetObligation(
            obligations_pb2.GetObligationRequest(name=asked)
        )
        request = obligations_pb2.EndObligationRequest(
            name=asked, etag=found.etag, valid_to=str(end)
        )
        await self._agree(
            lambda: self.obligations.EndObligation(request),
            lambda sheet: sheet.end(name, first, end),
        )

    async def exempt(self) -> None:
        agency, form = self._agency(), self.random.choice(["", self._form()])
        first = self._day(-10, 10)
        end = first + timedelta(days=self.random.randint(1, 10))
        asked = exemptions_pb2.Exemption(
            agency=agency, form=form, valid_from=str(first), valid_to=str(end), reason="Lũ quét"
        )
        request = exemptions_pb2.CreateExemptionRequest(exemption=asked)
        made = await self.exemptions.CreateExemption(request)
        self.model.happen(
            self.world.now, lambda sheet: sheet.exempt(made.name, agency, form, first, end)
        )

    async def revoke(self) -> None:
        if not self.model.now.exemptions:
            return
        name = self.random.choice(list(self.model.now.exemptions))
        found = await self.exemptions.GetExemption(exemptions_pb2.GetExemptionRequest(name=name))
        request = exemptions_pb2.RevokeExemptionRequest(
            name=name, etag=found.etag, reason="Đã thông đường"
        )
        await self._agree(
            lambda: self.exemptions.RevokeExemption(request), lambda sheet: sheet.revoke(name)
        )

    async def close(self) -> None:
        """Merged into another, or simply no more; identity closes an agency once."""
        left = [id for id in AGENCIES if make.agency(id) not in self.model.now.closed]
        if len(left) < 3:
            return
        gone, heir = self.random.sample(left, 2)
        on, successor = self._day(-3, 10), self.random.choice([heir, heir, None])
        await self._tell(gone, closed=str(on), successor=successor)
        taken = make.agency(successor) if successor else ""
        self.model.happen(self.world.now, lambda sheet: sheet.close(make.agency(gone), on, taken))

    async def submit(self) -> None:
        """A report for a period of these days, complete or not."""
        sheet = self.model.now
        duties = [one for one in sheet.duties.values() if one.days] or [None]
        if (duty := self.random.choice(duties)) is None:
            return
        day = self._day(-15, 1)
        period = str(Period.of(sheet.forms[duty.form], day))
        key, filled = Key(duty.agency, duty.form, period), self.random.randint(1, 3)
        at = self.world.now
        await self._agree(
            lambda: self._submitted(key, filled), lambda sheet: sheet.submit(key, filled, at)
        )

    async def move(self, state: str) -> None:
        if not self.model.now.reports:
            return
        key = self.random.choice(list(self.model.now.reports))
        await self._agree(lambda: self._moved(key, state), lambda sheet: sheet.move(key, state))

    async def _agree(
        self, ask: Callable[[], Any], verb: Callable[[Sheet], bool]
    ) -> Any:  # what the service answers
        """Both do it, or both refuse."""
        refusal, answer = None, None
        try:
            answer = await ask()
        except Refused as error:
            refusal = error
        allowed = self.model.happen(self.world.now, verb)
        assert allowed == (refusal is None), f"{refusal or answer} at {self.world.now}"
        return answer

    async def _submitted(self, key: Key, filled: int) -> Any:  # a report
        stub = make.reporter(self.world, UUID(key.agency.removeprefix("agencies/")))
        report = await self._report(stub, key)
        missing = submissions_pb2.Value.STATUS_MISSING
        values = [
            submissions_pb2.Value(item=code, value="1" if number < filled else "")
            for number, code in enumerate(("1", "2", "3"))
        ]
        for value in values[filled:]:
            value.status = missing
        if report is None:
            begun = submissions_pb2.Submission(
                agency=key.agency, form=key.form, period=key.period, values=values
            )
            request = submissions_pb2.CreateSubmissionRequest(submission=begun)
            report = await stub.CreateSubmission(request)
        else:
            update = submissions_pb2.UpdateSubmissionRequest(
                name=report.name, etag=report.etag, values=values
            )
            report = await stub.UpdateSubmission(update)
        return await stub.SubmitSubmission(make.submitting(report))

    async def _moved(self, key: Key, state: str) -> Any:  # a report
        stub = make.approver(self.world, UUID(key.agency.removeprefix("agencies/")))
        if state == "LOCKED":
            stub = make.reports_of(make.steward(self.world))
        report = await self._report(stub, key)
        given = {"name": report.name, "etag": report.etag}
        match state:
            case "RETURNED":
                request = submissions_pb2.ReturnSubmissionRequest(**given, reason="Xem lại")
                return await stub.ReturnSubmission(request)
            case "APPROVED":
                return await stub.ApproveSubmission(
                    submissions_pb2.ApproveSubmissionRequest(**given)
                )
            case _:
                return await stub.LockSubmission(submissions_pb2.LockSubmissionRequest(**given))

    async def _report(self, stub: Any, key: Key) -> Any:  # a report, or none
        request = submissions_pb2.ListSubmissionsRequest(
            agency=key.agency, form=key.form, period=key.period
        )
        found = (await stub.ListSubmissions(request)).submissions
        return found[0] if found else None

    async def _tell(self, id: UUID, closed: str = "", successor: UUID | None = None) -> None:
        state = Agency(
            name=make.agency(id),
            code=f"A{id.int}",
            display_name=f"Xã {id.int}",
            kind=Agency.KIND_COMMITTEE,
            parents=[make.BELOW_ROOT],
            valid_from="2020-01-01",
            valid_to=closed,
            successor=make.agency(successor) if successor else "",
            etag=f'"{next(self.revisions)}"',
        )
        async with self.world.unit("warehouse") as unit:
            await agency_changed(unit, events.AgencyChanged(agency=state.name, state=state))

    def _agency(self) -> str:
        return make.agency(self.random.choice(AGENCIES))

    def _form(self) -> str:
        return self.random.choice(list(self.model.forms))

    def _day(self, earliest: int, latest: int) -> date:
        days = self.random.randint(earliest, latest)
        return local_day(self.world.now) + timedelta(days=days)
