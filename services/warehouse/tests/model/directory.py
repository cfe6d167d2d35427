"""The agencies of a province on paper: as they are known at one moment, on the day of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.warehouse.tests import make
from services.warehouse.tests.model.deadlines import Deadlines

from saola.apis.identity.v1.agencies_pb2 import Agency


@dataclass
class Directory:
    """Whoever is known, and the calendar on the wall."""

    today: date
    agencies: Mapping[UUID, Agency]
    deadlines: Deadlines = field(default_factory=Deadlines)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.agencies.values()]

    def below(self, branch: UUID) -> set[str]:
        """Whoever has taken over what another has left, has it too, and so has whoever is above."""
        today, above = str(self.today), {make.agency(branch)}
        while True:
            found = above | {
                one.name
                for one in self.agencies.values()
                if _above(one, today) in above
                or (one.valid_to and one.valid_to <= today and one.successor in above)
            }
            if found == above:
                return found & set(self.names)
            above = found

    def within(self, place: UUID) -> set[str]:
        return {one.name for one in self.agencies.values() if one.area == f"areas/{place}"}

    def gone(self) -> dict[str, tuple[date, str]]:
        """Who is no more: since when, and who took over, if anybody did."""
        return {
            one.name: (date.fromisoformat(one.valid_to), one.successor)
            for one in self.agencies.values()
            if one.valid_to and one.valid_to <= str(self.today)
        }

    def heir(self, agency: str) -> str:
        """Who does its work: whoever took over last; itself, where that leads to nobody."""
        gone, seen, heir = self.gone(), {agency}, agency
        while heir in gone:
            heir = gone[heir][1]
            if heir in {"", *seen}:
                return agency
            seen.add(heir)
        return heir

    def post(self, position: UUID, owner: UUID) -> str:
        """What somebody there is to an agency: of its `own`, also after it was taken over, or
        `superior`, or nothing."""
        gone, own = self.gone(), [make.agency(owner)]
        while own[-1] in gone and gone[own[-1]][1] not in {"", *own}:
            own.append(gone[own[-1]][1])
        if make.agency(position) in own:
            return "own"
        above = position == make.ROOT or make.agency(owner) in self.below(position)
        return "superior" if above else ""


def _above(agency: Agency, day: str) -> str:
    """Below whom it is on a day, or below whom it comes first."""
    held = [parent.agency for parent in agency.parents if parent.valid_from <= day]
    return held[-1] if held else agency.parents[0].agency
