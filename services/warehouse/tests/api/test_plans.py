"""What is planned: known from a time on, never lost, all taken or none."""

from datetime import timedelta
from uuid import UUID

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import plans_pb2 as plans
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.kit.pb import stamp
from saola.kit.status import Refused
from saola.testing.plugin import World

from .figures import (
    CASES,
    FIRST,
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
