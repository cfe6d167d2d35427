"""Records, as they are asked for over gRPC."""

from uuid import uuid4

from saola.apis.sample.v1 import records_pb2 as pb
from saola.testing.plugin import World, refused

from . import make


async def test_a_record_is_seen_by_its_own_agency_and_by_no_other(world: World) -> None:
    await make.sample(world)
    made = await make.reporter(world).CreateRecord(make.asked())
    assert await make.reporter(world).GetRecord(pb.GetRecordRequest(name=made.name)) == made
    with refused("NOT_FOUND"):
        await make.reporter(world, make.SCHOOLS).GetRecord(pb.GetRecordRequest(name=made.name))
    foreign = await make.reporter(world, make.SCHOOLS).ListRecords(pb.ListRecordsRequest())
    assert not foreign.records


async def test_the_same_request_makes_one_record(world: World) -> None:
    await make.sample(world)
    once = str(uuid4())
    first = await make.reporter(world).CreateRecord(make.asked(once=once))
    assert await make.reporter(world).CreateRecord(make.asked(once=once)) == first
    listed = await make.reporter(world).ListRecords(pb.ListRecordsRequest())
    assert list(listed.records) == [first]


async def test_a_list_goes_on_page_by_page(world: World) -> None:
    await make.sample(world)
    made = {(await make.reporter(world).CreateRecord(make.asked(f"Số {n}"))).name for n in range(3)}
    seen, token = set(), ""
    for _ in range(2):
        asked = pb.ListRecordsRequest(page_size=2, page_token=token)
        page = await make.reporter(world).ListRecords(asked)
        seen |= {record.name for record in page.records}
        token = page.next_page_token
    assert (seen, token) == (made, "")


async def test_a_title_that_is_too_long_is_refused_and_nothing_is_kept(world: World) -> None:
    await make.sample(world)
    with refused("TITLE_TOO_LONG", most="300"):
        await make.reporter(world).CreateRecord(make.asked("a" * 301))
    assert not (await make.reporter(world).ListRecords(pb.ListRecordsRequest())).records


async def test_a_record_for_an_agency_of_others_is_refused(world: World) -> None:
    await make.sample(world)
    with refused("PERMISSION_DENIED"):
        await make.reporter(world).CreateRecord(make.asked(of=make.SCHOOLS))
