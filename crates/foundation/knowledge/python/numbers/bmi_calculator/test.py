import pytest

from bmi_calculator import bmi, bmi_imperial, category, healthy_weights


def test_metric():
    assert bmi(70, 1.75) == 22.9


def test_imperial():
    assert bmi_imperial(150, 65) == 25.0


def test_categories():
    assert [category(index) for index in (18.4, 18.5, 24.9, 25, 29.9, 30)] == [
        "underweight",
        "normal",
        "normal",
        "overweight",
        "overweight",
        "obese",
    ]


def test_healthy_weights():
    assert healthy_weights(1.8) == (59.9, 80.7)


def test_refused():
    with pytest.raises(ValueError, match="must be positive"):
        bmi(70, 0)
