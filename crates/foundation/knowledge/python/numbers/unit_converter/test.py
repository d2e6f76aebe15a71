import pytest

from unit_converter import convert, units


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, "mi", "km", 1.609344),
        (10, "Kilometres", "miles", 6.213712),
        (5, "pounds", "kg", 2.267962),
        (6, "feet", "cm", 182.88),
        (90, "min", "hours", 1.5),
        (100, "km/h", "mph", 62.137119),
        (2, "gallons", "l", 7.570824),
    ],
)
def test_conversion(value, source, target, expected):
    assert round(convert(value, source, target), 6) == expected


def test_different_kinds():
    with pytest.raises(ValueError, match="kg is a mass, m a length"):
        convert(1, "kg", "m")
    assert convert(1, "m", "m") == 1


def test_unknown_unit():
    with pytest.raises(ValueError, match="unknown unit: parsec"):
        convert(1, "parsec", "m")
    assert "parsec" not in units("length")
    assert len(units("length")) == 8


def test_units_of_a_kind():
    assert units("volume") == ["ml", "l", "gal", "pt"]
