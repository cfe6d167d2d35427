"""Who may call is asked before what they say, and a token is believed only when it is for us."""

import base64
import hmac
import json
import time
from collections.abc import Mapping

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from saola.kit.access import Access
from saola.kit.status import from_status
from saola.testing.issuer import LocalIssuer
from saola.testing.plugin import World

from . import make
from .make import pb

SERVICE = pb.DESCRIPTOR.services_by_name["NotesService"]
NO_MESSAGE = b"\xff"
SIGN_IN, NO = grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED
HEARD = grpc.StatusCode.INVALID_ARGUMENT
ROLES = ("reporter", "approver", "leader", "steward", "none")


async def said(world: World, rpc: str, **tokens: str) -> grpc.StatusCode:
    """What the service says to something that is no message at all."""
    method, path = SERVICE.methods_by_name[rpc], f"/{SERVICE.full_name}/{rpc}"
    names = {"authorization": "authorization", "front": "saola-service"}
    metadata = tuple((names[name], f"Bearer {token}") for name, token in tokens.items() if token)
    async with grpc.aio.insecure_channel(world.peers.address("notes")) as channel:
        match method.client_streaming, method.server_streaming:
            case True, _:
                answer = channel.stream_unary(path)(iter([NO_MESSAGE]), metadata=metadata)
            case _, True:
                answer = channel.unary_stream(path)(NO_MESSAGE, metadata=metadata).read()
            case _:
                answer = channel.unary_unary(path)(NO_MESSAGE, metadata=metadata)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await answer
    if refused.value.code() == HEARD:
        assert from_status(refused.value).reason == "MALFORMED_REQUEST"
    return refused.value.code()


async def test_each_role_may_call_what_the_proto_says_and_nothing_else(world: World) -> None:
    await make.run(world)
    for rpc, method in SERVICE.methods_by_name.items():
        access = Access.of(method)
        for role in ROLES:
            token = world.person("x", role).token
            heard = HEARD if access.public or role in access.roles else NO
            assert await said(world, rpc, authorization=token) == heard, (rpc, role)
        for name in ("warehouse", "portal"):
            token = world.site.issuer.token("-", service=name, roles=list(ROLES))
            heard = HEARD if access.public or name in access.services else NO
            assert await said(world, rpc, authorization=token) == heard, (rpc, name)
        heard = HEARD if access.public else SIGN_IN
        assert await said(world, rpc) == heard, rpc


async def test_a_service_in_front_of_a_person_must_be_allowed_to_stand_there(world: World) -> None:
    await make.run(world)
    token, service = world.person("mai", "reporter").token, world.site.issuer.token
    portal, warehouse = service("1", service="portal"), service("2", service="warehouse")

    assert await said(world, "GetNote", authorization=token, front=portal) == HEARD
    assert await said(world, "GetNote", authorization=token, front=warehouse) == NO
    assert await said(world, "ListNotes", authorization=token, front=portal) == NO


async def test_only_a_service_stands_in_front_and_only_of_a_person(world: World) -> None:
    await make.run(world)
    person = world.person("mai", "reporter").token
    portal = world.site.issuer.token("1", service="portal")
    for tokens in (
        {"authorization": person, "front": person},
        {"authorization": portal, "front": portal},
        {"front": portal},
        {"authorization": person, "front": "x"},
    ):
        assert await said(world, "GetNote", **tokens) == SIGN_IN, tokens


async def test_a_peer_sees_the_person_and_who_asks_for_them(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world, front="portal")
    written = await mai.WriteNote(make.writing())
    assert await mai.GetNote(pb.GetNoteRequest(name=written.name)) == written
    [front, caller] = await audited(world)
    assert (front, caller) == ("portal", f"reporter-{make.ROADS.int}")


async def test_a_service_alone_sees_every_agency(world: World) -> None:
    await make.run(world)
    warehouse = make.ask(world.service("warehouse"))
    written = await warehouse.WriteNote(make.writing(of=make.PARKS))
    assert await warehouse.GetNote(pb.GetNoteRequest(name=written.name)) == written
    assert await audited(world) == ["", "services/warehouse"]


async def audited(world: World) -> list[str]:
    row = await world.sql("notes", "select front || '|' || caller from audit", role="postgres")
    return str(row).split("|")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"nbf": int(time.time()) + 3600},
        {"aud": "another"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"sub": ""},
        {"sub": None},
        {"positions": ["no id"]},
        {"positions": 7},
        {"roles": 7},
    ],
    ids=str,
)
async def test_a_token_that_is_not_for_us_is_none(world: World, claims: dict[str, object]) -> None:
    await make.run(world)
    token = world.site.issuer.token("mai", **({"roles": ["reporter"]} | claims))
    assert await said(world, "GetNote", authorization=token) == SIGN_IN


def good_for(world: World) -> dict[str, object]:
    claims = {"iss": world.site.issuer.url, "aud": "saola", "sub": "mai", "roles": ["reporter"]}
    return claims | {"exp": int(time.time()) + 300}


def by_hand(header: object, claims: object, secret: bytes) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims)]
    signed = b".".join(part.rstrip(b"=") for part in parts)
    signature = hmac.digest(secret, signed, "sha256") if secret else b""
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def forged(world: World, header: Mapping[str, str], key: object) -> str:
    claims = good_for(world)
    return jwt.encode(dict(header), claims, key, algorithms=[header["alg"]])


async def test_a_token_that_nobody_or_another_has_signed_is_none(world: World) -> None:
    await make.run(world)
    ours, other = world.site.issuer.key, ECKey.generate_key("P-256")
    public, claims = ours.as_pem(private=False), good_for(world)
    good = world.person("mai", "reporter").token
    for token in (
        LocalIssuer(world.site.issuer.url).token("mai", roles=["reporter"]),
        forged(world, {"alg": "ES256", "kid": str(ours.kid)}, other),
        forged(world, {"alg": "PS256", "kid": "x"}, RSAKey.generate_key(2048)),
        by_hand({"alg": "HS256", "kid": ours.kid}, claims, public),
        by_hand({"alg": "HS256"}, claims, b"secret"),
        by_hand({"alg": "none", "kid": ours.kid}, claims, b""),
        by_hand({"alg": "none"}, claims, b""),
        good[:-8] + "AAAAAAAA",
        good.rpartition(".")[0] + ".",
        "no token",
        "....",
        "A" * 5000,
    ):
        assert await said(world, "GetNote", authorization=token) == SIGN_IN, token


def test_an_rpc_that_does_not_say_who_may_call_it_stops_its_service() -> None:
    pool, file = DescriptorPool(), FileDescriptorProto(name="open.proto", package="open")
    file.message_type.add(name="Nothing")
    file.service.add(name="Open").method.add(
        name="Do", input_type=".open.Nothing", output_type=".open.Nothing"
    )
    method = pool.Add(file).services_by_name["Open"].methods[0]
    with pytest.raises(TypeError, match=r"open\.Open\.Do does not declare who may call it"):
        Access.of(method)
