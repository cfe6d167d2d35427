"""The agencies of a history: identity's events about them, as the broker brings them."""

import asyncio
import random
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from google.protobuf.message import Message
from services.warehouse.tests import make
from services.warehouse.tests.model.deadlines import Deadlines
from services.warehouse.tests.model.directory import Directory
from services.warehouse.tests.model.process import done

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.identity.v1.areas_pb2 import Area
from saola.apis.identity.v1.calendar_pb2 import Day
from saola.kit.broker import Envelope
from saola.kit.pb import stamp
from saola.periods.local import LOCAL, local_day
from saola.testing.world import World

PLACES = [UUID(int=100 + number) for number in range(4)]  # the first is the whole
BRANCHES = (make.HEALTH, make.SCHOOLS)  # below one of which each agency stands
FEW, MANY = 6, 12
TURNS = time(0, 1)  # when the warehouse has its copy of the directory turn
HEARD = "select count(*) from inbox where id = '{0}'"


@dataclass
class Province:
    """What identity has said, in order."""

    world: World
    agencies: dict[UUID, Agency] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    _told: list[tuple[datetime, Agency | Area | Day]] = field(default_factory=list)
    _revisions: Counter[str] = field(default_factory=Counter)
    _events: int = 0

    async def begin(self) -> None:
        for number, id in enumerate(PLACES):
            above = f"areas/{PLACES[0]}" if number else ""
            await self._tell_of(
                Area(
                    name=f"areas/{id}",
                    code=f"{number}",
                    display_name=f"Địa bàn {number}",
                    parent=above,
                    valid_from="2020-01-01",
                )
            )
        for id, title in make.NAMES.items():
            parents = [] if id == make.ROOT else [make.BELOW_ROOT]
            kind = Agency.KIND_DEPARTMENT
            await self._tell_of(
                Agency(
                    name=make.agency(id),
                    code=f"A{id.int}",
                    display_name=title,
                    kind=kind,
                    parents=parents,
                    valid_from="2020-01-01",
                )
            )
        for _ in range(FEW):
            await self.found()

    async def found(self) -> None:
        """One more agency, below one of the branches and in one of the areas."""
        number = len(self.agencies)
        id, branch = UUID(int=11 + number), BRANCHES[number % len(BRANCHES)]
        self.agencies[id] = Agency(
            name=make.agency(id),
            code=f"A{id.int}",
            display_name=f"Xã {id.int}",
            kind=Agency.KIND_COMMITTEE,
            area=f"areas/{PLACES[1 + number % 3]}",
            parents=[Agency.Parent(agency=make.agency(branch), valid_from="2020-01-01")],
            valid_from="2020-01-01",
        )
        await self._tell_of(self.agencies[id])

    async def close(self, id: UUID, on: date, heir: str) -> None:
        one = self.agencies[id]
        one.valid_to = one.parents[-1].valid_to = str(on)
        one.successor = heir
        await self._tell_of(one)

    async def move(self, id: UUID, on: date, above: str) -> None:
        """Below another from a day on."""
        parents = self.agencies[id].parents
        parents[-1].valid_to = str(on)
        parents.add(agency=above, valid_from=str(on))
        await self._tell_of(self.agencies[id])

    async def resettle(self, id: UUID, place: UUID) -> None:
        self.agencies[id].area = f"areas/{place}"
        await self._tell_of(self.agencies[id])

    def living(self) -> list[UUID]:
        """Those of which no end is known."""
        return [id for id, agency in self.agencies.items() if not agency.valid_to]

    async def mark(self, day: date, kind: str) -> None:
        """A day on the calendar, which from now on is that."""
        of = Day(name=f"days/{day}", date=str(day), kind=Day.Kind.Value(f"KIND_{kind}"))
        self.deadlines.mark(of)
        await self._tell_of(of)

    def last(self, id: UUID) -> Agency.Parent:
        """Below whom it is in the end, and since when."""
        return self.agencies[id].parents[-1]

    def leaves(self, on: date) -> list[UUID]:
        """Those of which no end is known, and below which nobody is from a day on."""
        above = {
            parent.agency
            for one in self.agencies.values()
            for parent in one.parents
            if not parent.valid_to or parent.valid_to > str(on)
        }
        return [id for id in self.living() if make.agency(id) not in above]

    def known(self, at: datetime) -> Directory:
        """All that identity had said until then."""
        agencies, deadlines = dict[UUID, Agency](), Deadlines()
        for moment, state in self._told:
            match state:
                case Agency() if moment <= at and (id := _id(state.name)) in self.agencies:
                    agencies[id] = state
                case Day() if moment <= at:
                    deadlines.mark(state)
        return Directory(local_day(at), agencies, deadlines)

    @property
    def now(self) -> Directory:
        return Directory(local_day(self.world.now), self.agencies, self.deadlines)

    async def turn(self, former: datetime) -> None:
        """With the day one is below another, or below whoever takes over."""
        days = local_day(former), local_day(self.world.now)
        turns = {one.valid_to for one in self.agencies.values()} | {
            parent.valid_from for one in self.agencies.values() for parent in one.parents
        }
        if any(str(days[0]) < turn <= str(days[1]) for turn in turns - {""}):
            turned = datetime.combine(days[1], TURNS, LOCAL)
            await done(self.world, "turn_directory", turned)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.agencies.values()]

    async def again(self, lot: random.Random) -> None:
        """What it once said comes another time, as if it were new."""
        _, state = lot.choice(self._told)
        await self._bring(state)

    async def _tell_of(self, state: Agency | Area | Day) -> None:
        self._revisions[state.name] += 1
        state.etag = f'"{self._revisions[state.name]}"'
        state.update_time.CopyFrom(stamp(self.world.now))
        self._told.append((self.world.now, deepcopy(state)))
        await self._bring(state)

    async def _bring(self, state: Agency | Area | Day) -> None:
        """Returns when the warehouse has heard it."""
        event: Message
        match state:
            case Agency():
                event = events.AgencyChanged(agency=state.name, state=state)
            case Area():
                event = events.AreaChanged(area=state.name, state=state)
            case Day():
                event = events.DayChanged(day=state.name, state=state)
        type, body = event.DESCRIPTOR.full_name, event.SerializeToString()
        self._events += 1
        id = f"identity:{self._events}"
        envelope = Envelope(id, type, state.name, self._events, body, "")
        headers = envelope.headers("identity", self.world.now)
        await self.world.stream.publish(type, body, headers=dict(headers))
        async with asyncio.timeout(60):  # the first waits until somebody serves
            while not await self.world.sql("warehouse", HEARD.format(id)):
                await asyncio.sleep(0.01)


def _id(name: str) -> UUID:
    return UUID(name.partition("/")[2])
