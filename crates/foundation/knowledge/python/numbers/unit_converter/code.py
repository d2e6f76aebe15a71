"""Units of measurement."""

UNITS = {
    "length": {
        "mm": 0.001,
        "cm": 0.01,
        "m": 1.0,
        "km": 1000.0,
        "in": 0.0254,
        "ft": 0.3048,
        "yd": 0.9144,
        "mi": 1609.344,
    },
    "mass": {
        "mg": 1e-6,
        "g": 0.001,
        "kg": 1.0,
        "t": 1000.0,
        "oz": 0.028349523125,
        "lb": 0.45359237,
    },
    "volume": {"ml": 0.001, "l": 1.0, "gal": 3.785411784, "pt": 0.473176473},
    "time": {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0},
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704, "kn": 0.5144444444444445},
}
NAMES = {
    "metre": "m",
    "meter": "m",
    "kilometre": "km",
    "kilometer": "km",
    "inch": "in",
    "inche": "in",
    "foot": "ft",
    "feet": "ft",
    "yard": "yd",
    "mile": "mi",
    "gram": "g",
    "kilogram": "kg",
    "pound": "lb",
    "ounce": "oz",
    "litre": "l",
    "liter": "l",
    "gallon": "gal",
    "second": "s",
    "minute": "min",
    "hour": "h",
    "day": "d",
    "knot": "kn",
}


def convert(value: float, source: str, target: str) -> float:
    """Return ``value`` in another unit of the same kind."""
    source_kind, source_factor = _unit(source)
    target_kind, target_factor = _unit(target)
    if source_kind != target_kind:
        raise ValueError(f"{source} is a {source_kind}, {target} a {target_kind}")
    return value * source_factor / target_factor


def units(kind: str) -> list[str]:
    """Return the symbols of a kind, such as ``length``."""
    return list(UNITS[kind])


def _unit(name: str) -> tuple[str, float]:
    word = name.strip().lower()
    for candidate in (word, NAMES.get(word, ""), NAMES.get(word.removesuffix("s"), "")):
        for kind, known in UNITS.items():
            if candidate in known:
                return kind, known[candidate]
    raise ValueError(f"unknown unit: {name}")
