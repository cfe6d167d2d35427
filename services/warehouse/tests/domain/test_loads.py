"""Reports that had come in an earlier system: who may load which, and when they may have come."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from saola.periods.local import LOCAL
from saola.periods.periods import Period
from saola.periods.windows import CALENDAR, Window
from saola.services.warehouse.domain import loads
from saola.services.warehouse.domain.lists import PART, Verdict

YEAR, NOVEMBER = Period.read("2025"), Period.read("2025-11")
NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def test_a_year_is_over_with_its_last_second() -> None:
    with pytest.raises(loads.PeriodNotOver):
        loads.check_over(YEAR, CALENDAR, local("2025-12-31T23:59:59"))
    loads.check_over(YEAR, CALENDAR, local("2026-01-01"))


def test_a_window_that_closes_later_is_over_later() -> None:
    window = Window(15)
    loads.check_over(NOVEMBER, window, local("2025-11-15"))
    with pytest.raises(loads.PeriodNotOver):
        loads.check_over(NOVEMBER, window, local("2025-11-14T23:59:59"))
    assert loads.check_came(local("2025-10-15"), NOVEMBER, window, NOW)


def test_it_came_neither_before_its_period_nor_after_the_load() -> None:
    first = local("2025-11-01")
    for came in (first, NOW):
        assert loads.check_came(came, NOVEMBER, CALENDAR, NOW) == came
    with pytest.raises(loads.CameTooEarly, match="23:59 31/10/2025"):
        loads.check_came(first - TICK, NOVEMBER, CALENDAR, NOW)
    with pytest.raises(loads.CameInFuture):
        loads.check_came(NOW + TICK, NOVEMBER, CALENDAR, NOW)
    with pytest.raises(loads.CameInFuture):
        loads.check_came(datetime.max.replace(tzinfo=UTC), NOVEMBER, CALENDAR, NOW)
    with pytest.raises(loads.CameMissing):
        loads.check_came(None, NOVEMBER, CALENDAR, NOW)


def test_nobody_states_for_their_own_agency_unless_none_is_above() -> None:
    province, department, hospital = UUID(int=1), UUID(int=2), UUID(int=3)
    loads.check_from_above([province, department], [department])
    loads.check_from_above([], [province])
    with pytest.raises(loads.OwnLoad):
        loads.check_from_above([province], [department])
    with pytest.raises(loads.OwnLoad):
        loads.check_from_above([province, department], [hospital])


def test_parts_hold_whole_reports_wherever_their_lines_stand() -> None:
    verdict, items = Verdict(), 60
    periods = [str(Period.read("2025-01-01").shifted(n)) for n in range(230)]
    verdict.rows = [
        (number, period, f"{number}", "value", "1", "")
        for number, period in enumerate(periods * items)
    ]
    parts = list(loads.whole(verdict))
    held = [{*part.periods} for part in parts]
    assert sum(map(len, held)) == len(set[str]().union(*held)) == len(periods)
    assert sorted(number for part in parts for number in part.numbers) == [
        *range(len(periods) * items)
    ]
    assert max(len(part.numbers) for part in parts) < PART + items
    assert max(map(len, held)) <= 100
    assert list(loads.whole(Verdict())) == []
