"""A person's saved views, in one value of the vault. Two tabs at once lose nothing."""

import json
from dataclasses import asdict, dataclass
from typing import Final
from uuid import uuid4

from saola.edges.portal.edge import Edge
from saola.edges.portal.readers import Reader
from saola.kit.errors import DomainError, InvalidField, StaleWrite

MOST: Final = 50
LONGEST_NAME, LONGEST_PATH = 100, 1000
TRIES: Final = 5
PLACES: Final = ("/indicators", "/fields", "/board", "/reports", "/inbox", "/search", "/present")


class TooManyViews(DomainError):
    vi = "Mỗi người lưu được nhiều nhất {most} góc nhìn. Hãy xóa bớt trước khi lưu thêm."
    en = "One may save {most} views at most. Delete some before you save more."


@dataclass(frozen=True)
class View:
    id: str
    name: str
    path: str


async def kept(edge: Edge, reader: Reader) -> list[View]:
    found = await edge.kept.get(_key(reader))
    return _read(found.value) if found else []


async def keep(edge: Edge, reader: Reader, name: str, path: str) -> None:
    """One of the same name is replaced: that is how one renews it."""
    name, path = name.strip(), path.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidField(field="name")
    if not ours(path):
        raise InvalidField(field="path")
    await _change(edge, reader, View(uuid4().hex, name, path), "")


async def drop(edge: Edge, reader: Reader, id: str) -> None:
    """Nothing happens where it is gone already."""
    await _change(edge, reader, None, id)


def ours(path: str) -> bool:
    """A page of the portal, and no other site's."""
    plain = path.partition("?")[0]
    known = plain == "/" or any(plain == one or plain.startswith(f"{one}/") for one in PLACES)
    return known and len(path) <= LONGEST_PATH and path.isprintable() and "\\" not in path


async def _change(edge: Edge, reader: Reader, new: View | None, gone: str) -> None:
    for _ in range(TRIES):
        found = await edge.kept.get(_key(reader))
        before = _read(found.value) if found else []
        after = [one for one in before if one.id != gone and not (new and one.name == new.name)]
        if new:
            after.append(new)
        if len(after) > MOST:
            raise TooManyViews(most=MOST)
        written = json.dumps([asdict(one) for one in after]).encode()
        if await edge.kept.replace(_key(reader), written, found.revision if found else 0):
            return
    raise StaleWrite


def _read(value: bytes) -> list[View]:
    return sorted((View(**one) for one in json.loads(value)), key=lambda one: one.name.casefold())


def _key(reader: Reader) -> str:
    return f"views/{reader.call.caller.id}"
