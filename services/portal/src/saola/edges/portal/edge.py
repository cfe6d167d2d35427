"""What the portal of one process has: sessions, the way to Keycloak, live events."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Request

from saola.edges.portal.hub import Hub
from saola.edges.portal.looks import Looks
from saola.edges.portal.oidc import CLIENT, Provider
from saola.edges.portal.sessions import Sessions
from saola.edges.portal.settings import Settings
from saola.kit.service import Service
from saola.kit.vault import Seal, Vault

KEPT: Final = timedelta(days=1096)  # what people keep for themselves, unless they renew it


@dataclass(frozen=True)
class Edge:
    service: Service
    settings: Settings
    vault: Vault
    seal: Seal
    provider: Provider
    sessions: Sessions
    hub: Hub
    looks: Looks
    kept: Vault
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)  # one map at a time

    @classmethod
    def of(cls, service: Service) -> "Edge":
        """Of a service that runs: made at first use, the same for all its pages and workers."""
        if id(service) not in _edges:
            _edges[id(service)] = cls._made(service)
        return _edges[id(service)]

    @classmethod
    def _made(cls, service: Service) -> "Edge":
        platform, settings = service.platform, service.settings
        if not isinstance(settings, Settings):
            raise TypeError("The portal runs with its own settings.")
        key = partial(platform.secret, "sessions-key")  # read when needed: it may change
        vault = Vault(platform.nats, "portal-sessions", key, settings.session)
        provider = Provider(platform.issuer, partial(platform.secret, f"client-{CLIENT}"))
        sessions, kept = Sessions(vault, provider), Vault(platform.nats, "portal-kept", key, KEPT)
        hub = Hub()
        looks = Looks(hub)
        return cls(service, settings, vault, Seal(key), provider, sessions, hub, looks, kept)

    async def close(self) -> None:
        _edges.pop(id(self.service), None)
        await self.vault.close()
        await self.kept.close()
        await self.provider.close()


_edges: dict[int, Edge] = {}  # by identity; an edge holds its service, so no id is used again


async def _edge(request: Request) -> Edge:
    return Edge.of(request.app.state.service)


OfEdge = Annotated[Edge, Depends(_edge)]
