"""Who acts: the administrator that `make up` made, and officials made on the way."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from saola.apis.identity.v1 import officials_pb2 as pb
from saola.apis.identity.v1.officials_pb2_grpc import OfficialsServiceStub
from saola.client import oidc
from saola.client.site import Site, Token, request_id

CLIENT = "cli"  # the realm's public client for terminals: code flow with PKCE


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in."""

    site: Site
    user_name: str
    password: str
    token: Token

    @contextmanager
    def asks(self, service: str) -> Iterator[Any]:
        """A channel on which this person asks."""
        with self.site.channel(service, self.token) as channel:
            yield channel


def sign_in(site: Site, user_name: str, password: str, renewed: str = "") -> Person:
    token = oidc.of_person(site.issuer, CLIENT, user_name, password, renewed)
    token()
    return Person(site, user_name, renewed or password, token)


def official(admin: Person, agency: str, role: str) -> Person:
    """A new official with one role, who has signed in for the first time and chosen a password."""
    first, chosen = (f"Aa1!{secrets.token_urlsafe(12)}" for _ in range(2))
    user_name = f"{role}.{secrets.token_hex(4)}"
    asked = pb.Official(
        user_name=user_name,
        full_name=f"{role} {user_name}",
        positions=[pb.Official.Position(agency=agency, title="Chuyên viên")],
        roles=[role],
    )
    with admin.asks("identity") as channel:
        stub = OfficialsServiceStub(channel)
        made = stub.CreateOfficial(
            pb.CreateOfficialRequest(
                official=asked, initial_password=first, request_id=request_id()
            )
        )
        until(lambda: stub.GetOfficial(pb.GetOfficialRequest(name=made.name)).state == ACTIVE)
    return sign_in(admin.site, user_name, first, chosen)


ACTIVE = pb.Official.STATE_ACTIVE


def until(happened: Any, seconds: float = 60) -> None:
    """Waits for what another service does in its own time."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"It did not happen within {seconds} s.")
        time.sleep(0.2)
