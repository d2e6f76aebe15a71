import pytest

from temperature_scales import convert, format_temperature, parse_temperature


def test_celsius_and_fahrenheit():
    assert convert(100, "C", "F") == 212
    assert convert(0, "C", "F") == 32
    assert convert(98.6, "F", "C") == 37
    assert convert(-40, "C", "F") == -40


def test_kelvin_and_rankine():
    assert convert(0, "C", "K") == 273.15
    assert convert(300, "K", "C") == 26.85
    assert convert(32, "F", "R") == 491.67
    assert convert(0, "K", "F") == -459.67


def test_names_and_same_scale():
    assert convert(25, "celsius", "Fahrenheit") == 77
    assert convert(36.6, "c", "C") == 36.6


def test_absolute_zero():
    assert convert(-273.15, "C", "K") == 0
    with pytest.raises(ValueError, match="-273.16 C lies below absolute zero"):
        convert(-273.16, "C", "K")
    with pytest.raises(ValueError, match="below absolute zero"):
        convert(-0.1, "K", "C")


def test_unknown_scales():
    with pytest.raises(ValueError, match="unknown temperature scale: 'X'"):
        convert(1, "X", "C")
    with pytest.raises(ValueError, match="unknown temperature scale: ''"):
        convert(1, "C", "")


def test_parsing_readings():
    assert parse_temperature("72F") == (72.0, "F")
    assert parse_temperature(" -4.5 celsius ") == (-4.5, "C")
    assert parse_temperature("+20 \u00b0C") == (20.0, "C")
    with pytest.raises(ValueError, match="not a temperature: 'warm'"):
        parse_temperature("warm")
    with pytest.raises(ValueError, match="unknown temperature scale"):
        parse_temperature("3 apples")


def test_formatting_readings():
    assert format_temperature(21.46, "C") == "21.5 \u00b0C"
    assert format_temperature(300, "kelvin", digits=0) == "300 K"
