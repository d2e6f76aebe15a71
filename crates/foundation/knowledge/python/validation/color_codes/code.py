"""Colours as hex digits, RGB and HSL."""

import colorsys
import re

Rgb = tuple[int, int, int]


def to_rgb(text: str) -> Rgb:
    """Return the parts of ``#rgb`` or ``#rrggbb``."""
    digits = text.strip().removeprefix("#")
    if not re.fullmatch(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}", digits):
        raise ValueError(f"not a colour: {text}")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def to_hex(rgb: Rgb) -> str:
    """Return ``#rrggbb``."""
    if any(not 0 <= part <= 255 for part in rgb):
        raise ValueError(f"parts must be from 0 to 255: {rgb}")
    return "#" + "".join(f"{part:02x}" for part in rgb)


def to_hsl(rgb: Rgb) -> tuple[int, int, int]:
    """Return hue in degrees, saturation and lightness in percent."""
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in rgb))
    return round(hue * 360) % 360, round(saturation * 100), round(light * 100)


def mix(left: Rgb, right: Rgb, share: float = 0.5) -> Rgb:
    """Return the colour between two; ``share`` is that of the right one."""
    red, green, blue = (
        round(first + (second - first) * share) for first, second in zip(left, right)
    )
    return red, green, blue


def contrast(left: Rgb, right: Rgb) -> float:
    """Return the contrast ratio, 1 to 21."""
    light, dark = sorted((_luminance(left), _luminance(right)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 2)


def _luminance(rgb: Rgb) -> float:
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in rgb
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
