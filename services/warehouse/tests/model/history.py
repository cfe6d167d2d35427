"""A random history, told to the service and to the model: who owes what, and what they report."""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.warehouse.tests import make
from services.warehouse.tests.model.deciding import Deciding
from services.warehouse.tests.model.loading import Loading
from services.warehouse.tests.model.paper import REQUIRED, Form, Model
from services.warehouse.tests.model.planning import Planning
from services.warehouse.tests.model.process import Mortal
from services.warehouse.tests.model.province import BRANCHES, MANY, PLACES, TURNS, Province
from services.warehouse.tests.model.reporting import Reporting, Teller
from services.warehouse.tests.model.sums import KINDS, MEASURES, RATES

from saola.apis.warehouse.v1 import editions_pb2 as editions
from saola.apis.warehouse.v1 import exemptions_pb2, obligations_pb2
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.kit.broker import Broker
from saola.periods.local import LOCAL, local_day
from saola.periods.periods import Period, PeriodType
from saola.testing.world import World

BEGIN = datetime(2026, 11, 2, 1, tzinfo=UTC)
LONGEST = timedelta(days=300)  # no history is longer
FORMS = {
    "DAY": Form(PeriodType.DAY, ["own"]),
    "WEEK": Form(PeriodType.WEEK, ["own", "superior"], working_days=1),
    "MONTH": Form(PeriodType.MONTH, ["own"], working_days=3),
}
WHERE = {
    "own": make.forms.Form.Level.WHERE_OWN,
    "superior": make.forms.Form.Level.WHERE_SUPERIOR,
}
OPTIONAL = "4"  # the item that is not always required
OBLIGED = 12  # times, before it begins
LATEST_KILL = 0.03  # seconds after the call has begun; most take less


class History:
    """Does one thing after the other, each some minutes or hours after the last."""

    def __init__(self, world: World, mortal: Mortal, seed: int, operations: int) -> None:
        self.world, self.mortal, self.operations = world, mortal, operations
        self.random = drawing(seed)
        self.province = Province(world)
        self.counts = dict[str, int]()
        self._terms, self._names = dict[str, date](), dict[str, str]()
        self._longest = min(400, LONGEST // timedelta(minutes=1) * 2 // operations)

    async def begin(self) -> None:
        self.mortal.tell_time(BEGIN)
        broker = Broker(self.world.site.nats, "history")
        await broker.stream()
        await broker.close()
        await self.province.begin()
        self.indicators = await _indicators(self.world)
        made = {await _form(self.world, name, self.indicators): of for name, of in FORMS.items()}
        self.model = Model(made)
        teller = Teller(self.world, self.mortal, self.random, self.model)
        self.reporting = Reporting(teller, self.province.deadlines)
        self.deciding = Deciding(teller, self.reporting, self.province)
        self.planning = Planning(teller, self.province, self.indicators)
        self.loading = Loading(teller, self.reporting, self.province.deadlines)
        self._tell = teller.tell
        for _ in range(OBLIGED):
            await self.oblige()
        self._verbs: list[Callable[[], Awaitable[None]]] = [
            *[self.oblige] * 6,
            *[self.end, self.revoke, self.found] * 2,
            *[self.exempt] * 3,
            self.close,
            *[self.move] * 2,
            self.resettle,
            *[self.mark] * 3,
            *[self.again] * 2,
            *[self.planning.plan] * 8,
            self.revise,
            *self.reporting.verbs * 3,
            *self.deciding.verbs * 3,
            *[self.loading.load] * 9,
        ]

    async def go(self, steps: int) -> None:
        for _ in range(steps):
            former = self.world.now
            later = former + timedelta(minutes=self.random.randint(1, self._longest))
            if later.astimezone(LOCAL).time() < TURNS:
                later += timedelta(minutes=1)
            self.mortal.tell_time(later)
            await self.province.turn(former)
            await self.deciding.relock()
            verb = self.random.choice(self._verbs)
            self.counts[verb.__name__] = self.counts.get(verb.__name__, 0) + 1
            await verb()

    def doom(self) -> None:
        """In the middle of what comes next it is killed."""
        self.mortal.kill_in(self.random.uniform(0, LATEST_KILL))

    @property
    def _obligations(self) -> Any:  # the stub of a generated module, with a token that is fresh
        return make.obligations_of(make.steward(self.world))

    @property
    def _exemptions(self) -> Any:  # as above
        return make.steward(self.world).asks(ExemptionsServiceStub)

    async def oblige(self) -> None:
        """Agencies that join late, and sometimes for a while only."""
        agency, form = self._agency(), self._form()
        first = self._day(-20, 20)
        end = self.random.choice([None, None, first + timedelta(days=self.random.randint(1, 40))])
        asked = obligations_pb2.Obligation(
            agency=agency, form=form, valid_from=str(first), valid_to=str(end or "")
        )
        name = f"duty {len(self._terms)}"
        made = await self._tell(
            self._obligations.CreateObligation,
            obligations_pb2.CreateObligationRequest(obligation=asked),
            lambda sheet: sheet.oblige(name, agency, form, first, end),
        )
        if made:
            self._terms[name], self._names[name] = first, made.name

    async def end(self) -> None:
        if not self._terms:
            return
        name, end = self.random.choice(list(self._terms)), self._day(-5, 15)
        first, asked = self._terms[name], self._names[name]
        request = obligations_pb2.GetObligationRequest(name=asked)
        found = await self.mortal.answer(lambda: self._obligations.GetObligation(request))
        await self._tell(
            self._obligations.EndObligation,
            obligations_pb2.EndObligationRequest(name=asked, etag=found.etag, valid_to=str(end)),
            lambda sheet: sheet.end(name, first, end),
        )

    async def exempt(self) -> None:
        agency, form = self._agency(), self.random.choice(["", self._form()])
        first = self._day(-10, 10)
        end = first + timedelta(days=self.random.randint(1, 10))
        asked = exemptions_pb2.Exemption(
            agency=agency, form=form, valid_from=str(first), valid_to=str(end), reason="Lũ quét"
        )
        name = f"exemption {len(self._names)}"
        made = await self._tell(
            self._exemptions.CreateExemption,
            exemptions_pb2.CreateExemptionRequest(exemption=asked),
            lambda sheet: sheet.exempt(name, agency, form, first, end),
        )
        self._names[name] = made.name

    async def revoke(self) -> None:
        if not self.model.now.exemptions:
            return
        name = self.random.choice(list(self.model.now.exemptions))
        request = exemptions_pb2.GetExemptionRequest(name=self._names[name])
        found = await self.mortal.answer(lambda: self._exemptions.GetExemption(request))
        await self._tell(
            self._exemptions.RevokeExemption,
            exemptions_pb2.RevokeExemptionRequest(
                name=found.name, etag=found.etag, reason="Đã thông đường"
            ),
            lambda sheet: sheet.revoke(name),
        )

    async def found(self) -> None:
        """A new agency, as long as there are not many."""
        if len(self.province.living()) < MANY:
            await self.mortal.done(self.province.found)

    async def revise(self) -> None:
        """A new edition of a form, which requires one item more, or does not."""
        name = self._form()
        since = Period.of(self.model.forms[name].type, self._day(-10, 20))
        required = (*REQUIRED, *self.random.choice([(), (OPTIONAL,)]))
        stub, asked = make.forms_of(make.steward(self.world)), forms.GetFormRequest(name=name)
        found = await self.mortal.answer(lambda: stub.GetForm(asked))
        draft = await self._tell(
            make.editions_of(make.steward(self.world)).ReviseForm,
            editions.ReviseFormRequest(name=name, etag=found.etag),
            lambda _: True,
        )
        draft.in_force_from = str(since)
        for item in draft.items:
            item.required = item.code in required
        update = forms.UpdateFormRequest(form=draft)
        draft = await self._tell(stub.UpdateForm, update, lambda _: True)
        await self._tell(
            stub.PublishForm,
            forms.PublishFormRequest(name=name, etag=draft.etag),
            lambda sheet: sheet.revise(name, since.begin, required),
        )

    async def close(self) -> None:
        """Merged into another, or simply no more; identity closes an agency once, and only one
        below which nobody is."""
        on, living = self._day(-3, 10), self.province.living()
        leaves = [
            id for id in self.province.leaves(on) if self.province.last(id).valid_from < str(on)
        ]
        if len(living) < 3 or not leaves:
            return
        gone = self.random.choice(leaves)
        heir = self.random.choice([id for id in living if id != gone])
        taken = self.random.choice([make.agency(heir)] * 2 + [""])
        await self.mortal.done(lambda: self.province.close(gone, on, taken))
        self.model.happen(self.world.now, lambda sheet: sheet.close(make.agency(gone), on, taken))

    async def move(self) -> None:
        """Below another branch or an older agency, so that nobody is above itself."""
        id = self.random.choice(self.province.living())
        on = self._day(-3, 10)
        older = [one for one in self.province.living() if one < id]
        above = make.agency(self.random.choice([*BRANCHES, *older[-2:]]))
        last = self.province.last(id)
        if last.valid_from < str(on) and last.agency != above:
            await self.mortal.done(lambda: self.province.move(id, on, above))

    async def resettle(self) -> None:
        """Into another area, with all that it has ever reported."""
        id = self.random.choice(self.province.living())
        place = self.random.choice(PLACES[1:])
        await self.mortal.done(lambda: self.province.resettle(id, place))

    async def again(self) -> None:
        """Identity's old news come once more: what is known stays, and so does what was."""
        await self.mortal.done(lambda: self.province.again(self.random))

    async def mark(self) -> None:
        """A holiday, a weekend on which people work, or neither any more."""
        day, kind = self._day(-10, 20), self.random.choice(["HOLIDAY"] * 2 + ["MADE_UP", "REGULAR"])
        await self.mortal.done(lambda: self.province.mark(day, kind))

    def _agency(self) -> str:
        return self.random.choice(self.province.names[-MANY - 2 :])

    def _form(self) -> str:
        return self.random.choice(list(self.model.forms))

    def _day(self, earliest: int, latest: int) -> date:
        days = self.random.randint(earliest, latest)
        return local_day(self.world.now) + timedelta(days=days)


def drawing(seed: int) -> random.Random:
    """The same for the same seed."""
    return random.Random(seed)  # noqa: S311  # it is no secret


async def _indicators(world: World) -> dict[str, str]:
    """Their names, by code."""
    names = {code: await make.indicator(world, code, kind) for code, kind in KINDS.items()}
    for code, (numerator, denominator) in RATES.items():
        asked = indicators.Indicator(
            code=code,
            title_vi="Tỷ lệ",
            field="health",
            unit="%",
            aggregation=indicators.Indicator.AGGREGATION_RATE,
            numerator=names[numerator],
            denominator=names[denominator],
            decimals=6,
        )
        stub = make.indicators_of(make.steward(world))
        made = await stub.CreateIndicator(indicators.CreateIndicatorRequest(indicator=asked))
        names[code] = made.name
    return names


async def _form(world: World, code: str, indicators: dict[str, str]) -> str:
    items = [
        make.Item(
            code=item,
            label_vi="Số",
            value_type=make.forms.Form.VALUE_TYPE_DECIMAL,
            decimals=1,
            required=item != OPTIONAL,
            indicator=indicators[measure],
        )
        for item, measure in MEASURES.items()
    ]
    asked = make.draft(*items, code=code)
    asked.period_type = make.forms.Form.PeriodType.Value(f"PERIOD_TYPE_{code}")
    asked.due_rule.days = FORMS[code].working_days
    asked.due_rule.working_days = FORMS[code].working_days > 0
    for where in FORMS[code].levels:
        asked.levels.add(title_vi=f"Cấp {where}", where=WHERE[where])
    return await make.published(world, asked)
