import pytest

from color_codes import contrast, mix, to_hex, to_hsl, to_rgb


def test_hex_to_rgb():
    assert to_rgb("#ff8000") == (255, 128, 0)
    assert to_rgb("F80") == (255, 136, 0)


def test_rgb_to_hex():
    assert to_hex((255, 128, 0)) == "#ff8000"


def test_hsl():
    assert to_hsl((255, 0, 0)) == (0, 100, 50)
    assert to_hsl((0, 128, 128)) == (180, 100, 25)
    assert to_hsl((255, 255, 255)) == (0, 0, 100)


def test_mixture():
    assert mix((0, 0, 0), (255, 255, 255), 0.2) == (51, 51, 51)


def test_contrast():
    assert contrast((0, 0, 0), (255, 255, 255)) == 21.0
    assert contrast((10, 20, 30), (10, 20, 30)) == 1.0
    assert contrast((255, 255, 255), (119, 119, 119)) == 4.48


def test_refused():
    with pytest.raises(ValueError, match="not a colour: #12"):
        to_rgb("#12")
    with pytest.raises(ValueError, match="from 0 to 255"):
        to_hex((0, 0, 256))
