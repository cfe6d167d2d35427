"""What is planned in a history, for whom; and what of it a figure is compared with, on paper."""

import random
from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from uuid import UUID

from services.warehouse.tests import make
from services.warehouse.tests.model.directory import Directory
from services.warehouse.tests.model.paper import Sheet
from services.warehouse.tests.model.province import BRANCHES, Province
from services.warehouse.tests.model.reporting import Teller

from saola.apis.warehouse.v1 import plans_pb2 as pb
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.periods.local import local_day
from saola.periods.periods import Period, PeriodType

OFFICES = (make.ROOT, *BRANCHES)
PLANNED = ("A", "B")  # by the code of an indicator
TYPES = (PeriodType.MONTH, PeriodType.QUARTER, PeriodType.YEAR)


class Share(NamedTuple):
    """A plan, for which period, and how much of it there is in per cent."""

    period: str
    value: Decimal
    share: Decimal | None


class Planning:
    """Sets plans, adjusts them, and takes them back."""

    def __init__(self, teller: Teller, province: Province, indicators: Mapping[str, str]) -> None:
        self._teller, self._province, self._indicators = teller, province, indicators

    async def plan(self) -> None:
        lot: random.Random = self._teller.random
        world, code = self._teller.world, lot.choice(PLANNED)
        chosen = lot.choice([*OFFICES, *self._province.agencies])
        owner, known = make.agency(chosen), self._province.agencies.get(chosen)
        of = Period.of(lot.choice(TYPES), local_day(world.now))
        closed = known.valid_to if known else ""
        period = str(of)
        value = lot.choice([None, *(Decimal(lot.randint(1, 5000)) for _ in range(4))])
        asked = pb.Plan(
            indicator=self._indicators[code],
            agency=owner,
            period=period,
            value=f"{value or ''}",
            source="Nghị quyết",
        )
        stub = make.steward(world).asks(PlansServiceStub)
        seen = pb.ListPlansRequest(indicator=asked.indicator, agency=owner, period=period)
        found = await self._teller.mortal.done(lambda: stub.ListPlans(seen))
        asked.etag = found.plans[0].etag if found.plans else ""

        def verb(sheet: Sheet) -> bool:
            if value is not None and closed and closed <= str(of.begin):
                return False
            sheet.plans[code, owner, period] = value
            return True

        await self._teller.tell(stub.SetPlans, pb.SetPlansRequest(plans=[asked]), verb)


def share(
    sheet: Sheet,
    directory: Directory,
    code: str,
    agencies: Collection[str],
    actual: Mapping[Period, Decimal | None],
) -> Share | None:
    """Of the first of these periods for which anything is planned: by those agencies, but for whom
    another of them is above."""
    for period, reached in actual.items():
        planned = {
            agency: value
            for agency in agencies
            if (value := sheet.plans.get((code, agency, str(period)))) is not None
        }
        covered = set[str]()
        for agency in planned:
            covered |= _below(directory, agency) - {agency}
        if total := sum(value for agency, value in planned.items() if agency not in covered):
            part = None
            if reached is not None:
                part = (100 * reached / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
            return Share(str(period), Decimal(total), part)
    return None


def _below(directory: Directory, agency: str) -> set[str]:
    if agency == make.agency(make.ROOT):
        return {*directory.names, *map(make.agency, BRANCHES)}
    return directory.below(UUID(agency.partition("/")[2]))
