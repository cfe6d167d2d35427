"""How an empty site begins: its first administrator, the agency at the top, the demo province."""

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import grpc

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.client import oidc
from saola.client.site import Refusal, Site, request_id
from saola.deploy.demo.enter import Plan, enter
from saola.deploy.demo.province import PROVINCE
from saola.deploy.place import Place
from saola.deploy.realm.begin import administration
from saola.deploy.realm.keep import first_person
from saola.deploy.realm.settings import Settings
from saola.deploy.rows import CannotStart
from saola.deploy.shown import accounts

ADMIN = "admin"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE = 60  # seconds until identity knows the keys of the issuer


def begin(place: Place) -> str:
    """The agency at the top gets the id of the administrator's position, so it is theirs.

    It may be run again; what is there is left as it is.
    """
    given = Settings(issuer=place.issuer, secrets=place.secrets.folder)
    top = str(place.root)
    made = first_person(administration(given), ADMIN, place.secrets["account-admin"], top)
    with site(place).channel("identity", person(place, ADMIN)) as channel:
        agencies = AgenciesServiceStub(channel)
        _patiently(lambda: agencies.ListAgencies(pb.ListAgenciesRequest(page_size=1)))
        if not agencies.ListAgencies(pb.ListAgenciesRequest(page_size=1)).agencies:
            agencies.CreateAgency(
                pb.CreateAgencyRequest(agency=_top(place), request_id=request_id())
            )
            return "made, with the agency at the top"
    return "made" if made else "as it should be"


def demo(place: Place, say: Callable[[str], None]) -> None:
    """What is missing of the demo, as of today."""
    plan = Plan(datetime.fromtimestamp(time.time(), VIETNAM).date(), place.asked.scale)
    last = [0.0]

    def step(what: str, done: int, total: int) -> None:
        if done == total or time.monotonic() > last[0] + 5:
            last[0] = time.monotonic()
            say(f"{what} {done} of {total}")

    enter(site(place), lambda user: person(place, user), place.secrets["account-demo"], plan, step)
    for name, *_ in accounts(place):
        _patiently(person(place, name))  # so that the password that is shown is no longer the first
    say("entered")


def site(place: Place) -> Site:
    services = {name: place.at(name) for name in place.services}
    return Site(place.issuer, services, f"http://{place.at('core')}", place.portal, place.files)


def person(place: Place, user: str) -> oidc.Tokens:
    """Tokens of somebody whose password we have made; a first sign-in confirms it."""
    password = place.secrets["account-admin" if user == ADMIN else "account-demo"]
    renewed = "" if user == ADMIN else password
    return oidc.of_person(place.issuer, "cli", user, password, renewed)


def _top(place: Place) -> pb.Agency:
    code, name, short = PROVINCE
    if not place.asked.demo:
        name = short = place.asked.province
    return pb.Agency(
        code=code,
        display_name=name,
        short_name=short,
        kind=pb.Agency.KIND_COMMITTEE,
        valid_from="2025-07-01",
    )


def _patiently(ask: Callable[[], object]) -> None:
    """A service that has just started may not yet know who signs."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            ask()
        except (Refusal, grpc.RpcError, oidc.SignInError) as error:
            if time.monotonic() > end:
                raise CannotStart(f"Nobody is let in: {error}") from None
            time.sleep(1)
        else:
            return
