"""The table of who may call what, and what a running site says to each of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc

from saola.kit.app import App

HERE = Path(__file__).parent
NO_MESSAGE = b"\xff"  # whoever may not call hears so, before anybody looks at this
REFUSED = {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED}
EVERYWHERE = "saola.options.v1.OperationsService"


@dataclass(frozen=True)
class Line:
    """Who may call one RPC, as people have written it."""

    rpc: str
    roles: frozenset[str]
    services: frozenset[str]
    fronts: frozenset[str]

    @property
    def service(self) -> str:
        return self.rpc.split(".")[2]


@dataclass(frozen=True)
class Caller:
    """Somebody who tries: what they are called in a complaint, and what they show."""

    name: str
    authorization: str = ""
    front: str = ""

    @property
    def metadata(self) -> list[tuple[str, str]]:
        shown = {"authorization": self.authorization, "saola-service": self.front}
        return [(key, f"Bearer {token}") for key, token in shown.items() if token]


def table() -> dict[str, Line]:
    """tests/access.txt, and the parts that new services have brought."""
    files = [HERE / "access.txt", *sorted(HERE.parent.glob("services/*/tests/access.txt"))]
    lines = (line for file in files for line in read(file.read_text()))
    found: dict[str, Line] = {}
    for line in lines:
        if line.rpc in found:
            raise ValueError(f"{line.rpc} stands twice in the access tables.")
        found[line.rpc] = line
    return found


def read(text: str) -> Iterator[Line]:
    roles: list[str] = []
    service = ""
    for number, written in enumerate(text.splitlines(), 1):
        words = written.split()
        match words:
            case []:
                pass
            case ["#", *columns, "services", "fronts"]:
                roles = columns
            case [first, *_] if first.startswith("#"):
                pass
            case [head] if head.startswith("["):
                name = head.strip("[]")
                service = f"saola.{name}" if name.startswith("options.") else f"saola.apis.{name}"
            case [rpc, *said, services, fronts] if len(said) == len(roles):
                if not set(said) <= {"allow", "refuse"}:
                    raise ValueError(f"line {number}: say allow or refuse, not {said}.")
                allowed = {role for role, it in zip(roles, said, strict=True) if it == "allow"}
                named = [frozenset(it.split(",")) - {"-"} for it in (services, fronts)]
                yield Line(f"{service}.{rpc}", frozenset(allowed), *named)
            case _:
                raise ValueError(f"line {number}: a word for each of {len(roles) + 3} columns.")


def served(app: App) -> list[str]:
    return [f"{api.name}.{name}" for api in app.served for name in api.methods]


def callers(
    roles: Mapping[str, str], services: Mapping[str, str]
) -> Iterator[tuple[Caller, Callable[[Line], bool]]]:
    """Everybody who may try, and whether the table lets them. Given: tokens by role and service."""
    yield Caller("nobody"), lambda line: False
    yield Caller("no token at all", "nonsense"), lambda line: False
    for role, token in roles.items():
        yield Caller(role, token), lambda line, role=role: role in line.roles
        for name, own in services.items():
            who = Caller(f"{role} through {name}", token, own)
            yield who, lambda line, role=role, name=name: role in line.roles and name in line.fronts
    for name, own in services.items():
        yield (
            Caller(f"the service {name}", own),
            lambda line, name=name: bool({name, "*"} & line.services),
        )
        yield Caller(f"nobody through {name}", front=own), lambda line: False


async def answer(channel: grpc.aio.Channel, rpc: str, caller: Caller) -> grpc.StatusCode:
    """What is said to `caller`, who sends what is no message."""
    call = channel.stream_stream("/" + "/".join(rpc.rsplit(".", 1)))
    running = call(iter([NO_MESSAGE]), metadata=caller.metadata, timeout=20)
    code: grpc.StatusCode = await running.code()
    return code
