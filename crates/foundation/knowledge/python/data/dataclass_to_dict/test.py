from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Optional

import pytest

from dataclass_to_dict import from_dict, to_dict


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Part:
    name: str
    price: Decimal
    color: Color = Color.RED


@dataclass
class Order:
    id: int
    day: date
    parts: list[Part]
    weight: float = 0.0
    note: Optional[str] = None
    code: int | str = 0
    stock: dict[str, int] = field(default_factory=dict)
    extra: Any = None


ORDER = Order(7, date(2024, 2, 29), [Part("nut", Decimal("0.10"), Color.BLUE)], stock={"a": 1})
PLAIN = {
    "id": 7,
    "day": "2024-02-29",
    "parts": [{"name": "nut", "price": "0.10", "color": "blue"}],
    "weight": 0.0,
    "note": None,
    "code": 0,
    "stock": {"a": 1},
    "extra": None,
}


def test_to_dict():
    assert to_dict(ORDER) == PLAIN
    assert to_dict((datetime(2024, 1, 2, 3, 4), {1: True})) == ["2024-01-02T03:04:00", {"1": True}]


def test_from_dict_is_the_way_back():
    assert from_dict(Order, PLAIN) == ORDER


def test_defaults_unions_and_whole_floats():
    order = from_dict(Order, {"id": 1, "day": "2024-01-01", "parts": [], "weight": 2, "code": "x"})
    assert order == Order(1, date(2024, 1, 1), [], weight=2.0, code="x")
    assert isinstance(order.weight, float)


def test_input_that_cannot_be_converted():
    with pytest.raises(TypeError, match="cannot convert a object"):
        to_dict([object()])


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"id": "7"}, "Order.id: expected int, got '7'"),
        ({"id": True}, "Order.id: expected int, got True"),
        ({"day": "29.2."}, "Order.day: '29.2.' is not a valid date"),
        ({"parts": {}}, "Order.parts: expected list"),
        ({"parts": [{"name": "x", "price": "much"}]}, r"Order.parts\[0\].price: 'much'"),
        ({"parts": [{"name": "x", "price": "1", "color": "pink"}]}, "not a valid Color"),
        ({"stock": {"a": "x"}}, "Order.stock.a: expected int"),
        ({"note": 5}, "Order.note: expected str"),
        ({"code": None}, "Order.code: expected str, got None"),
        ({"size": 1}, r"Order: unknown fields \['size'\]"),
    ],
)
def test_errors_name_the_field(changes, message):
    with pytest.raises(ValueError, match=message):
        from_dict(Order, {**PLAIN, **changes})


def test_missing_field():
    with pytest.raises(ValueError, match="Part: .*missing.*price"):
        from_dict(Part, {"name": "x"})
