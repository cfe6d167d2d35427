"""What the palette finds: pages here, agencies in identity, indicators in the warehouse."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.edges.portal import navigation, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader, Reader
from saola.kit.words import fold

router = APIRouter(prefix="/search", route_class=Page)
MOST, LOOKED_AT = 6, 50


@dataclass(frozen=True)
class Hit:
    title: str
    kind: str
    path: str


def distance(query: str, title: str) -> int:
    """The words in a row are nearest, then each at the beginning of one, then anywhere: “y te” is
    meant for “Sở Y tế” rather than for “kinh tế quý”."""
    said, words = f" {fold(title)}", fold(query).split()
    if f" {' '.join(words)}" in said:
        return 0
    return 1 if all(f" {word}" in said for word in words) else 2


def nearest(query: str, hits: Sequence[Hit]) -> Sequence[Hit]:
    return sorted(hits, key=lambda hit: distance(query, hit.title))[:MOST]


def places(query: str, reader: Reader) -> list[Hit]:
    kind = reader.words._("page")
    words, roles = reader.words, reader.roles
    known = navigation.of(words, roles) + navigation.beside(words, roles)
    return [
        Hit(place.title, kind, place.path) for place in known if fold(query) in fold(place.title)
    ]


def _indicator(one: Indicator, reader: Reader) -> Hit:
    title = reader.words.either(one.title_vi, one.title_en)
    return Hit(title, reader.words._("indicator"), f"/indicators/{one.code}")


@router.get("")
async def search(request: Request, reader: OfReader, q: str = "") -> Response:
    hits: Sequence[Hit] = places(q, reader)
    silent = False
    if query := q.strip()[:100]:
        _, call = reader.words._, reader.call
        agencies, indicators = await asyncio.gather(
            peers.attempt(peers.find_agencies(call, query, LOOKED_AT)),
            peers.attempt(peers.find_indicators(call, query, LOOKED_AT)),
        )
        silent = agencies is None or indicators is None
        units = [
            Hit(one.display_name, _("unit"), f"/board/{one.name.removeprefix('agencies/')}")
            for one in agencies or ()
        ]
        measures = [_indicator(one, reader) for one in indicators or ()]
        hits = [*hits, *nearest(query, units), *nearest(query, measures)]
    return views.answer(
        request,
        "search/page.html",
        "search/hits.html",
        here="search",
        q=q,
        hits=hits,
        silent=silent,
    )
