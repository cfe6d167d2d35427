"""One look at a service for all who are told of the same news, and may see the same."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeVar

from fastapi import Header

from saola.edges.portal.hub import Hub, reaches
from saola.kit.access import Caller

R = TypeVar("R")
LASTS: Final = 1.0  # seconds: what goes with the clock is no older
# What a page that fetches because of live events has heard last, see ui/live.js.
Heard = Annotated[str, Header(alias="saola-heard")]


@dataclass(frozen=True)
class Look:
    """`place`: what the hub had heard when it began. `outcome`: whether it found, and what."""

    place: str
    began: float
    outcome: asyncio.Future[tuple[bool, Any]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Looks:
    """A look shows a page what it has heard of, if it began no sooner than that was told here.

    Whoever has heard of nothing, as one who opens a page, looks for themselves.
    """

    def __init__(self, hub: Hub, clock: Callable[[], float] = time.monotonic) -> None:
        self._hub, self._clock = hub, clock
        self._known = dict[Hashable, Look]()

    async def ask(self, key: Hashable, heard: str, look: Callable[[], Awaitable[R]]) -> R:
        """What a `look` finds under the `key`, which says what is asked and with what eyes."""
        if not heard:
            return await look()
        known = self._known.get(key)
        if known and self._shows(known, heard):
            found, value = await asyncio.shield(known.outcome)
            answer: R = value
            return answer if found else await look()  # nobody is refused for another's sake
        return await self._begin(key, look)

    def forget(self) -> None:
        """Something was missed: nothing that was looked up before shows it for sure."""
        self._known.clear()

    async def _begin(self, key: Hashable, look: Callable[[], Awaitable[R]]) -> R:
        self._known = {of: one for of, one in self._known.items() if self._recent(one)}
        mine = self._known[key] = Look(self._hub.place, self._clock())
        outcome: tuple[bool, Any] = False, None
        try:
            value = await look()
            outcome = True, value
            return value
        finally:
            if not outcome[0] and self._known.get(key) is mine:
                del self._known[key]
            mine.outcome.set_result(outcome)

    def _shows(self, known: Look, heard: str) -> bool:
        return self._recent(known) and reaches(known.place, heard)

    def _recent(self, known: Look) -> bool:
        return self._clock() < known.began + LASTS


def eyes(caller: Caller, language: str) -> Hashable:
    """All by which services tell one from another, but who it is."""
    return caller.roles, caller.agencies, caller.deputies, language
