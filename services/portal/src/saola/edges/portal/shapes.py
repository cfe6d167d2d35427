"""A map of places whose boundaries nobody has given: cells around their centres, true to area.

A power diagram (Aurenhammer, 1987) within a rounded outline: the weights are moved until each cell
has its place's share of the whole. It takes seconds, so it is drawn in a worker process and kept.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from shapely import Point, Polygon, unary_union
from shapely.geometry.base import BaseGeometry

DEGREE: Final = 111.32  # kilometres, of latitude
# Kilometres by which the union of circles is closed, and its rim smoothed.
CLOSED, OPENED, SMOOTHED = 16, -18, 3
NEIGHBOURS: Final = 30
ROUNDS, CLOSE = 150, 0.03
Spot = tuple[float, float]


class Place(NamedTuple):
    """Degrees, and square kilometres."""

    latitude: float
    longitude: float
    area: float


def cells(places: Sequence[Place]) -> list[list[Spot]]:
    """The rim of each place, in kilometres to the east and to the south of the middle of all."""
    if not places:
        return []
    centres = _projected(places)
    radii = [math.sqrt(place.area / math.pi) for place in places]
    outline = _outline(centres, radii)
    share = outline.area / sum(place.area for place in places)
    wanted = [place.area * share for place in places]
    near = [_near(own, centres) for own in range(len(places))]
    weights, best, worst = [0.0] * len(places), list[BaseGeometry](), math.inf
    for _ in range(ROUNDS):
        found = [_cell(own, centres, weights, near[own], outline) for own in range(len(places))]
        flaw = max(abs(cell.area - area) / area for cell, area in zip(found, wanted, strict=True))
        if flaw < worst:
            best, worst = found, flaw
        if worst < CLOSE:
            break
        for own, cell in enumerate(found):
            rim = max(cell.length, math.pi * radii[own])
            weights[own] += 2 * radii[own] * (wanted[own] - cell.area) / rim
    return [_rim(cell) for cell in best]


def _projected(places: Sequence[Place]) -> list[Spot]:
    """Flat enough for a province: longitudes narrow as at its middle."""
    north = sum(place.latitude for place in places) / len(places)
    east = sum(place.longitude for place in places) / len(places)
    narrow = math.cos(math.radians(north)) * DEGREE
    return [
        ((place.longitude - east) * narrow, (north - place.latitude) * DEGREE) for place in places
    ]


def _outline(centres: Sequence[Spot], radii: Sequence[float]) -> BaseGeometry:
    circles = [Point(*centre).buffer(radius) for centre, radius in zip(centres, radii, strict=True)]
    return unary_union(circles).buffer(CLOSED).buffer(OPENED).buffer(SMOOTHED)


def _near(own: int, centres: Sequence[Spot]) -> list[int]:
    others = sorted(range(len(centres)), key=lambda one: math.dist(centres[own], centres[one]))
    return [one for one in others if one != own][:NEIGHBOURS]


def _cell(
    own: int,
    centres: Sequence[Spot],
    weights: Sequence[float],
    near: Sequence[int],
    outline: BaseGeometry,
) -> BaseGeometry:
    """What of the outline is nearer to the centre than to any other, by the weights."""
    west, north, east, south = outline.bounds
    (x, y), cell = centres[own], [(west, north), (east, north), (east, south), (west, south)]
    for other in near:
        a, b = centres[other]
        limit = a * a + b * b - weights[other] - (x * x + y * y - weights[own])
        cell = _clipped(cell, 2 * (a - x), 2 * (b - y), limit)
    return Polygon(cell).intersection(outline) if len(cell) > 2 else Polygon()


def _clipped(cell: list[Spot], along: float, down: float, limit: float) -> list[Spot]:
    """The part of a convex polygon where `along` x + `down` y does not go beyond `limit`."""
    beyond = [along * x + down * y - limit for x, y in cell]
    kept = list[Spot]()
    for at, (x, y) in enumerate(cell):
        (before_x, before_y), before = cell[at - 1], beyond[at - 1]
        if (before <= 0) != (beyond[at] <= 0):
            part = before / (before - beyond[at])
            kept.append((before_x + part * (x - before_x), before_y + part * (y - before_y)))
        if beyond[at] <= 0:
            kept.append((x, y))
    return kept


def _rim(cell: BaseGeometry) -> list[Spot]:
    """Where the outline cuts a cell in two, its larger part; metres are enough."""
    parts = [part for part in getattr(cell, "geoms", [cell]) if isinstance(part, Polygon)]
    largest = max(parts, key=lambda part: part.area, default=Polygon())
    return [(round(x, 2), round(y, 2)) for x, y, *_ in largest.exterior.coords][:-1]
