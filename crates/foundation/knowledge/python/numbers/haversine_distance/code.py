"""Distances between places on Earth."""

from collections.abc import Sequence
from math import asin, atan2, cos, degrees, radians, sin, sqrt

RADIUS_KM = 6371.0088
Place = tuple[float, float]


def distance_km(start: Place, end: Place) -> float:
    """Return the great-circle distance between two ``(latitude, longitude)`` pairs."""
    (lat1, lon1), (lat2, lon2) = _checked(start), _checked(end)
    inner = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * asin(sqrt(min(1.0, inner)))


def bearing(start: Place, end: Place) -> float:
    """Return the first course from start to end, 0 to 360 degrees from north."""
    (lat1, lon1), (lat2, lon2) = _checked(start), _checked(end)
    east = sin(lon2 - lon1) * cos(lat2)
    north = cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(lon2 - lon1)
    return degrees(atan2(east, north)) % 360


def route_km(places: Sequence[Place]) -> float:
    """Return the length of a route through several places."""
    return sum(distance_km(start, end) for start, end in zip(places, places[1:]))


def nearest(place: Place, others: Sequence[Place]) -> Place:
    """Return the place that is closest."""
    return min(others, key=lambda other: distance_km(place, other))


def _checked(place: Place) -> Place:
    latitude, longitude = place
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{place} is not on Earth")
    return (radians(latitude), radians(longitude))
