"""What the tests of notices are made of."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.notices.v1 import notices_pb2 as pb
from saola.apis.notices.v1.deliveries_pb2 import Delivery, ListDeliveriesRequest
from saola.apis.notices.v1.deliveries_pb2_grpc import DeliveriesServiceStub
from saola.apis.notices.v1.notices_pb2_grpc import NoticesServiceStub
from saola.apis.notices.v1.plans_pb2_grpc import PlansServiceStub
from saola.apis.notices.v1.preferences_pb2_grpc import PreferencesServiceStub
from saola.apis.notices.v1.templates_pb2_grpc import TemplatesServiceStub
from saola.directory import copies
from saola.services.identity.app import app as identity
from saola.services.identity.models.officials import Official, Position
from saola.services.notices.app import app
from saola.services.notices.domain.notices import Both, Form, Report
from saola.services.notices.models.plans import row_of
from saola.services.notices.usecases import notices, plans
from saola.testing.plugin import Person, World

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.notices.v1.deliveries_pb2_grpc import DeliveriesServiceAsyncStub
    from saola.apis.notices.v1.notices_pb2_grpc import NoticesServiceAsyncStub
    from saola.apis.notices.v1.plans_pb2_grpc import PlansServiceAsyncStub
    from saola.apis.notices.v1.preferences_pb2_grpc import PreferencesServiceAsyncStub
    from saola.apis.notices.v1.templates_pb2_grpc import TemplatesServiceAsyncStub

__all__ = ["app"]
ROOT, HEALTH, COMMUNE = UUID(int=1), UUID(int=2), UUID(int=3)
PARENTS = {HEALTH: ROOT, COMMUNE: HEALTH}
TITLES = {ROOT: "UBND tỉnh", HEALTH: "Sở Y tế", COMMUNE: "Trạm Y tế xã Hòa Bình"}
CLERK, HEAD, ABOVE, TOP = (UUID(int=n) for n in (11, 12, 13, 14))
WORKS_AT = {CLERK: COMMUNE, HEAD: COMMUNE, ABOVE: HEALTH, TOP: ROOT}
USER_NAMES = {CLERK: "clerk", HEAD: "head", ABOVE: "above", TOP: "top"}
ROLES = {CLERK: "reporter", HEAD: "approver", ABOVE: "approver", TOP: "leader"}
FORM = UUID(int=21)
EPIDEMICS = Form("YT-01", Both("Báo cáo dịch bệnh", "Epidemics"))
NOON = datetime(2026, 12, 4, 5, tzinfo=UTC)  # a Friday, 12:00 in Vietnam
DUE = datetime(2026, 12, 5, 10, tzinfo=UTC)


async def province(world: World) -> None:
    """Three agencies, one below the other, and their officials, at noon; the service runs."""
    world.now = NOON
    told = [agency(id) for id in TITLES]
    async with world.unit("notices") as unit:
        await copies.keep_agencies(unit, told)
        rows = [
            row_of(official, [at], [ROLES[official]], 1, disabled=False)
            for official, at in WORKS_AT.items()
        ]
        await plans.keep_officials(unit, rows)


def agency(id: UUID) -> Agency:
    above = PARENTS.get(id)
    parent = Agency.Parent(agency=f"agencies/{above}", valid_from="2020-01-01")
    return Agency(
        name=f"agencies/{id}",
        code=f"A{id.int}",
        display_name=TITLES[id],
        kind=Agency.KIND_DEPARTMENT,
        parents=[parent] if above else [],
        valid_from="2020-01-01",
        etag='"1"',
    )


def report(period: str = "2026-11", submission: str = "") -> Report:
    return Report(COMMUNE, FORM, period, submission)


async def remind(world: World, step: str, period: str = "2026-11") -> None:
    """A report of the commune has reached a step."""
    async with world.unit("notices") as unit:
        await notices.remind(unit, step, report(period), EPIDEMICS, DUE)


def official(world: World, id: UUID, language: str = "vi") -> Person:
    return world.person(str(id), ROLES[id], of=WORKS_AT[id], language=language)


def steward(world: World) -> Person:
    return world.person(str(UUID(int=19)), "steward", of=ROOT)


def notices_of(world: World, id: UUID, language: str = "vi") -> "NoticesServiceAsyncStub":
    return official(world, id, language).asks(NoticesServiceStub)


def preferences_of(world: World, id: UUID) -> "PreferencesServiceAsyncStub":
    return official(world, id).asks(PreferencesServiceStub)


def deliveries(world: World) -> "DeliveriesServiceAsyncStub":
    return steward(world).asks(DeliveriesServiceStub)


def templates(world: World) -> "TemplatesServiceAsyncStub":
    return steward(world).asks(TemplatesServiceStub)


def plans_of(world: World) -> "PlansServiceAsyncStub":
    return steward(world).asks(PlansServiceStub)


async def mine(world: World, id: UUID, language: str = "vi") -> list[pb.Notice]:
    answer = await notices_of(world, id, language).ListNotices(pb.ListNoticesRequest())
    return list(answer.notices)


async def steps(world: World) -> dict[UUID, list[str]]:
    """Which steps each official was told of, in their order."""
    found = {id: await mine(world, id) for id in WORKS_AT}
    return {id: sorted(one.step for one in told) for id, told in found.items() if told}


async def whole(world: World) -> None:
    """The province, with identity beside, which alone knows where its officials are reached."""
    await world.run(identity, app)
    await province(world)
    async with world.unit("identity") as unit:
        for id, at in WORKS_AT.items():
            await unit.add(_official(id, at))
            position = {"official": id, "agency": at, "title": "CV", "valid_from": date(2025, 1, 1)}
            await unit.add(Position(created_at=NOON, valid_to=None, signs=False, **position))
    await world.ran("notices", "resync_officials")


def _official(id: UUID, at: UUID) -> Official:
    name = USER_NAMES[id]
    return Official(
        id=id,
        created_at=NOON,
        user_name=name,
        full_name="Lò Thị Mai",
        email=f"{name}@example.vn",
        phone="+84912345678",
        roles=[ROLES[id]],
        agencies=[at],
        disabled=False,
        known=1,
        refused=0,
        folded=name,
        sort_key=name,
    )


async def change(world: World, id: UUID, **facts: object) -> None:
    """What identity knows of an official is another from now on."""
    async with world.unit("identity") as unit:
        one = await unit.get(Official, f"officials/{id}")
        for fact, value in facts.items():
            setattr(one, fact, value)
        one.known = one.version + 1  # Keycloak knows it too
        await unit.save(one)


async def later(world: World, time: timedelta) -> None:
    """So much later: what was due meanwhile is done."""
    world.now += time
    await world.wake()
    await world.settle()


async def delivered(world: World) -> list[Delivery]:
    answer = await deliveries(world).ListDeliveries(ListDeliveriesRequest(page_size=1000))
    return list(answer.deliveries)
