import pytest

from shopping_cart import Cart


def test_totals():
    cart = Cart()
    cart.add("tea", "2.50", 2)
    cart.add("mug", "9.99")
    assert str(cart.subtotal()) == "14.99"
    assert str(cart.total()) == "14.99"
    assert str(Cart().total()) == "0.00"


def test_quantities():
    cart = Cart()
    cart.add("tea", "2.50", 2)
    cart.add("mug", "9.99")
    cart.add("tea", "2.50")
    assert cart.lines["tea"].quantity == 3
    cart.remove("tea", 2)
    cart.remove("mug")
    assert str(cart.total()) == "2.50"


def test_discounts_apply_in_their_order():
    cart = Cart()
    cart.add("tea", "2.50", 2)
    cart.add("mug", "9.99")
    cart.discount_percent("10")
    cart.discount_amount("1")
    assert str(cart.total()) == "12.49"


def test_never_below_nothing():
    cart = Cart()
    cart.add("tea", "2.50", 2)
    cart.add("mug", "9.99")
    cart.discount_amount("100")
    assert str(cart.total("19")) == "0.00"


def test_tax():
    cart = Cart()
    cart.add("tea", "2.50", 2)
    cart.add("mug", "9.99")
    assert str(cart.total("19")) == "17.84"


def test_refused():
    cart = Cart()
    cart.add("tea", "2.50", 2)
    cart.add("mug", "9.99")
    with pytest.raises(ValueError, match="tea costs 2.50"):
        cart.add("tea", "3")
    with pytest.raises(ValueError, match="quantity must be positive"):
        cart.add("pen", "1", 0)
    with pytest.raises(ValueError, match="between 0 and 100"):
        cart.discount_percent("101")
    with pytest.raises(KeyError):
        cart.remove("pen")
    assert str(cart.total()) == "14.99"
