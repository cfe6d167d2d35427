"""What is planned: known from a time on, never lost, all taken or none."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import plans_pb2 as plans
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.kit.pb import stamp
from saola.kit.status import Refused
from saola.testing.plugin import World, refused

from .figures import (
    CASES,
    FIRST,
    SECOND,
    define,
    figure,
    monthly,
    places,
    plan,
)


async def test_plans_are_known_from_a_time_on_and_never_lost(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    form = await monthly(world, a=cases)
    await make.sent(world, form, {"a": "30"}, "2026-10", FIRST)
    said = (cases, FIRST, "2026", "60")
    assert (await plan(world, said)).stored == 1
    assert (await plan(world, said)).unchanged == 1
    before = world.now
    world.now += timedelta(hours=1)
    await plan(world, (cases, FIRST, "2026", "50"))

    assert (await figure(world)).plan.share == "60"
    assert (await figure(world, as_of=stamp(before))).plan.share == "50"
    stub = make.leader(world).asks(PlansServiceStub)
    now = await stub.ListPlans(plans.ListPlansRequest(indicator=cases))
    every = await stub.ListPlans(plans.ListPlansRequest(show_former=True))
    assert [one.value for one in now.plans] == ["50"]
    assert [one.agency_title for one in now.plans] == ["Đơn vị 11"]
    assert sorted(one.value for one in every.plans) == ["50", "60"]
    world.now += timedelta(hours=1)
    await plan(world, (cases, FIRST, "2026", ""))
    assert not (await figure(world)).HasField("plan")
    assert not (await stub.ListPlans(plans.ListPlansRequest())).plans
    unseen = make.leader(world, make.SCHOOLS).asks(PlansServiceStub)
    assert not (await unseen.ListPlans(plans.ListPlansRequest(show_former=True))).plans


async def test_plans_are_all_taken_or_none(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    for wrong, reason in (
        ((cases, FIRST, "2026", "many"), "PLAN_NOT_A_NUMBER"),
        ((cases, FIRST, "sometime", "1"), "NOT_A_PERIOD"),
        ((cases, UUID(int=99), "2026", "1"), "NOT_FOUND"),
        ((cases, FIRST, "2025", "1"), "DUPLICATE_PLAN"),
    ):
        with pytest.raises(Refused) as no:
            await plan(world, (cases, FIRST, "2025", "1"), wrong)
        assert no.value.reason == reason
    stub = make.leader(world).asks(PlansServiceStub)
    assert not (await stub.ListPlans(plans.ListPlansRequest())).plans


async def test_of_two_who_have_read_the_same_plan_the_second_is_told(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    await plan(world, (cases, FIRST, "2026", "60"), (cases, SECOND, "2026", "5"))
    stub = make.steward(world).asks(PlansServiceStub)
    read = (await stub.ListPlans(plans.ListPlansRequest())).plans
    first = plans.SetPlansRequest(plans=map(adjusted, read, "78"))
    assert (await stub.SetPlans(first)).stored == 2
    with pytest.raises(Refused) as no:
        await stub.SetPlans(plans.SetPlansRequest(plans=map(adjusted, read, "99")))
    assert no.value.reason == "STALE_WRITE"
    assert [one.field for one in no.value.violations] == ["plans[0]", "plans[1]"]
    assert (await stub.SetPlans(first)).unchanged == 2  # once more, not knowing that it has come
    now = (await stub.ListPlans(plans.ListPlansRequest())).plans
    assert sorted(one.value for one in now) == ["7", "8"]
    again = plans.SetPlansRequest(plans=map(adjusted, now, "99"))
    assert (await stub.SetPlans(again)).stored == 2
    every = await stub.ListPlans(plans.ListPlansRequest(show_former=True))
    assert [bool(one.etag) for one in every.plans] == [
        not one.HasField("supersede_time") for one in every.plans
    ]


async def test_whoever_has_seen_no_plan_supersedes_none(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    await plan(world, (cases, FIRST, "2026", "60"))
    stub = make.steward(world).asks(PlansServiceStub)
    [read] = (await stub.ListPlans(plans.ListPlansRequest())).plans
    blind = plans.Plan()
    blind.CopyFrom(read)
    blind.value, blind.etag = "7", ""
    with refused("STALE_WRITE"):
        await stub.SetPlans(plans.SetPlansRequest(plans=[blind]))
    await plan(world, (cases, FIRST, "2026", ""))
    with refused("STALE_WRITE"):  # of what was taken back meanwhile
        await stub.SetPlans(plans.SetPlansRequest(plans=[adjusted(read, "8")]))
    assert (await stub.SetPlans(plans.SetPlansRequest(plans=[blind]))).stored == 1


async def test_of_many_who_plan_the_same_at_once_one_is_first(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    stub = make.steward(world).asks(PlansServiceStub)

    async def set_to(value: str) -> str:
        asked = plans.Plan(
            indicator=cases, agency=make.agency(FIRST), period="2026", value=value, source="NQ"
        )
        try:
            await stub.SetPlans(plans.SetPlansRequest(plans=[asked]))
        except Refused as no:
            return no.reason
        return value

    ended = await asyncio.gather(*(set_to(f"{value}") for value in range(1, 9)))
    [held] = (await stub.ListPlans(plans.ListPlansRequest())).plans
    assert sorted(ended) == sorted([held.value, *["STALE_WRITE"] * 7])


def adjusted(read: plans.Plan, value: str) -> plans.Plan:
    asked = plans.Plan()
    asked.CopyFrom(read)
    asked.value = value
    return asked
