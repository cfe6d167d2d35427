"""Agencies over gRPC, on a real database: who founds, moves, closes and finds them."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.kit.call import Call
from saola.kit.tables import lineage
from saola.services.identity.app import app
from saola.services.identity.jobs import turn
from saola.testing.plugin import World, refused

from . import make

TREE = (("T", ""), ("A", "T"), ("B", "T"), ("A1", "A"))


async def test_the_first_administrator_founds_the_root_and_it_is_theirs(world: World) -> None:
    await world.run(app)
    root = await make.directory(world).CreateAgency(pb.CreateAgencyRequest(agency=make.agency("T")))
    assert make.id_in(root.name) == make.ROOT
    with refused("SECOND_ROOT", field="agency.parent"):
        await make.directory(world).CreateAgency(pb.CreateAgencyRequest(agency=make.agency("U")))


async def test_an_agency_is_told_as_it_was_said(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE[:2])
    there = await make.directory(world).GetAgency(pb.GetAgencyRequest(name=made["A"].name))
    assert there == made["A"]
    assert (there.parent, there.code, there.valid_from) == (made["T"].name, "A", "2025-01-01")
    assert [(one.agency, one.valid_from, one.valid_to) for one in there.parents] == [
        (made["T"].name, "2025-01-01", "")
    ]


async def test_a_code_belongs_to_one_agency_at_a_time(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE)
    desk, root = make.directory(world), made["T"].name
    with refused("ALREADY_EXISTS", field="agency.code", value="A"):
        await desk.CreateAgency(pb.CreateAgencyRequest(agency=make.agency("A", root)))
    await desk.CloseAgency(
        pb.CloseAgencyRequest(name=made["B"].name, valid_to="2025-07-01", etag=made["B"].etag)
    )
    again = make.agency("B", root, since="2025-07-01")
    assert (await desk.CreateAgency(pb.CreateAgencyRequest(agency=again))).code == "B"


async def test_fifty_who_found_the_same_agency_at_once_found_one(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE[:1])
    request = pb.CreateAgencyRequest(agency=make.agency("N", made["T"].name))
    tries = [make.directory(world).CreateAgency(request) for _ in range(50)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, pb.Agency) for one in answers) == 1
    listed = await make.directory(world).ListAgencies(pb.ListAgenciesRequest(code="N"))
    assert len(listed.agencies) == 1


async def test_nobody_is_put_below_itself(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE)
    desk = make.directory(world)
    for name, parent in (("A", "A"), ("A", "A1"), ("T", "A1")):
        with refused("CIRCULAR_PARENT"):
            await desk.MoveAgency(
                pb.MoveAgencyRequest(
                    name=made[name].name, parent=made[parent].name, etag=made[name].etag
                )
            )


async def test_two_moves_at_once_make_no_circle(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE[:3])
    desk = make.directory(world)
    moves = [
        pb.MoveAgencyRequest(name=made[one].name, parent=made[other].name, etag=made[one].etag)
        for one, other in (("A", "B"), ("B", "A"))
    ]
    answers = await asyncio.gather(*map(desk.MoveAgency, moves), return_exceptions=True)
    assert sum(isinstance(one, pb.Agency) for one in answers) == 1


async def test_a_planned_move_comes_into_force_on_its_day(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE)
    desk = make.directory(world)
    planned = await desk.MoveAgency(
        pb.MoveAgencyRequest(
            name=made["A1"].name,
            parent=made["B"].name,
            valid_from="2026-03-01",
            etag=made["A1"].etag,
        )
    )
    assert planned.parent == made["A"].name
    world.now = datetime(2026, 2, 28, 17, 0, tzinfo=UTC)  # midnight in Sơn La
    await turned(world)
    now = await desk.GetAgency(pb.GetAgencyRequest(name=planned.name))
    assert now.parent == made["B"].name
    assert [one.valid_to for one in now.parents] == ["2026-03-01", ""]
    assert await above(world, now) == {made[one].name for one in ("T", "B", "A1")}
    kinds = [one.type for one in await world.told() if one.key == now.name]
    assert kinds == ["saola.apis.identity.v1.AgencyChanged"] * 3


async def above(world: World, agency: pb.Agency) -> set[str]:
    """Whose callers see the rows of an agency."""
    wanted = select(lineage.c.ancestor).where(lineage.c.agency == make.id_in(agency.name))
    async with world.unit("identity") as unit:
        return {f"agencies/{row.ancestor}" for row in await unit.rows(wanted)}


async def turned(world: World) -> None:
    """What the job of midnight does."""
    await turn(Call.own(world.running["identity"].service))
    await world.settle()


async def test_an_agency_with_others_below_it_is_not_closed(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE)
    with refused("HAS_CHILDREN", count="1"):
        await make.directory(world).CloseAgency(
            pb.CloseAgencyRequest(name=made["A"].name, etag=made["A"].etag)
        )


async def test_who_takes_over_sees_what_was_left(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE)
    closed = await make.directory(world).CloseAgency(
        pb.CloseAgencyRequest(name=made["A1"].name, etag=made["A1"].etag, successor=made["B"].name)
    )
    assert (closed.successor, closed.valid_to) == (made["B"].name, "2026-01-02")
    assert made["B"].name in await above(world, closed)
    with refused("AGENCY_CLOSED", valid_to="2026-01-02"):
        await make.directory(world).UpdateAgency(pb.UpdateAgencyRequest(agency=closed))


@pytest.mark.parametrize("day", ["2025-13-01", "20250701", "hôm nay"])
async def test_what_is_no_day_is_refused_with_its_field(world: World, day: str) -> None:
    await world.run(app)
    with refused("INVALID_FIELD", field="agency.valid_from"):
        await make.directory(world).CreateAgency(
            pb.CreateAgencyRequest(agency=make.agency("T", since=day))
        )


async def test_days_out_of_order_are_refused_with_their_field(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE)
    desk, a1 = make.directory(world), made["A1"]
    with refused("DATES_OUT_OF_ORDER", field="agency.valid_from"):
        early = make.agency("N", made["A"].name, since="2024-12-31")
        await desk.CreateAgency(pb.CreateAgencyRequest(agency=early))
    with refused("DATES_OUT_OF_ORDER", field="valid_from"):
        await desk.MoveAgency(
            pb.MoveAgencyRequest(
                name=a1.name, parent=made["B"].name, valid_from="2024-01-01", etag=a1.etag
            )
        )
    with refused("DATES_OUT_OF_ORDER", field="valid_to"):
        await desk.CloseAgency(
            pb.CloseAgencyRequest(name=a1.name, valid_to="2025-01-01", etag=a1.etag)
        )


async def test_a_stale_or_absent_etag_changes_nothing(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE[:2])
    desk, agency = make.directory(world), made["A"]
    agency.display_name = "Sở Tài chính"
    await desk.UpdateAgency(pb.UpdateAgencyRequest(agency=agency))
    with refused("STALE_WRITE"):
        await desk.UpdateAgency(pb.UpdateAgencyRequest(agency=agency))
    agency.etag = ""
    with refused("MISSING_FIELD", field="agency.etag"):
        await desk.UpdateAgency(pb.UpdateAgencyRequest(agency=agency))


async def test_a_request_that_comes_twice_is_done_once(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE[:1])
    desk = make.directory(world)
    request = pb.CreateAgencyRequest(agency=make.agency("A", made["T"].name), request_id="once")
    assert await desk.CreateAgency(request) == await desk.CreateAgency(request)
    request.agency.code = "B"
    with refused("REQUEST_ID_REUSED"):
        await desk.CreateAgency(request)


async def test_what_lies_outside_the_own_subtree_is_not_there_to_be_changed(world: World) -> None:
    await world.run(app)
    made = await make.found(world, *TREE)
    desk = make.directory(world, make.id_in(made["A"].name))
    with refused("NOT_FOUND", name=made["B"].name):
        await desk.UpdateAgency(pb.UpdateAgencyRequest(agency=made["B"]))
    with refused("NOT_FOUND", name=made["T"].name):
        await desk.CreateAgency(pb.CreateAgencyRequest(agency=make.agency("N", made["T"].name)))
    with refused("NOT_FOUND", name=made["B"].name):
        await desk.MoveAgency(
            pb.MoveAgencyRequest(name=made["A1"].name, parent=made["B"].name, etag=made["A1"].etag)
        )
    below = await desk.CreateAgency(
        pb.CreateAgencyRequest(agency=make.agency("A2", made["A"].name))
    )
    assert below.parent == made["A"].name


async def test_agencies_are_found_with_or_without_diacritics_in_vietnamese_order(
    world: World,
) -> None:
    await world.run(app)
    made = await make.found(world, *TREE[:1])
    desk = make.directory(world)
    for n, title in enumerate(("Sở Y tế", "Sở Đất đai", "Sở Dân tộc", "Sở Tài chính")):
        await desk.CreateAgency(
            pb.CreateAgencyRequest(agency=make.agency(f"S{n}", made["T"].name, title))
        )
    reader = make.directory(world, role="reporter")
    for words in ("dat dai", "Đất", "DAI so"):
        [only] = (await reader.ListAgencies(pb.ListAgenciesRequest(query=words))).agencies
        assert only.display_name == "Sở Đất đai"
    page = await reader.ListAgencies(pb.ListAgenciesRequest(query="so", page_size=3))
    rest = await reader.ListAgencies(
        pb.ListAgenciesRequest(query="so", page_size=3, page_token=page.next_page_token)
    )
    titles = [one.display_name for one in (*page.agencies, *rest.agencies)]
    assert titles == ["Sở Dân tộc", "Sở Đất đai", "Sở Tài chính", "Sở Y tế"]
    assert not (await reader.ListAgencies(pb.ListAgenciesRequest(query="%"))).agencies
