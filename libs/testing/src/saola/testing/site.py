"""What the services of a test stand on: a database server, a broker, an issuer."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import (
    ExitStack,
    contextmanager,
)
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from saola.kit import migrate
from saola.kit.app import App
from saola.parts import embedded
from saola.testing.issuer import LocalIssuer, issuer


@dataclass(frozen=True)
class Site:
    """What the services of a test stand on. It is there once for all tests."""

    home: Path
    postgres: str
    nats: str
    issuer: LocalIssuer
    prepared: set[str] = field(default_factory=set)
    objects: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    def secret(self, name: str, value: str) -> None:
        self.secrets.mkdir(exist_ok=True)
        (self.secrets / name).write_text(value)

    async def database(self, app: App) -> None:
        """A fresh database with the tables of `app`: a copy of the one that was migrated."""
        if app.tables is None:
            return
        if app.name not in self.prepared:
            self.prepared.add(app.name)
            await migrate.provide(self.postgres, app.name, "-", "-")
            url = self.url(f"{app.name}_owner", app.name)
            await asyncio.to_thread(migrate.upgrade, url, app.name, app.package, app.tables)
            await self.sql(f"alter database {app.name} rename to {app.name}_empty")
        await self.sql(f"drop database if exists {app.name} with (force)")
        copied = f"template {app.name}_empty owner {app.name}_owner strategy file_copy"
        await self.sql(f"create database {app.name} {copied}")

    async def sql(self, statement: str) -> None:
        connection = await asyncpg.connect(self.postgres + "postgres")
        await connection.execute(statement)
        await connection.close()

    def url(self, role: str, database: str) -> str:
        return (
            self.postgres.replace("postgresql://postgres", f"postgresql+asyncpg://{role}:-")
            + database
        )


@contextmanager
def standing() -> Iterator[Site]:
    """All of it, meanwhile, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="saola-") as home, ExitStack() as stack:
        path = Path(home)
        path.chmod(0o755)
        yield Site(
            path,
            stack.enter_context(embedded.postgres(path / "postgres")),
            stack.enter_context(embedded.nats(path / "nats")),
            stack.enter_context(issuer()),
        )
