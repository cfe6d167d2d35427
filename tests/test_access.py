"""Who may call what: the table that people wrote, and what real tokens get on a running site."""

import asyncio

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from tools import catalogue

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
SAME_AGAIN = {"saola.apis.warehouse.v1.FormsService.RenderTemplate"}
APPS = [app for app in installed() if app.apis]


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


def test_every_rpc_stands_in_the_table_and_nothing_else_does() -> None:
    rpcs = {method.full_name for method in declared()}
    tree.complain(
        [
            f"{rpc} is not in tests/access.txt: say there who may call it."
            for rpc in rpcs - TABLE.keys()
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


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
async def test_a_running_service_says_what_the_table_says(world: World, app: App) -> None:
    await world.run(app)
    issuer = world.site.issuer
    roles = {role: issuer.token(f"a {role}", roles=[role]) for role in ROLES}
    services = {name: issuer.token(name, service=name) for name in (*catalogue.apps(), "stranger")}
    served = [rpc for api in app.served for rpc in (f"{api.name}.{name}" for name in api.methods)]
    wrong: list[str] = []
    async with grpc.aio.insecure_channel(world.addresses.format(app.name)) as channel:
        for caller, allows in access.callers(roles, services):
            codes = await asyncio.gather(*(access.answer(channel, rpc, caller) for rpc in served))
            for rpc, code in zip(served, codes, strict=True):
                wanted = (
                    {grpc.StatusCode.INVALID_ARGUMENT} if allows(TABLE[rpc]) else access.REFUSED
                )
                if code not in wanted:
                    wrong.append(f"{rpc} says {code.name} to {caller.name}.")
    tree.complain(wrong)


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
async def test_a_role_that_is_refused_hears_so_whatever_it_sends(world: World, app: App) -> None:
    await world.run(app)
    token = world.site.issuer.token("an auditor", roles=["nothing"])
    served = [f"{api.name}.{name}" for api in app.served for name in api.methods]
    async with grpc.aio.insecure_channel(world.addresses.format(app.name)) as channel:
        for rpc in served:
            said = await access.answer(channel, rpc, access.Caller("nothing", token))
            assert said == grpc.StatusCode.PERMISSION_DENIED, rpc


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
