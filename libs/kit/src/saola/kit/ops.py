"""What a process shows of itself over HTTP: that it lives, what it waits for, its numbers.

One server a process. The services stand under their names, an edge at `/`.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from saola.kit.start import GRACE, PortTaken

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class Front:
    """The HTTP of a process, while services come and go."""

    def __init__(self) -> None:
        self.waits: dict[str, dict[str, str]] = {}
        self.ails: dict[str, dict[str, str]] = {}
        self.stopping = asyncio.Event()
        self.drain: Callable[[], Awaitable[None]] = _nothing
        self.port = 0
        self._numbers: dict[str, CollectorRegistry] = {}
        self._registry = CollectorRegistry()
        self._registry.register(_Together(self._numbers))
        ProcessCollector(registry=self._registry)
        self.app = Starlette(
            routes=[
                Route("/livez", self._live),
                Route("/readyz", self._ready),
                Route("/metrics", self._metrics),
            ]
        )

    def waits_of(self, service: str) -> dict[str, str]:
        """What a service waits for, and why. Not ready while there is something."""
        return self.waits.setdefault(service, {"start": "has not started yet"})

    def ails_of(self, service: str) -> dict[str, str]:
        """What is not well with a service that answers all the same."""
        return self.ails.setdefault(service, {})

    def mount(self, service: str, pages: ASGIApp, *, at_root: bool) -> None:
        routes = self.app.router.routes
        if at_root:  # the last resort
            routes.append(Mount("/", pages, name=service))
        else:
            routes.insert(0, Mount(f"/{service}", pages, name=service))

    def count(self, service: str, registry: CollectorRegistry) -> None:
        self._numbers[service] = registry

    def remove(self, service: str) -> None:
        routes = self.app.router.routes
        routes[:] = [route for route in routes if getattr(route, "name", "") != service]
        self._numbers.pop(service, None)
        self.waits.pop(service, None)
        self.ails.pop(service, None)

    async def _live(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, _: Request) -> Response:
        if self.stopping.is_set():
            return PlainTextResponse("stopping\n", 503)
        missing = _lines(self.waits) or ("" if self.waits else "no service has started yet\n")
        if missing:
            return PlainTextResponse(missing, 503)
        return PlainTextResponse("ready\n" + _lines(self.ails))

    async def _metrics(self, _: Request) -> Response:
        return Response(generate_latest(self._registry), headers={"content-type": EXPOSITION})


def _lines(told: Mapping[str, Mapping[str, str]]) -> str:
    return "".join(
        f"{service}: {part}: {why}\n"
        for service, parts in told.items()
        for part, why in parts.items()
    )


async def _nothing() -> None:
    """Before it serves there is nothing to drain."""


class _Together(Collector):
    """The numbers of all services of a process, each with the name of its service."""

    def __init__(self, registries: dict[str, CollectorRegistry]) -> None:
        self._registries = registries

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for service, registry in self._registries.items():
            for family in registry.collect():
                empty = Metric(family.name, family.documentation, family.type)
                samples = families.setdefault(family.name, empty).samples
                for sample in family.samples:
                    labels = {"service": service, **sample.labels}
                    samples.append(sample._replace(labels=labels))
        return families.values()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals are the process's, see cli.py


@asynccontextmanager
async def front(address: str) -> AsyncIterator[Front]:
    """Answers on `address` meanwhile; PortTaken if somebody else does."""
    given = Front()
    host, _, port = address.rpartition(":")
    try:
        listener = socket.create_server((host, int(port)))
    except OSError as error:
        raise PortTaken(address, "HTTP") from error
    with listener:
        given.port = listener.getsockname()[1]
        config = uvicorn.Config(
            given.app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=int(GRACE),
            ws="none",
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listener]))  # noqa: TID251  # awaited below

        async def drain() -> None:
            given.stopping.set()
            server.should_exit = True
            await serving

        given.drain = drain
        try:
            yield given
        finally:
            await drain()
