"""Entries, as they are asked for over gRPC: recorded once, corrected, never changed."""

from uuid import uuid4

from services.budget.tests import make

from saola.apis.budget.v1 import entries_pb2 as pb
from saola.apis.budget.v1 import execution_pb2
from saola.testing.plugin import World, refused


async def listed(world: World, **asked: object) -> list[pb.Entry]:
    request = pb.ListEntriesRequest(**asked)
    return list((await make.entries(world).ListEntries(request)).entries)


async def test_an_entry_is_seen_by_its_own_agency_and_by_no_other(world: World) -> None:
    await make.budget(world)
    [made] = await make.record(world, make.revenue())
    assert await make.entries(world).GetEntry(pb.GetEntryRequest(name=made.name)) == made
    with refused("NOT_FOUND"):
        await make.entries(world, make.ROADS).GetEntry(pb.GetEntryRequest(name=made.name))
    with refused("PERMISSION_DENIED"):
        asked = pb.RecordEntriesRequest(entries=[make.revenue()])
        await make.entries(world, make.ROADS).RecordEntries(asked)


async def test_the_same_request_records_once_and_the_same_line_is_refused(world: World) -> None:
    await make.budget(world)
    once = str(uuid4())
    first = await make.record(world, make.revenue(), once=once)
    assert await make.record(world, make.revenue(), once=once) == first
    with refused("ALREADY_RECORDED", name=first[0].name):
        await make.record(world, make.revenue("CT-2"), make.revenue())
    assert await listed(world) == first


async def test_a_line_twice_in_a_request_is_refused_whole(world: World) -> None:
    await make.budget(world)
    with refused("DUPLICATE_LINE", row="0"):
        await make.record(world, make.revenue(), make.revenue(amount=7))
    assert await listed(world) == []


async def test_a_correction_supersedes_and_keeps_what_was_said(world: World) -> None:
    await make.budget(world)
    [first] = await make.record(world, make.revenue())
    asked = pb.CorrectEntryRequest(name=first.name, etag=first.etag, amount=9, reason="Sai số tiền")
    second = await make.entries(world).CorrectEntry(asked)
    assert (second.amount, second.supersedes, second.reason) == (9, first.name, "Sai số tiền")
    assert await listed(world) == [second]
    before = await make.entries(world).GetEntry(pb.GetEntryRequest(name=first.name))
    assert (before.amount, before.HasField("supersede_time")) == (first.amount, True)
    with refused("STALE_WRITE"):
        await make.entries(world).CorrectEntry(asked)
    asked.etag = before.etag
    with refused("SUPERSEDED", name=first.name):
        await make.entries(world).CorrectEntry(asked)


async def test_lists_are_searched_sorted_and_paged(world: World) -> None:
    await make.budget(world)
    days = ["2026-11-18", "2026-11-20", "2026-11-19"]
    for day in days:
        await make.record(world, make.revenue(f"CT-{day}", day=day))
    await make.record(world, make.spending())
    assert [one.day for one in await listed(world, flow=pb.FLOW_REVENUE)] == sorted(days)[::-1]
    assert [one.day for one in await listed(world, query="CT-2026", ascending=True)] == sorted(days)
    assert [one.item for one in await listed(world, query="60")] == ["6001"]
    assert len(await listed(world, first_day="2026-11-19", end_day="2026-11-20")) == 1
    request, seen = pb.ListEntriesRequest(page_size=3), []
    while True:
        page = await make.entries(world).ListEntries(request)
        seen += [one.name for one in page.entries]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert len(seen) == len(set(seen)) == 4


async def test_what_is_not_of_the_budget_index_is_refused(world: World) -> None:
    await make.budget(world)
    with refused("INVALID_CODE", field="entries[0].chapter"):
        await make.record(world, make.revenue(chapter="18"))
    with refused("NOT_YET", field="entries[0].day"):
        await make.record(world, make.revenue(day="2026-11-21"))
    with refused("INVALID_AMOUNT", field="entries[0].amount"):
        await make.record(world, make.revenue(amount=10**17))


async def test_execution_tells_plan_and_deed_by_chapter_and_group(world: World) -> None:
    await make.budget(world)
    await make.record(world, make.revenue(), make.revenue("X", 40, item="1702"), make.spending())
    plan = make.allocations.RecordAllocationsRequest(
        allocations=[make.decided(100), make.decided(20, "2026-06-01", document="QD-07")]
    )
    await make.plan(world).RecordAllocations(plan)

    async def told(**asked: object) -> list[tuple[str, int, int]]:
        request = execution_pb2.ListExecutionRequest(year=2026, **asked)
        lines = (await make.execution(world).ListExecution(request)).lines
        return [(one.group, one.planned, one.done) for one in lines]

    assert await told() == [
        ("recurrent", 0, 700_000),
        ("customs", 0, 40),
        ("domestic", 120, 1_500_000),
    ]
    assert await told(day="2026-05-31") == [("domestic", 100, 0)]


async def test_execution_tells_the_first_plan_from_its_adjustments_and_areas_without_a_plan(
    world: World,
) -> None:
    await make.budget(world)
    await make.record(
        world, make.revenue("A", 70, area="03646"), make.revenue("B", 30, area="03647")
    )
    decided = [make.decided(100), make.decided(-20, "2026-06-01", document="QD-07")]
    plan = make.allocations.RecordAllocationsRequest(allocations=decided)
    await make.plan(world).RecordAllocations(plan)
    asked = execution_pb2.ListExecutionRequest(year=2026)
    (line,) = (await make.execution(world).ListExecution(asked)).lines
    assert (line.chapter, line.initial, line.planned, line.done) == ("018", 100, 80, 100)

    asked.by = execution_pb2.ListExecutionRequest.BY_AREA
    lines = (await make.execution(world).ListExecution(asked)).lines
    told = [(one.area, one.chapter, one.planned, one.done) for one in lines]
    assert told == [("03646", "", 0, 70), ("03647", "", 0, 30)]


async def test_entries_are_listed_by_amount_page_by_page(world: World) -> None:
    await make.budget(world)
    amounts = [40, -7, 1_000, 40]
    await make.record(world, *(make.revenue(f"S-{at}", one) for at, one in enumerate(amounts)))

    async def told(*, ascending: bool) -> list[int]:
        found, token = list[int](), ""
        while True:
            asked = pb.ListEntriesRequest(
                by_amount=True, ascending=ascending, page_size=3, page_token=token
            )
            page = await make.entries(world).ListEntries(asked)
            found += [one.amount for one in page.entries]
            token = page.next_page_token
            if not token:
                return found

    assert await told(ascending=True) == [-7, 40, 40, 1_000]
    assert await told(ascending=False) == [1_000, 40, 40, -7]
