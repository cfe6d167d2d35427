"""How often one client may ask: so many calls in any such span, counted in this process."""

import time
from collections import deque
from collections.abc import Callable
from math import ceil

from cachetools import LRUCache
from limits import parse

from saola.kit.errors import TooManyRequests

CLIENTS = 10_000  # who has not asked for long is forgotten first


class Quota:
    """`rate` is written as "1000/second" or "60/minute"."""

    def __init__(self, rate: str, clock: Callable[[], float] = time.monotonic) -> None:
        given = parse(rate)
        self._most, self._span, self._clock = given.amount, given.get_expiry(), clock
        self._asked: LRUCache[str, deque[float]] = LRUCache(CLIENTS)

    def take(self, client: str) -> bool:
        """Whether the client may ask once more now."""
        return self._wait(client) <= 0

    def check(self, client: str) -> None:
        if (wait := self._wait(client)) > 0:
            raise TooManyRequests(retry_after=ceil(wait))

    def _wait(self, client: str) -> float:
        """Counts a call; or gives the seconds until one may be made again, and counts nothing."""
        now, asked = self._clock(), self._asked.get(client)
        if asked is None:
            asked = self._asked[client] = deque(maxlen=self._most)
        if len(asked) == self._most and (wait := asked[0] + self._span - now) > 0:
            return float(wait)
        asked.append(now)
        return 0.0
