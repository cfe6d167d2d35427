"""The map of a site's areas: drawn once in a worker process, kept, and coloured by a breakdown."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from saola.apis.identity.v1.areas_pb2 import Area
from saola.edges.portal.edge import Edge
from saola.edges.portal.shapes import Place, Spot, cells
from saola.kit.call import Call

CLASSES: Final = 5
KNOWN = 8  # maps that a process keeps
_drawn: dict[str, Mapping[str, str]] = {}


@dataclass(frozen=True)
class Tint:
    """What one area shows: `band` from 1 to 5, or 0 where nothing is known."""

    band: int
    path: str
    said: str


def key(areas: Sequence[Area]) -> str:
    """The same for the same places: who moves a centre gets another map."""
    told = [
        (one.name, one.latitude, one.longitude, one.square_kilometres)
        for one in sorted(areas, key=lambda area: area.name)
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def ready(areas: Sequence[Area]) -> Mapping[str, str] | None:
    """The outlines by name, if this process has them."""
    return _drawn.get(key(areas))


async def outlines(call: Call, areas: Sequence[Area]) -> Mapping[str, str]:
    """The outlines by name. It may take a quarter of a minute; who asks meanwhile waits along."""
    name, edge = key(areas), Edge.of(call.service)
    async with edge.drawing:
        if name in _drawn:
            return _drawn[name]
        found: dict[str, str]
        if there := await edge.kept.get(f"map/{name}"):
            found = json.loads(there.value)
        else:
            places = [
                Place(area.latitude, area.longitude, area.square_kilometres or 1) for area in areas
            ]
            rims = await call.work(cells, places)
            found = {area.name: _path(rim) for area, rim in zip(areas, rims, strict=True)}
            await edge.kept.put(f"map/{name}", json.dumps(found).encode())
        while len(_drawn) >= KNOWN:
            _drawn.pop(next(iter(_drawn)))
        _drawn[name] = found
        return found


def _path(rim: Sequence[Spot]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in rim) + "Z" if rim else ""


def breaks(values: Sequence[Decimal]) -> list[Decimal]:
    """Where one class ends and the next begins: as many areas in each, at numbers one can say."""
    ordered = sorted(values)
    if len(set(ordered)) < CLASSES:
        return sorted(set(ordered))[1:]
    marks = {_round(ordered[len(ordered) * part // CLASSES], ordered) for part in range(1, CLASSES)}
    return sorted(mark for mark in marks if ordered[0] < mark <= ordered[-1])


def _round(value: Decimal, among: Sequence[Decimal]) -> Decimal:
    span = among[-1] - among[0]
    places = 0 if span >= 20 else 1 if span >= 2 else 2
    step = Decimal(10) ** max(0, len(str(int(span))) - 2)
    return round(value / step) * step if places == 0 else round(value, places)


def band(value: Decimal | None, limits: Sequence[Decimal]) -> int:
    """The class of a value, the darkest last; few classes are far apart."""
    if value is None:
        return 0
    place = sum(1 for limit in limits if value >= limit)
    return 1 + round(place * (CLASSES - 1) / len(limits)) if limits else 3


INK: Final = ("#ffffff", "#dbe9f6", "#aacfe8", "#6aaad5", "#2f7dba", "#0c4a85")  # of a file
# What stands around the map of a file, in kilometres; a letter of its title is at most so wide.
LEGEND, LINE, LETTER = 10.0, 5.0, 3.0


def file(
    paths: Mapping[str, str],
    tints: Mapping[str, Tint],
    title: str,
    legend: Sequence[tuple[int, str]],
) -> Markup:
    """For a document: with a title and a legend, in colours of its own, without links."""
    west, north, east, south = _bounds(paths)
    shapes = Markup().join(
        Markup(
            '<path d="{}" fill="{}" stroke="#5f6b7c" stroke-width=".3"><title>{}</title></path>'
        ).format(paths[name], INK[tint.band], tint.said)
        for name, tint in tints.items()
        if paths.get(name)
    )
    keys = Markup().join(
        Markup(
            '<rect x="{0:.1f}" y="{1:.1f}" width="6" height="3.4" fill="{2}" stroke="#5f6b7c" '
            'stroke-width=".3"/><text x="{3:.1f}" y="{4:.1f}">{5}</text>'
        ).format(west, south + LEGEND + at * LINE - 3, INK[band], west + 8,
                 south + LEGEND + at * LINE, text)
        for at, (band, text) in enumerate(legend)
    )  # fmt: skip
    width = max(east - west + 8, len(title) * LETTER)
    height = south - north + 2 * LEGEND + len(legend) * LINE
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{:.1f} {:.1f} {:.1f} {:.1f}" '
        'width="{:.0f}" height="{:.0f}" font-family="Inter, Arial, sans-serif" font-size="3.6" '
        'fill="#475467"><rect x="{:.1f}" y="{:.1f}" width="100%" height="100%" fill="#fff"/>'
        '<text x="{:.1f}" y="{:.1f}" font-size="5" font-weight="600" fill="#0f1722">{}</text>'
        "{}{}</svg>"
    ).format(
        *(west - 4, north - LEGEND, width, height, width * 5, height * 5),
        *(west - 4, north - LEGEND, west, north - 4, title, shapes, keys),
    )


def _bounds(paths: Mapping[str, str]) -> tuple[float, float, float, float]:
    """West, north, east and south of all."""
    spots = [
        tuple(map(float, spot.split()))
        for path in paths.values()
        for spot in path.strip("MZ").split("L")
        if spot
    ]
    west, north = (min(spot[axis] for spot in spots) for axis in (0, 1))
    east, south = (max(spot[axis] for spot in spots) for axis in (0, 1))
    return west, north, east, south


def picture(paths: Mapping[str, str], tints: Mapping[str, Tint], label: str) -> Markup:
    """The map as text of SVG. Each area is a link, and its title says what it shows."""
    west, north, east, south = _bounds(paths)
    shapes = Markup().join(
        Markup(
            '<a href="{}" tabindex="-1" data-code="{}" aria-label="{}"><title>{}</title>'
            '<path class="{}" d="{}"/></a>'
        ).format(tint.path, name, tint.said, tint.said, f"k{tint.band}", paths[name])
        for name, tint in tints.items()
        if paths.get(name)
    )
    return Markup(
        '<svg class="map" viewBox="{:.1f} {:.1f} {:.1f} {:.1f}" role="group" aria-label="{}"><defs>'
        '<pattern id="hatch" width="2.4" height="2.4" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="hatch-bg" width="2.4" height="2.4"/>'
        '<path class="hatch" d="M0 0v2.4"/></pattern></defs>{}</svg>'
    ).format(west - 1, north - 1, east - west + 2, south - north + 2, label, shapes)
