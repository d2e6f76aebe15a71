"""Convert temperatures between scales."""

import re

# degrees per kelvin, and the reading at absolute zero
_SCALES = {
    "C": (1.0, -273.15),
    "F": (1.8, -459.67),
    "K": (1.0, 0.0),
    "R": (1.8, 0.0),
}
_NAMES = {"CELSIUS": "C", "FAHRENHEIT": "F", "KELVIN": "K", "RANKINE": "R"}
_READING = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(?:\u00b0\s*)?([A-Za-z]+)")


def _scale(name: str) -> str:
    """Return the letter of a scale given by letter or name, in either case."""
    letter = _NAMES.get(name.upper(), name.upper())
    if letter not in _SCALES:
        raise ValueError(f"unknown temperature scale: {name!r}")
    return letter


def convert(value: float, source: str, target: str) -> float:
    """Return the temperature ``value`` of the ``source`` scale on the ``target`` scale.

    Raise ValueError for an unknown scale and below absolute zero.
    """
    degrees, zero = _SCALES[_scale(source)]
    if value < zero:
        raise ValueError(f"{value} {_scale(source)} lies below absolute zero")
    target_degrees, target_zero = _SCALES[_scale(target)]
    return round((value - zero) / degrees * target_degrees + target_zero, 9)


def parse_temperature(text: str) -> tuple[float, str]:
    """Return the value and the scale letter of a reading such as ``72F`` or ``-4.5 celsius``."""
    match = _READING.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a temperature: {text!r}")
    return float(match[1]), _scale(match[2])


def format_temperature(value: float, scale: str, digits: int = 1) -> str:
    """Return a reading such as ``21.5 \u00b0C``; kelvin is written without the degree sign."""
    letter = _scale(scale)
    return f"{value:.{digits}f} {'' if letter == 'K' else chr(0xB0)}{letter}"
