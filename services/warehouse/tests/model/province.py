"""The agencies of a history: identity's events about them, as the broker brings them."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from google.protobuf.message import Message
from services.warehouse.tests import make
from services.warehouse.tests.model.process import done

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.identity.v1.areas_pb2 import Area
from saola.kit.broker import Envelope
from saola.periods.local import LOCAL, local_day
from saola.testing.world import World

PLACES = [UUID(int=100 + number) for number in range(4)]  # the first is the whole
BRANCHES = (make.HEALTH, make.SCHOOLS)  # below one of which each agency stands
FEW, MANY = 6, 12
TURNS = time(0, 1)  # when the warehouse has its copy of the directory turn
KNOWN = "select coalesce(max(revision), 0) from {0} where id = '{1}'"


@dataclass
class Province:
    """What identity has said, in order."""

    world: World
    agencies: dict[UUID, Agency] = field(default_factory=dict)
    _revision: int = 0

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
        self.agencies[id].valid_to, self.agencies[id].successor = str(on), heir
        await self._tell_of(self.agencies[id])

    def living(self) -> list[UUID]:
        """Those of which no end is known."""
        return [id for id, agency in self.agencies.items() if not agency.valid_to]

    def below(self, branch: UUID) -> set[str]:
        """Whoever has taken over what another has left, has it too, and so has whoever is above."""
        today, above = str(local_day(self.world.now)), {make.agency(branch)}
        while True:
            found = above | {
                one.name
                for one in self.agencies.values()
                if one.parents[0].agency in above
                or (one.valid_to and one.valid_to <= today and one.successor in above)
            }
            if found == above:
                return found & set(self.names)
            above = found

    async def turn(self, former: datetime) -> None:
        """With the day, those of which the end has come are below their successors."""
        days = local_day(former), local_day(self.world.now)
        ends = {one.valid_to for one in self.agencies.values()} - {""}
        if any(str(days[0]) < end <= str(days[1]) for end in ends):
            turned = datetime.combine(days[1], TURNS, LOCAL)
            await done(self.world, "turn_directory", turned)

    def within(self, place: UUID) -> set[str]:
        return {one.name for one in self.agencies.values() if one.area == f"areas/{place}"}

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.agencies.values()]

    async def _tell_of(self, state: Agency | Area) -> None:
        """Returns when the warehouse knows it."""
        self._revision += 1
        state.etag = f'"{self._revision}"'
        event: Message
        if isinstance(state, Agency):
            table, event = (
                "directory_agencies",
                events.AgencyChanged(agency=state.name, state=state),
            )
        else:
            table, event = "directory_areas", events.AreaChanged(area=state.name, state=state)
        type = event.DESCRIPTOR.full_name
        body = event.SerializeToString()
        envelope = Envelope(
            f"identity:{self._revision}", type, state.name, self._revision, body, ""
        )
        headers = envelope.headers("identity", self.world.now)
        await self.world.stream.publish(type, body, headers=dict(headers))
        known = KNOWN.format(table, state.name.partition("/")[2])
        async with asyncio.timeout(30):
            while await self.world.sql("warehouse", known) != self._revision:
                await asyncio.sleep(0.01)
