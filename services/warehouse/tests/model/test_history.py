"""A random history gives the same answers as the model, now and as of any moment before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from services.warehouse.tests.model.history import History
from services.warehouse.tests.model.questions import answers, counted, tallied

from saola.testing.plugin import World

FIRST, LAST = date(2026, 10, 15), date(2026, 12, 31)


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_owed_and_how_complete_it_is(world: World, seed: int) -> None:
    history = History(world, seed)
    await history.begin()
    await history.go(110)
    between = timedelta(seconds=history.random.randint(0, 59))
    moments = [None, *(at + between for at in history.random.sample(history.moments, 8))]
    for moment in moments:
        sheet = history.model.as_of(moment or world.now)
        asked = sheet.asked(FIRST, LAST, moment or world.now)
        told = await answers(world, FIRST, LAST, moment)
        assert told == {key: replace(row, filled=0) for key, row in asked.items()}
        rates = await counted(world, FIRST, LAST, moment)
        assert rates == tallied(asked.items(), cells=3)
        for expected, submitted, on_time, overdue, _, cells, filled in rates.values():
            assert 0 <= on_time <= submitted <= expected
            assert submitted + overdue <= expected
            assert 0 <= filled <= cells
