"""Who is signed in: a sealed record per session, shared by all; browsers hold only its name."""

import asyncio
import json
import secrets
import time
from dataclasses import asdict, dataclass, replace
from typing import Final

from saola.edges.portal.oidc import Denied, Provider, Tokens, Unreachable
from saola.kit.vault import Vault

MARGIN: Final = 30.0  # seconds before its end that a token is renewed
PATIENCE: Final = 10.0  # seconds that one replica may take to renew before another tries


@dataclass(frozen=True)
class Session:
    """`refreshing`: until when somebody is at renewing the tokens, or 0."""

    sid: str
    name: str
    access: str
    refresh: str
    identity: str
    until: float
    refreshing: float = 0

    def packed(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    def renewed(self, tokens: Tokens) -> "Session":
        return replace(
            self,
            access=tokens.access,
            refresh=tokens.refresh,
            identity=tokens.identity or self.identity,
            until=tokens.until,
            refreshing=0,
        )


class Sessions:
    def __init__(self, vault: Vault, provider: Provider) -> None:
        self._vault, self._provider = vault, provider

    async def begin(self, session: Session) -> str:
        """Keeps it, and returns the name for the cookie. A browser's former session ends."""
        await self.end_sid(session.sid)
        id = secrets.token_urlsafe(32)
        await self._vault.put(f"sid/{session.sid}", id.encode())
        await self._vault.put(f"session/{id}", session.packed())
        return id

    async def current(self, id: str) -> Session | None:
        """The session with a token that still lives. Keycloak ends a session whose refresh token
        is used twice, so of all who find the token old only one renews it: the one whose claim
        (a compare-and-set in the vault) was first.
        """
        while kept := await self._vault.get(f"session/{id}"):
            session = Session(**json.loads(kept.value))
            now = time.time()
            if session.until > now + MARGIN:
                return session
            if session.refreshing > now:
                if session.until > now + 1:
                    return session
                await asyncio.sleep(0.1)
                continue
            claimed = replace(session, refreshing=now + PATIENCE)
            if await self._vault.replace(f"session/{id}", claimed.packed(), kept.revision):
                return await self._renew(id, claimed)
        return None

    async def known(self, id: str) -> Session | None:
        """As it stands, while it lasts. Looking does not prolong it, as a page does."""
        kept = await self._vault.get(f"session/{id}")
        return Session(**json.loads(kept.value)) if kept else None

    async def end(self, id: str) -> Session | None:
        """Forgets it; returns what it was."""
        session = await self.known(id)
        await self._vault.drop(f"session/{id}")
        return session

    async def end_sid(self, sid: str) -> None:
        """Forgets the session that Keycloak calls `sid`, if we know it."""
        if kept := await self._vault.get(f"sid/{sid}"):
            await self._vault.drop(f"session/{kept.value.decode()}")
            await self._vault.drop(f"sid/{sid}")

    async def _renew(self, id: str, session: Session) -> Session | None:
        try:
            renewed = session.renewed(await self._provider.refresh(session.refresh))
        except Denied:
            await self._vault.drop(f"session/{id}")
            return None
        except Unreachable:
            await self._vault.put(f"session/{id}", replace(session, refreshing=0).packed())
            if session.until > time.time():
                return session
            raise
        if await self._vault.get(f"session/{id}") is None:  # signed out meanwhile
            return None
        await self._vault.put(f"session/{id}", renewed.packed())
        return renewed
