"""A pytest plugin: a world in which services run, on a real database and a real broker."""

from collections.abc import AsyncIterator, Iterator
from contextlib import (
    contextmanager,
)

import pytest
import structlog

from saola.kit import logs
from saola.kit.status import Refused
from saola.parts import objects as store
from saola.parts import part
from saola.testing.site import Site, standing
from saola.testing.world import Person, World, begun

__all__ = ["Person", "Site", "World", "refused"]


@contextmanager
def refused(reason: str, **facts: str) -> Iterator[None]:
    with pytest.raises(Refused) as no:
        yield
    assert no.value.reason == reason
    assert facts.items() <= no.value.facts.items()


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """A failure without the values around it: to draw them takes seconds, and hides the failure."""
    quiet = structlog.dev.plain_traceback
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=quiet)
    seen = [logs.merge, structlog.processors.add_log_level]
    structlog.configure(processors=[*seen, plain])


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with standing() as one:
        yield one


@pytest.fixture(scope="session")
def objects(site: Site) -> Iterator[str]:
    """A real S3 store, for the tests that ask for it: it takes a second to start."""
    access, secret = "saola-tests", "a secret of the tests"
    site.secret("objects-access-key", access)
    site.secret("objects-secret-key", secret)
    given = store.part(site.home / "objects", store.free_ports(), access, secret)
    with part.running(given):
        site.objects["url"] = f"http://127.0.0.1:{given.ports['s3']}"
        yield site.objects["url"]


@pytest.fixture
async def world(site: Site) -> AsyncIterator[World]:
    async with begun(site) as one:
        yield one
