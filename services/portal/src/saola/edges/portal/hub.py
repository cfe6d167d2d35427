"""Live events: one source for a process, many browsers, a small queue each.

They hear what changed, not how: the page then asks by its ordinary, authorised route.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Final

from saola.kit.feed import News

KEPT: Final = 1024  # of the latest, for those who come back
ROOM: Final = 32  # for one who is slow
TOPICS: Final = {
    "Submission": "submissions",
    "Unlock": "submissions",
    "Exemption": "submissions",
    "Form": "forms",
    "Obligation": "submissions",
    "Indicator": "indicators",
    "Agency": "agencies",
    "Day": "calendar",
    "Notices": "notices",
    "Connector": "connectors",
}
LONGEST: Final = 40  # characters of a place
PERSONAL: Final = {"notices"}  # told to whom the key names, and to nobody else
SECURED: Final = {"submissions"}  # shown by rows of agencies: told to those who may see them


def topic_of(type: str) -> str:
    """`submissions` for `….SubmissionSubmitted`; nothing for what no page shows."""
    event = type.rpartition(".")[2]
    return next((topic for noun, topic in TOPICS.items() if event.startswith(noun)), "")


def whom(topic: str, news: News) -> frozenset[str]:
    """Officials, and agencies whose people are told; all are told where it names nobody."""
    if topic in PERSONAL:
        return frozenset({news.key})
    return news.seen_by if topic in SECURED else frozenset()


def read(place: str) -> tuple[int, int] | None:
    """Of which era, and after how many events of it; nothing, where no hub has said that."""
    era, _, last = place.partition("-")
    if len(place) > LONGEST or not (era.isdecimal() and last.isdecimal()):
        return None
    return int(era), int(last)


def reaches(place: str, other: str) -> bool:
    """Whether all that was told up to `other` was told at `place`."""
    here, there = read(place), read(other)
    return here is not None and there is not None and here[0] == there[0] and here[1] >= there[1]


def frame(kind: str, data: object, id: str = "") -> bytes:
    """One event of a stream, as in the HTML standard, §9.2.6."""
    head = f"id: {id}\n" if id else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


@dataclass(eq=False)
class Listener:
    """`names`: those of the official and of the agencies of their positions."""

    names: frozenset[str]
    # Whether something was not told that concerns others.
    withheld: bool = False
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(ROOM))

    def hears(self, whom: frozenset[str]) -> bool:
        return not whom or not whom.isdisjoint(self.names)

    def put(self, said: bytes, instead: bytes) -> None:
        """To one who is too slow, one word for all that was missed."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            said = instead
        self.queue.put_nowait(said)


class Hub:
    """`last` is the sequence of an event in the broker's stream: all replicas count alike.

    `era` is when that stream began: one that had to be made anew counts from 1 again.
    """

    def __init__(self) -> None:
        self.era = self.last = 0
        self._kept = deque[tuple[int, bytes, frozenset[str]]](maxlen=KEPT)
        self._listeners = set[Listener]()
        self._since = 0

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    @property
    def place(self) -> str:
        """Where in which stream: what a browser says that comes back."""
        return f"{self.era}-{self.last}"

    def begin(self, sequence: int, era: int) -> None:
        """From where on events are known. Whoever listens, or comes from before, looks again."""
        self.last = self._since = sequence
        self.era = era
        self._kept.clear()
        for one in self._listeners:
            one.put(self.resync(), self.resync())

    def tell(self, topic: str, revision: int, whom: frozenset[str] = frozenset()) -> None:
        """`whom`: who is told; everybody where it is empty."""
        if revision <= self.last:
            return  # it comes at least once
        self.last = revision
        if not topic:
            return
        changed = frame("changed", {"topic": topic, "revision": revision}, self.place)
        self._kept.append((revision, changed, whom))
        for one in self._listeners:
            if one.hears(whom):
                one.put(changed, self.resync())
            else:
                one.withheld = True

    def missed(self, place: str, listener: Listener) -> list[bytes]:
        """What came since; or that one must look again, where that is not known."""
        era, after = read(place) or (-1, 0)
        if era != self.era:
            return [self.resync()]
        oldest = self._kept[0][0] - 1 if len(self._kept) == KEPT else self._since
        if after > self.last or after < oldest:
            return [self.resync()]
        kept = ((changed, whom) for revision, changed, whom in self._kept if revision > after)
        return [changed for changed, whom in kept if listener.hears(whom)]

    async def listen(
        self, after: str, beat: float, listener: Listener
    ) -> AsyncGenerator[bytes, None]:
        """A stream without end, from the place `after`, or from now on.

        Within every `beat` seconds something is said.
        """
        self._listeners.add(listener)
        try:
            yield b"retry: 2000\n\n" + self._beat()
            for one in self.missed(after, listener) if after else ():
                yield one
            while True:
                try:
                    yield await asyncio.wait_for(listener.queue.get(), beat)
                except TimeoutError:
                    yield self._beat()
        finally:
            self._listeners.remove(listener)

    def resync(self) -> bytes:
        return frame("resync", {}, self.place)

    def _beat(self) -> bytes:
        return frame("beat", {}, self.place)
