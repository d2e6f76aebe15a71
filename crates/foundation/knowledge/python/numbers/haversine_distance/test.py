import pytest

from haversine_distance import bearing, distance_km, nearest, route_km

PARIS = (48.8566, 2.3522)
LONDON = (51.5074, -0.1278)
ROME = (41.9028, 12.4964)


def test_distance():
    assert round(distance_km(PARIS, LONDON)) == 344
    assert distance_km(PARIS, PARIS) == 0


def test_bearing():
    assert round(bearing((0, 0), (0, 10))) == 90
    assert round(bearing((0, 0), (10, 0))) == 0
    assert round(bearing((0, 0), (0, -10))) == 270


def test_route():
    assert round(route_km([LONDON, PARIS, ROME])) == 1449


def test_nearest():
    assert nearest(LONDON, [ROME, PARIS]) == (48.8566, 2.3522)


def test_not_on_earth():
    with pytest.raises(ValueError, match="is not on Earth"):
        distance_km((91, 0), PARIS)
