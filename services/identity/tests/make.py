"""What the tests of identity are made of."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from saola.apis.identity.v1 import agencies_pb2 as agencies
from saola.apis.identity.v1 import officials_pb2 as officials
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.identity.v1.delegations_pb2_grpc import DelegationsServiceStub
from saola.apis.identity.v1.officials_pb2_grpc import OfficialsServiceStub
from saola.services.identity.app import app as whole
from saola.services.identity.settings import Settings as Own
from saola.testing.plugin import World

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceAsyncStub
    from saola.apis.identity.v1.delegations_pb2_grpc import DelegationsServiceAsyncStub
    from saola.apis.identity.v1.officials_pb2_grpc import OfficialsServiceAsyncStub


class Settings(Own):
    """Keycloak is not there: nobody listens at this port."""

    keycloak: str = "http://127.0.0.1:9"


app = replace(whole, settings=Settings)
ROOT = UUID(int=1)
DEPARTMENT, COMMITTEE = agencies.Agency.KIND_DEPARTMENT, agencies.Agency.KIND_COMMITTEE
PASSWORD = "Hoa ban tr\u1eafng n\u1edf 2026"


def directory(world: World, *of: UUID, role: str = "administrator") -> "AgenciesServiceAsyncStub":
    return world.person("mai", role, of=of or (ROOT,)).asks(AgenciesServiceStub)


def people(world: World, *of: UUID, role: str = "administrator") -> "OfficialsServiceAsyncStub":
    return world.person("mai", role, of=of or (ROOT,)).asks(OfficialsServiceStub)


def deputies(world: World, who: str, *of: UUID, role: str) -> "DelegationsServiceAsyncStub":
    return world.person(who, role, of=of or (ROOT,)).asks(DelegationsServiceStub)


def agency(
    code: str, parent: str = "", title: str = "", since: str = "2025-01-01"
) -> agencies.Agency:
    return agencies.Agency(
        code=code,
        display_name=title or f"Đơn vị {code}",
        kind=DEPARTMENT if parent else COMMITTEE,
        parent=parent,
        valid_from=since,
    )


async def found(world: World, *parts: tuple[str, str]) -> dict[str, agencies.Agency]:
    """A directory: each code with that of its parent, the root first with none."""
    made: dict[str, agencies.Agency] = {}
    for code, parent in parts:
        above = made[parent].name if parent else ""
        request = agencies.CreateAgencyRequest(agency=agency(code, above))
        made[code] = await directory(world).CreateAgency(request)
    return made


def official(
    user_name: str, *positions: str, roles: Sequence[str] = ("reporter",)
) -> officials.Official:
    return officials.Official(
        user_name=user_name,
        full_name="Lò Thị Mai",
        email=f"{user_name}@example.vn",
        positions=[
            officials.Official.Position(agency=one, title="CV", valid_from="2025-01-01")
            for one in positions
        ],
        roles=roles,
    )


def claims(token: str) -> dict[str, Any]:
    """What a token says, whoever signed it."""
    body = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


def id_in(name: str) -> UUID:
    return UUID(name.partition("/")[2])
