"""Refusals as people read them: agencies are told by their titles, not by their names."""

import re
from typing import Final

from saola.edges.portal import peers
from saola.edges.portal.readers import Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError

NAMED: Final = re.compile(r"agencies/[0-9a-f-]{36}")


async def refused(reader: Reader, typed: Typed, refusal: DomainError) -> None:
    """Each flaw at its field, or above; agencies are told by their titles."""
    typed.refused(refusal, reader.words)
    typed.trouble = await told(reader, typed.trouble)
    typed.errors = {key: await told(reader, text) for key, text in typed.errors.items()}


async def told(reader: Reader, text: str) -> str:
    """With the titles of agencies in the place of their names."""
    for name in {*NAMED.findall(text)}:
        text = text.replace(name, await peers.agency_title(reader.call, name) or name)
    return text
