"""One site on this machine: where its data are, its addresses, and what its services are told."""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from uuid import UUID, uuid4

from saola.deploy import ports, settings
from saola.deploy.secrets import Secrets
from saola.deploy.settings import Settings

ROOT = Path(sys.prefix).resolve().parent  # the checkout: the virtual environment stands in it
PARTS = ROOT / "build/parts"
CORE = ("identity", "warehouse")
EDGES = ("portal",)


@dataclass(frozen=True)
class Place:
    asked: Settings

    @property
    def data(self) -> Path:
        return self.asked.data

    @property
    def secrets(self) -> Secrets:
        return Secrets(self.data / "secrets")

    @cached_property
    def services(self) -> list[str]:
        """All that are installed and have tables."""
        names = {point.name for point in entry_points(group="saola.apps")}
        return sorted(name for name in names - set(EDGES) if "." not in name)

    @property
    def domain(self) -> list[str]:
        """Those that are served beside the core."""
        return [name for name in self.services if name not in CORE]

    @cached_property
    def ports(self) -> dict[str, int]:
        return ports.plan(self.asked.port_base, self.services)

    @property
    def files(self) -> dict[str, str]:
        """Where each service takes files: at the process that serves it."""
        at = {name: self.at("core" if name in CORE else "domain") for name in self.services}
        return {name: f"http://{place}/{name}/files" for name, place in at.items()}

    def at(self, name: str) -> str:
        """An address that others may know."""
        return f"{self.asked.listen}:{self.ports[name]}"

    @property
    def public(self) -> dict[str, str]:
        """Where those listen that do not listen on loopback."""
        faces = ("portal", "keycloak", "core", "domain", *self.services)
        return dict.fromkeys(faces, self.asked.listen)

    @property
    def keycloak(self) -> str:
        return f"http://{self.at('keycloak')}"

    @property
    def issuer(self) -> str:
        return f"{self.keycloak}/realms/saola"

    @property
    def portal(self) -> str:
        return f"http://{self.at('portal')}"

    def sql(self, user: str, database: str) -> str:
        """A URL without its password."""
        return f"postgresql+asyncpg://{user}@127.0.0.1:{self.ports['postgres']}/{database}"

    @property
    def root(self) -> UUID:
        """The id of the agency at the top, which the first administrator belongs to."""
        file = self.data / "root-agency"
        if not file.exists():
            new = file.with_suffix(".new")
            new.write_text(str(uuid4()))
            new.rename(file)
        return UUID(file.read_text())

    def environment(self, process: str) -> dict[str, str]:
        """What a process of services is told."""
        # An edge answers no RPC, and takes whatever port there is.
        numbers = {name: self.ports.get(name, 0) for name in self.services} | dict.fromkeys(
            EDGES, 0
        )
        return {
            "SAOLA_DATABASE": self.sql("{0}", "{0}"),
            "SAOLA_NATS": f"nats://saola:{self.secrets['nats']}@127.0.0.1:{self.ports['nats']}",
            "SAOLA_ISSUER": self.issuer,
            "SAOLA_OBJECTS": f"http://127.0.0.1:{self.ports['s3']}",
            "SAOLA_PORTS": json.dumps(numbers),
            "SAOLA_PEERS": f"{self.asked.listen}:{{1}}",
            "SAOLA_GRPC": f"{self.asked.listen}:{{1}}",
            "SAOLA_HTTP": self.at(process),
            "SAOLA_SECRETS": str(self.secrets.folder),
            "SAOLA_PORTAL_FILES_OF": json.dumps(self.files),
            # What the demo has on its books is reported for a month at once, not from tomorrow on.
            **({"SAOLA_BUDGET_DAYS_BEFORE": "31"} if self.asked.demo else {}),
            "HOME": str(self.data),
            **settings.handed_on(),
        }

    def realm(self) -> dict[str, str]:
        """What whoever keeps the realm is told."""
        return {
            "SAOLA_ISSUER": self.issuer,
            "SAOLA_CLIENTS": ",".join([*EDGES, *self.services]),
            "SAOLA_PORTAL": self.portal,
            "SAOLA_SECRETS": str(self.secrets.folder),
            "SAOLA_INTEGRATOR": str(self.root) if self.asked.demo else "",
        }

    def write(self) -> None:
        """The addresses for other clients; no secret, but where the secrets are."""
        site = {
            "issuer": self.issuer,
            "grpc": {name: self.at(name) for name in self.services},
            "http": f"http://{self.at('core')}",
            "files": self.files,
            "portal": self.portal,
            "secrets": str(self.secrets.folder),
            "demo": self.asked.demo,
        }
        new = self.data / "site.json.new"
        new.write_text(json.dumps(site, indent=1))
        new.rename(self.data / "site.json")
