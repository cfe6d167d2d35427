"""Who need not report what, and why."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from services.warehouse.tests import make

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1 import exemptions_pb2 as pb
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.directory import copies
from saola.kit.status import Refused
from saola.testing.plugin import World, refused


def exemptions(world: World) -> Any:  # the stub
    return make.steward(world).asks(ExemptionsServiceStub)


async def exempt(
    world: World, form: str = "", first: str = make.TODAY, end: str = "2026-11-21"
) -> pb.Exemption:
    asked = pb.Exemption(
        agency=make.agency(make.HEALTH),
        form=form,
        valid_from=first,
        valid_to=end,
        reason="Lũ quét, mất điện",
    )
    return await exemptions(world).CreateExemption(pb.CreateExemptionRequest(exemption=asked))


async def board(world: World, **asked: Any) -> obligations.Board:
    stub = make.obligations_of(make.leader(world))
    return await stub.GetBoard(obligations.GetBoardRequest(**asked))


async def expected(world: World, **asked: Any) -> list[obligations.ExpectedReport]:
    stub = make.obligations_of(make.leader(world))
    found = await stub.ListExpectedReports(obligations.ListExpectedReportsRequest(**asked))
    return list(found.reports)


async def test_what_one_is_exempt_from_is_shown_and_not_counted(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    await make.oblige(world, form, make.SCHOOLS)
    made = await exempt(world, form)
    assert (made.creator, made.reason) == ("officials/steward", "Lũ quét, mất điện")

    shown = await board(world)
    [schools, health] = shown.cells
    assert (health.expected, health.exempt, health.late) == (0, 1, 0)
    assert (schools.expected, schools.exempt) == (1, 0)
    assert (shown.agencies, shown.complete) == (1, 0)
    reports = {one.agency: one for one in await expected(world)}
    assert reports[make.agency(make.HEALTH)].exemption == made.name
    assert reports[make.agency(make.HEALTH)].exemption_reason == "Lũ quét, mất điện"
    assert [one.agency for one in await expected(world, open=True)] == [make.agency(make.SCHOOLS)]

    # It may report all the same; that changes no number.
    await make.sent(world, form, {"1": "12"})
    [_, health] = (await board(world)).cells
    assert (health.expected, health.submitted, health.exempt) == (0, 0, 1)


async def test_an_exemption_from_all_forms_is_for_the_periods_that_begin_in_it(
    world: World,
) -> None:
    await make.warehouse(world)
    await make.oblige(world, await make.form(world, code="DAILY"))
    await make.oblige(world, await make.form(world, code="MONTHLY", monthly=True))
    await exempt(world, first="2026-11-10", end="2026-11-21")
    found = await expected(world, due_from="2026-11-19", due_to="2026-12-01", page_size=100)
    assert [(one.period, bool(one.exemption)) for one in found[:3]] == [
        ("2026-11-19", True),
        ("2026-11-20", True),
        ("2026-11-21", False),
    ]
    assert [bool(one.exemption) for one in found if one.period == "2026-11"] == [False]


async def test_what_was_taken_back_is_owed_again_and_was_not_owed_before(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    before = world.now
    world.now += timedelta(minutes=1)
    made = await exempt(world, form)
    exempted = world.now
    world.now += timedelta(minutes=1)
    revoke = pb.RevokeExemptionRequest(name=made.name, etag=made.etag, reason="Đã có điện")
    gone = await exemptions(world).RevokeExemption(revoke)
    assert (gone.revoker, gone.revoke_reason) == ("officials/steward", "Đã có điện")
    assert gone.revoke_time.ToDatetime() == world.now.replace(tzinfo=None)

    counts = []
    for moment in (before, exempted, world.now):
        as_of = Timestamp()
        as_of.FromDatetime(moment)
        [cell] = (await board(world, as_of=as_of)).cells
        counts.append((cell.expected, cell.exempt))
    assert counts == [(1, 0), (0, 1), (1, 0)]

    asked = pb.ListExemptionsRequest(agency=made.agency, form=form)
    assert not (await exemptions(world).ListExemptions(asked)).exemptions
    asked.show_revoked = True
    assert [one.name for one in (await exemptions(world).ListExemptions(asked)).exemptions] == [
        made.name
    ]
    asked.show_revoked = False
    asked.as_of.FromDatetime(exempted)
    assert len((await exemptions(world).ListExemptions(asked)).exemptions) == 1
    with refused("EXEMPTION_REVOKED"):
        revoke.etag = gone.etag
        await exemptions(world).RevokeExemption(revoke)


async def test_exemptions_are_found_by_words_counted_and_told_by_their_titles(
    world: World,
) -> None:
    await make.warehouse(world)
    daily, other = await make.form(world, code="YT-01"), await make.form(world, code="YT-02")
    one, general = await exempt(world, daily), await exempt(world)
    stub = exemptions(world)

    async def listed(**asked: Any) -> pb.ListExemptionsResponse:
        return await stub.ListExemptions(pb.ListExemptionsRequest(**asked))

    found = await listed(query="yt-01 so y te")
    [told] = found.exemptions
    assert told.name == one.name
    assert (told.agency_title, told.form_code, told.form_title_en) == (
        "Sở Y tế",
        "YT-01",
        "Diseases",
    )
    assert (await listed(query="giao duc")).total_size == 0
    assert (await listed(page_size=1)).total_size == 2
    assert (await listed(form=daily)).total_size == 1
    both = await listed(form=daily, show_general=True)
    assert {each.name for each in both.exemptions} == {one.name, general.name}
    [its] = (await listed(form=other, show_general=True)).exemptions
    assert (its.name, its.form_code) == (general.name, "")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"reason": " "}, "MISSING_FIELD"),
        ({"reason": "x" * 2001}, "INVALID_FIELD"),
        ({"valid_to": "2026-11-20"}, "INVALID_FIELD"),
        ({"valid_to": "2026-11"}, "INVALID_FIELD"),
        ({"agency": make.agency(make.UUID(int=99))}, "NOT_FOUND"),
        ({"form": f"forms/{make.UUID(int=99)}"}, "NOT_FOUND"),
    ],
)
async def test_an_exemption_says_from_what_and_why(
    world: World, said: dict[str, str], reason: str
) -> None:
    await make.warehouse(world)
    whole = {
        "agency": make.agency(make.HEALTH),
        "valid_from": "2026-11-20",
        "valid_to": "2026-11-21",
        "reason": "Lũ",
    }
    asked = pb.CreateExemptionRequest(exemption=pb.Exemption(**(whole | said)))
    with refused(reason):
        await exemptions(world).CreateExemption(asked)


async def test_a_foreign_exemption_is_as_if_it_were_not_there(world: World) -> None:
    await make.warehouse(world)
    made = await exempt(world)
    theirs = make.leader(world, make.SCHOOLS).asks(ExemptionsServiceStub)
    with refused("NOT_FOUND", name=made.name):
        await theirs.GetExemption(pb.GetExemptionRequest(name=made.name))
    ours = make.leader(world, make.HEALTH).asks(ExemptionsServiceStub)
    assert (await ours.GetExemption(pb.GetExemptionRequest(name=made.name))).reason == made.reason


async def many(
    world: World, *agencies: str, by: Any = None, **asked: Any
) -> pb.CreateExemptionsResponse:
    wanted = {"valid_from": make.TODAY, "valid_to": "2026-12-01", "reason": "Lũ quét"} | asked
    request = pb.CreateExemptionsRequest(agencies=agencies, **wanted)
    return await (by or exemptions(world)).CreateExemptions(request)


async def test_many_are_exempt_at_once_from_all_that_begins_in_a_time(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    await make.oblige(world, form, make.SCHOOLS)
    both = [make.agency(make.HEALTH), make.agency(make.SCHOOLS)]
    await exempt(world, form, end="2026-12-01")
    made = await many(world, *both, forms=[form])
    assert (len(made.exemptions), made.kept) == (1, 1)
    assert made.exemptions[0].agency == make.agency(make.SCHOOLS)
    found = await expected(world, due_from="2026-11-19", due_to="2026-12-02", page_size=100)
    owed = {one.period for one in found if not one.exemption}
    assert owed == {"2026-11-19", "2026-12-01"}

    again = await many(world, *both, forms=[form])
    assert (len(again.exemptions), again.kept) == (0, 2)
    longer = await many(world, *both, forms=[form], valid_to="2026-12-02")
    assert (len(longer.exemptions), longer.kept) == (2, 0)
    general = await many(world, *both, *both)
    assert (len(general.exemptions), general.kept) == (2, 0)
    assert {one.form for one in general.exemptions} == {""}
    assert (await many(world, *both, forms=[form])).kept == 2


async def test_what_is_taken_back_does_not_count_and_a_request_counts_once(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    asked = {"forms": [form], "request_id": "once"}
    [made] = (await many(world, make.agency(make.HEALTH), **asked)).exemptions
    assert (await many(world, make.agency(make.HEALTH), **asked)).exemptions == [made]
    revoke = pb.RevokeExemptionRequest(name=made.name, etag=made.etag, reason="Đã có điện")
    await exemptions(world).RevokeExemption(revoke)
    assert (await many(world, make.agency(make.HEALTH), forms=[form])).kept == 0


async def test_each_that_cannot_be_exempt_is_named_with_why_and_nobody_is(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    async with world.unit("warehouse") as unit:
        gone = Agency(
            name=make.agency(UUID(int=9)),
            code="A9",
            display_name="Phòng cũ",
            kind=Agency.KIND_DEPARTMENT,
            parents=[make.BELOW_ROOT],
            valid_from="2020-01-01",
            valid_to=make.TODAY,
            etag='"1"',
        )
        await copies.keep_agencies(unit, [gone])
    asked = [make.agency(one) for one in (make.HEALTH, make.SCHOOLS, UUID(int=9), UUID(int=99))]
    with pytest.raises(Refused) as no:
        await many(world, *asked, forms=[form])
    assert [(one.field, one.reason) for one in no.value.violations] == [
        ("agencies[1]", "NOTHING_TO_EXEMPT"),
        ("agencies[2]", "AGENCY_CLOSED"),
        ("agencies[3]", "NOT_FOUND"),
    ]
    assert asked[1] in no.value.violations[0].description
    theirs = world.person("s", "steward", of=make.SCHOOLS).asks(ExemptionsServiceStub)
    with pytest.raises(Refused) as no:
        await many(world, asked[1], asked[0], by=theirs)
    assert [(one.field, one.reason) for one in no.value.violations] == [
        ("agencies[1]", "NOT_FOUND")
    ]
    assert not (await exemptions(world).ListExemptions(pb.ListExemptionsRequest())).exemptions


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"agencies": []}, "MISSING_FIELD"),
        ({"agencies": [make.agency(make.HEALTH)] * 5001}, "INVALID_FIELD"),
        ({"reason": " "}, "MISSING_FIELD"),
        ({"valid_to": make.TODAY}, "INVALID_FIELD"),
        ({"forms": [f"forms/{UUID(int=99)}"]}, "NOT_FOUND"),
    ],
)
async def test_many_are_exempt_from_something_with_a_reason(
    world: World, said: dict[str, Any], reason: str
) -> None:
    await make.warehouse(world)
    whole = {"agencies": [make.agency(make.HEALTH)]} | said
    with refused(reason):
        await many(world, *whole.pop("agencies"), **whole)
