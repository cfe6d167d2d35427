"""Who may call what: the table that people wrote, and what real tokens get on a running site."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from tools import catalogue

from saola.deploy.plugin import Keycloak
from saola.deploy.realm import clients
from saola.deploy.realm.keep import Keeper
from saola.deploy.secrets import Secrets
from saola.kit.access import Access
from saola.kit.app import App
from saola.kit.cli import installed
from saola.options.v1 import access_pb2, operations_pb2
from saola.testing.plugin import World
from tests import access
from tests.architecture import tree

TABLE = access.table()
ROLES = [name.removeprefix("ROLE_").lower() for name in access_pb2.Role.keys()[1:]]
HEARD = {grpc.StatusCode.INVALID_ARGUMENT}  # it was read, and is no message
# Twice is as once without a request_id: what comes of it is kept under its own hash.
SAME_AGAIN = {
    "saola.apis.warehouse.v1.FormsService.RenderTemplate",
    "saola.apis.warehouse.v1.PlanFilesService.RenderPlans",
    "saola.apis.warehouse.v1.TablesService.RenderTable",
}
APPS = [app for app in installed() if app.apis]
KEYCLOAK = pytest.mark.timeout(600)  # it starts slowly on a busy machine
Tokens = tuple[Mapping[str, str], Mapping[str, str]]


def declared() -> list[MethodDescriptor]:
    """Every RPC there is a proto for."""
    files = [
        *(
            catalogue.descriptor(proto)
            for proto in catalogue.PROTOS.glob("saola/apis/*/v*/*.proto")
        ),
        operations_pb2.DESCRIPTOR,
    ]
    services = [service for file in files for service in file.services_by_name.values()]
    return [method for service in services for method in service.methods]


def unlisted(rpcs: Collection[str], table: Mapping[str, access.Line]) -> list[str]:
    return sorted(set(rpcs) - table.keys())


def test_every_rpc_stands_in_the_table_and_nothing_else_does() -> None:
    rpcs = {method.full_name for method in declared()}
    tree.complain(
        [
            f"{rpc} is not in tests/access.txt: say there who may call it."
            for rpc in unlisted(rpcs, TABLE)
        ]
        + [f"{rpc} is in the access table, but no proto has it." for rpc in TABLE.keys() - rpcs]
    )


@pytest.mark.parametrize("method", declared(), ids=lambda method: method.full_name)
def test_what_a_proto_declares_is_what_people_agreed_to(method: MethodDescriptor) -> None:
    line, said = TABLE[method.full_name], Access.of(method)
    assert (said.roles, said.services, said.fronts) == (line.roles, line.services, line.fronts)


def test_the_table_knows_every_role() -> None:
    header = next(
        line for line in (access.HERE / "access.txt").read_text().splitlines() if "reporter" in line
    )
    assert header.split()[1:-2] == ROLES


def test_an_rpc_that_no_line_is_about_is_named() -> None:
    served = access.served(APPS[0])
    rest = {rpc: line for rpc, line in TABLE.items() if rpc != served[0]}
    assert unlisted(served, rest) == [served[0]]
    assert unlisted(served, TABLE) == []


@pytest.fixture
def tokens(realm: Keycloak) -> Tokens:
    """Keycloak's, as the realm of a site gives them: by role, and by service."""
    Secrets(realm.settings.secrets).generate(["stranger"])
    stranger = clients.service("stranger", realm.secret("client-stranger"))
    Keeper(realm.admin, lambda _: None).keep([stranger])
    roles = {role: realm.person(f"only-{role}", role) for role in ROLES}
    return roles, {name: realm.service(name) for name in (*catalogue.apps(), "stranger")}


@asynccontextmanager
async def asked(world: World, realm: Keycloak, app: App) -> AsyncIterator[grpc.aio.Channel]:
    """A running service that believes Keycloak, and nobody else."""
    platform = world.platform()
    platform.issuer, platform.secrets = realm.issuer, realm.settings.secrets
    await world.run(app, platform=platform)
    async with grpc.aio.insecure_channel(world.addresses.format(app.name)) as channel:
        yield channel


@KEYCLOAK
@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
async def test_a_running_service_says_to_keycloaks_tokens_what_the_table_says(
    world: World, realm: Keycloak, tokens: Tokens, app: App
) -> None:
    served, wrong = access.served(app), list[str]()
    tree.complain([f"{rpc} has no line in tests/access.txt." for rpc in unlisted(served, TABLE)])
    async with asked(world, realm, app) as channel:
        for caller, allows in access.callers(*tokens):
            codes = await asyncio.gather(*(access.answer(channel, rpc, caller) for rpc in served))
            for rpc, code in zip(served, codes, strict=True):
                if code not in (HEARD if allows(TABLE[rpc]) else access.REFUSED):
                    wrong.append(f"{rpc} says {code.name} to {caller.name}.")
    tree.complain(wrong)


@KEYCLOAK
@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
async def test_a_role_that_is_refused_hears_so_whatever_it_sends(
    world: World, realm: Keycloak, tokens: Tokens, app: App
) -> None:
    wrong: list[str] = []
    async with asked(world, realm, app) as channel:
        for rpc in access.served(app):
            for role in set(ROLES) - TABLE[rpc].roles:
                said = await access.answer(channel, rpc, access.Caller(role, tokens[0][role]))
                if said != grpc.StatusCode.PERMISSION_DENIED:
                    wrong.append(f"{rpc} says {said.name} to {role}.")
    tree.complain(wrong)


def test_what_only_reads_says_so() -> None:
    """Get and List have no side effects; the rest takes a request_id."""
    problems = []
    for method in declared():
        reads = method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
        named = method.name.startswith(("Get", "List", "Export", "Watch", "Search"))
        if named and not reads:
            problems.append(f"{method.full_name}: say idempotency_level = NO_SIDE_EFFECTS.")
        once = "request_id" in method.input_type.fields_by_name
        once = once or method.client_streaming or method.full_name in SAME_AGAIN
        if not reads and not once:
            problems.append(f"{method.full_name}: its request needs a request_id.")
    tree.complain(problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# a services fronts\n[x.v1.S]\nGet maybe - -", "say allow or refuse"),
        ("# a services fronts\n[x.v1.S]\nGet allow -", "a word for each of 4 columns"),
    ],
)
def test_a_line_that_says_nothing_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        list(access.read(text))
