"""What the pages of the budget ask of it and of the directory, in the reader's name."""

import asyncio
from collections.abc import Iterable

from saola.edges.portal import formats, peers
from saola.edges.portal.readers import Reader

MOST, BACK = 200, 5


async def titles(reader: Reader, names: Iterable[str]) -> dict[str, str]:
    """What agencies are called, by name."""
    asked = sorted(set(names) - {""})
    found = await asyncio.gather(*(peers.agency_title(reader.call, name) for name in asked))
    return {name: title or "–" for name, title in zip(asked, found, strict=True)}


async def agencies(reader: Reader) -> list[tuple[str, str]]:
    """Those of which one may choose one; none where identity does not answer."""
    found = await peers.attempt(peers.find_agencies(reader.call, "", MOST))
    return [(one.name, one.display_name) for one in found or ()]


async def areas(reader: Reader) -> dict[str, str]:
    """Areas by the codes that the treasury uses."""
    found = await peers.attempt(peers.areas(reader.call))
    return {one.code: one.display_name for one in found or ()}


async def mine(reader: Reader) -> list[tuple[str, str]]:
    """The agencies for which the reader may write."""
    deputised = {agency for agency, _ in reader.call.caller.deputies}
    own = [f"agencies/{one}" for one in reader.call.caller.agencies if one not in deputised]
    called = await titles(reader, own)
    return [(name, called[name]) for name in dict.fromkeys(own)]


def years(reader: Reader) -> list[int]:
    """This one, the next (its plan is decided now) and some that are over."""
    this = formats.local(reader.call.now).year
    return list(range(this + 1, this - BACK, -1))
