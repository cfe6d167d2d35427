"""The secrets of a site: generated once, one file each, readable by the owner alone."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OF_THE_SITE = (
    "postgres",  # the superuser
    "nats",
    "objects-access-key",
    "objects-secret-key",
    "sessions-key",
    "connectors-seal",  # what the secrets of sources are kept under
    "database-keycloak",
    "keycloak-admin",  # of the client in the master realm that keeps our realm
    "client-portal",
    "client-integrator",
    "account-admin",
    "account-demo",
)


@dataclass(frozen=True)
class Secrets:
    folder: Path

    def generate(self, services: Iterable[str]) -> None:
        """What is missing. Killed halfway, a secret is there or not, but never a part of it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        kinds = ("database", "owner", "client")
        names = [f"{kind}-{service}" for service in services for kind in kinds]
        for name in (*OF_THE_SITE, *names):
            if not (self.folder / name).exists():
                # A person can type it, and it has every sort of letter that a policy may want.
                self.write(name, f"Sl1-{secrets.token_urlsafe(24)}")

    def write(self, name: str, value: str) -> None:
        new = self.folder / f".{name}.new"
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
        new.rename(self.folder / name)

    def __getitem__(self, name: str) -> str:
        return (self.folder / name).read_text().strip()
