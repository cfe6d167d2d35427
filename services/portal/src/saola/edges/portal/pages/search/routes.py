"""What the palette finds: pages here, agencies in identity, indicators in the warehouse."""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.edges.portal import navigation, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader, Reader

router = APIRouter(prefix="/search", route_class=Page)
MOST = 6


@dataclass(frozen=True)
class Hit:
    title: str
    kind: str
    path: str


def folded(text: str) -> str:
    """Without case and diacritics: “cong thuong” is found in “Công Thương”."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).replace("đ", "d")


def places(query: str, reader: Reader) -> list[Hit]:
    kind = reader.words._("page")
    words, roles = reader.words, reader.roles
    known = navigation.of(words, roles) + navigation.beside(words, roles)
    return [
        Hit(place.title, kind, place.path)
        for place in known
        if folded(query) in folded(place.title)
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
            peers.attempt(peers.find_agencies(call, query, MOST)),
            peers.attempt(peers.find_indicators(call, query, MOST)),
        )
        silent = agencies is None or indicators is None
        hits = [
            *hits,
            *(
                Hit(one.display_name, _("unit"), f"/board/{one.name.removeprefix('agencies/')}")
                for one in agencies or ()
            ),
            *(_indicator(one, reader) for one in indicators or ()),
        ]
    return views.answer(
        request,
        "search/page.html",
        "search/hits.html",
        here="search",
        q=q,
        hits=hits,
        silent=silent,
    )
