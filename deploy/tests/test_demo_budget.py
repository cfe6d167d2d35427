"""The money of the demo province, and that it is entered once whatever happens meanwhile."""

import asyncio
from collections import Counter
from datetime import date, datetime, time
from itertools import pairwise

import pytest
from services.budget.tests import make
from sqlalchemy import func, select

from saola.apis.budget.v1 import execution_pb2 as execution
from saola.apis.budget.v1 import projects_pb2 as projects
from saola.client.site import Site
from saola.deploy.demo.books import Books, listed
from saola.deploy.demo.enter import Plan
from saola.deploy.demo.province import Province
from saola.deploy.demo.treasury import Treasury
from saola.directory.working import LOCAL
from saola.services.budget.domain.entries import group_of
from saola.services.budget.domain.imports import Outcome, judge
from saola.services.budget.domain.money import Flow
from saola.services.budget.formats.entries import read
from saola.services.budget.models.allocations import Allocation
from saola.services.budget.models.entries import Entry
from saola.services.budget.models.projects import Payment, Project
from saola.services.budget.settings import Settings
from saola.testing.plugin import World

PROVINCE, TODAY = Province.load(), date(2026, 11, 22)
BOOKS = Books(PROVINCE, TODAY)
SINCE = Plan(TODAY, 0.1).first_day


def test_each_line_is_of_the_group_that_its_item_is_of() -> None:
    groups = Settings().groups
    for line in BOOKS.lines:
        assert group_of(Flow(line.flow), line.item, groups) == line.group, line


def test_a_list_of_the_treasury_is_one_that_the_service_takes_over_whole() -> None:
    bookings = list(BOOKS.of(date(2026, 1, 1)))
    verdicts = judge(read(listed(bookings)), {}, TODAY)
    assert Counter(one.outcome for one in verdicts) == {Outcome.RECORDED: len(bookings)}
    said = [one.said for one in verdicts if one.said]
    assert [one.amount for one in said] == [one.amount for one in bookings]
    areas = {one.code for one in PROVINCE.communes}
    assert {one.key.area for one in said} <= {"", *areas}
    assert len({one.key.area for one in said}) > 50


def test_nothing_is_booked_on_weekends_or_before_its_day_and_always_the_same() -> None:
    bookings = list(BOOKS.of(SINCE))
    assert all(one.day.weekday() < 5 and one.amount > 0 for one in bookings)
    assert (bookings[0].day, bookings[-1].day) == (date(2026, 8, 3), date(2026, 11, 20))
    assert bookings == list(Books(PROVINCE, TODAY).of(SINCE))
    later = list(Books(PROVINCE, date(2026, 12, 1)).of(SINCE))
    assert later[: len(bookings)] == bookings


@pytest.mark.parametrize("year", [2025, 2026])
def test_what_is_done_in_a_year_is_about_what_was_planned(year: int) -> None:
    books = Books(PROVINCE, date(year + 1, 1, 1))
    done = Counter[int]()
    for one in books.of(date(year, 1, 1)):
        done[books.lines.index(one.line)] += one.amount
    for place, line in enumerate(books.lines):
        assert 0.85 < done[place] / (line.planned(year) + line.adjusted) < 1.15, line


def test_a_project_is_paid_for_once_a_month_and_some_are_late() -> None:
    late = 0
    for work in BOOKS.works:
        first, last = work.first(TODAY), work.last(TODAY)
        paid = list(BOOKS.paid(work, first, TODAY))
        assert all(one.day < other.day for one, other in pairwise(paid))
        assert len({one.document for one in paid}) == len(paid)
        assert 0 < sum(one.amount for one in paid) < work.total
        late += last < date(2026, 9, 1) and work.progress < 100
    assert late == 3


class Killed(Exception):
    """Its process has ended in the middle of it."""


async def enter(world: World, today: date, *, until: tuple[str, int] = ("", 0)) -> None:
    """What `make up` enters on a day; it is killed `until` it has come so far."""
    world.now = datetime.combine(today, time(12), LOCAL)
    token = world.person("tonghop", "reporter", of=make.ROOT).token
    web = f"http://127.0.0.1:{world.running['budget'].port}"
    grpc = {"budget": world.addresses.format("budget")}
    site = Site(world.site.issuer.url, grpc, web)

    def step(what: str, done: int, total: int) -> None:
        assert done <= total
        if (what, done) == until:
            raise Killed

    def work() -> None:
        with site.channel("budget", lambda: token) as channel:
            books = Books(PROVINCE, today)
            treasury = Treasury(site, channel, token, step, books, today)
            treasury.enter(make.agency(make.FINANCE), SINCE)

    await asyncio.to_thread(work)


async def entered(world: World) -> dict[str, int]:
    """How many rows there are of each kind."""
    found = dict[str, int]()
    async with world.unit("budget") as unit:
        for one in (Allocation, Entry, Project, Payment):
            row = await unit.one(select(func.count().label("rows")).select_from(one))
            found[one.__tablename__] = row.rows if row else 0
    return found


@pytest.mark.usefixtures("objects")
async def test_whoever_is_killed_goes_on_where_it_stood_and_the_same_again_enters_nothing(
    world: World,
) -> None:
    await make.budget(world)
    for until in (("entries", len(list(BOOKS.of(SINCE)))), ("projects", 5)):
        with pytest.raises(Killed):
            await enter(world, TODAY, until=until)
    await enter(world, TODAY)
    first = await entered(world)
    assert first["entries"] == len(list(BOOKS.of(SINCE)))
    assert first["projects"] == len(BOOKS.works)
    assert first["allocations"] > len({one.chapter for one in BOOKS.lines})
    await enter(world, TODAY)
    assert await entered(world) == first
    await enter(world, date(2026, 12, 22))
    later = await entered(world)
    assert later["entries"] == len(list(Books(PROVINCE, date(2026, 12, 22)).of(SINCE)))
    assert later["payments"] > first["payments"]
    assert (later["projects"], later["allocations"]) == (
        first["projects"],
        first["allocations"] + len({(x.flow, x.chapter, x.group, x.level) for x in BOOKS.lines}),
    )


@pytest.mark.usefixtures("objects")
async def test_the_pages_of_the_budget_have_something_to_show(world: World) -> None:
    await make.budget(world)
    await enter(world, TODAY)
    stub = make.execution(world)
    asked = execution.ListExecutionRequest(year=2026, agency=make.agency(make.FINANCE))
    lines = (await stub.ListExecution(asked)).lines
    assert {one.group for one in lines} == {one.group for one in BOOKS.lines}
    assert all(one.planned > 0 and one.done > 0 for one in lines)
    assert any(one.initial != one.planned for one in lines)
    asked.by = execution.ListExecutionRequest.BY_AREA
    assert len([one for one in (await stub.ListExecution(asked)).lines if one.area]) > 50
    works = make.works(world, make.FINANCE)
    late = await works.ListProjects(projects.ListProjectsRequest(late=True, year=2026))
    assert len(late.projects) == 3
    assert all(one.obstacle and one.disbursed < one.planned for one in late.projects)
