"""What many ask at the same moment is looked up once for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar

from saola.kit.scope import Sight

if TYPE_CHECKING:  # a service has a Together, and a call a service
    from saola.kit.call import Call, ReadUnit

R = TypeVar("R")
Round = asyncio.Future[tuple[bool, Any]]  # whether something was found, and what


class Together:
    """Nobody hears what was looked up before they asked: who comes while a round is under way
    takes part in the next. Whoever opens a round looks for the others too; if that fails, each of
    them asks anew.
    """

    def __init__(self) -> None:
        self._coming: dict[Hashable, Round] = {}
        self._under_way: dict[Hashable, Round] = {}

    async def ask(self, key: Hashable, look: Callable[[], Awaitable[R]]) -> R:
        """What one `look` finds for all who ask under the same key; it begins after they asked."""
        while key in self._coming:
            found, value = await asyncio.shield(self._coming[key])
            if found:
                answer: R = value
                return answer
        mine = self._coming[key] = asyncio.get_running_loop().create_future()
        outcome: tuple[bool, Any] = False, None
        try:
            while before := self._under_way.get(key):
                await asyncio.shield(before)
            self._under_way[key] = self._coming.pop(key)
            value = await look()
            outcome = True, value
            return value
        finally:
            for rounds in (self._coming, self._under_way):
                if rounds.get(key) is mine:
                    del rounds[key]
            mine.set_result(outcome)


async def together(call: "Call", asked: Hashable, look: "Callable[[ReadUnit], Awaitable[R]]") -> R:
    """What `look` finds, in one transaction for all who at this moment ask the same RPC for the
    same with the same eyes: a hundred open boards are one look.
    """
    sight = Sight.of(call.caller, call.scope, call.service.name)
    who = call.caller.id if sight.role or call.caller.service else ""

    async def once() -> R:
        async with call.read() as unit:
            return await look(unit)

    key = call.rpc, who, sight, call.language, asked
    return await call.service.together.ask(key, once)
