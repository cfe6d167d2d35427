"""The map that is drawn from centres and areas."""

import pytest
from shapely import Point, Polygon

from saola.deploy.demo.province import Province
from saola.edges.portal.shapes import Place, cells

PLACES = [
    Place(one.latitude, one.longitude, one.square_kilometres) for one in Province.load().communes
]


@pytest.fixture(scope="module")
def drawn() -> list[Polygon]:
    return [Polygon(rim) for rim in cells(PLACES)]


def test_each_place_has_its_share_of_the_map(drawn: list[Polygon]) -> None:
    whole, areas = sum(cell.area for cell in drawn), sum(place.area for place in PLACES)
    for place, cell in zip(PLACES, drawn, strict=True):
        assert cell.area / whole == pytest.approx(place.area / areas, rel=0.08)


def test_no_two_places_overlap(drawn: list[Polygon]) -> None:
    for at, one in enumerate(drawn):
        assert one.is_valid
        assert all(one.intersection(other).area < 0.5 for other in drawn[:at])


def test_who_is_to_the_north_is_above(drawn: list[Polygon]) -> None:
    north = max(range(len(PLACES)), key=lambda at: PLACES[at].latitude)
    east = max(range(len(PLACES)), key=lambda at: PLACES[at].longitude)
    assert min(drawn, key=lambda cell: cell.bounds[1]) is drawn[north]
    assert max(drawn, key=lambda cell: cell.bounds[2]) is drawn[east]


def test_few_places_are_drawn_too() -> None:
    assert cells([]) == []
    [alone] = cells([Place(21, 104, 100)])
    assert Polygon(alone).contains(Point(0, 0))
    north, south = cells([Place(21.1, 104, 100), Place(21, 104, 50)])
    assert Polygon(north).area == pytest.approx(2 * Polygon(south).area, rel=0.08)
