import pytest

from stock_inventory import Article, Inventory, OutOfStockError


@pytest.fixture
def stock():
    inventory = Inventory()
    inventory.add_article(Article("PEN", "Pen", 150, in_stock=10))
    inventory.add_article(Article("INK", "Ink", 399, in_stock=2))
    return inventory


def test_restock_and_value(stock):
    assert stock.value_cents() == 2298
    assert stock.restock("INK", 3) == 5
    assert stock.value_cents() == 3495


def test_reserved_goods_are_not_available(stock):
    stock.reserve({"PEN": 7})
    assert stock.article("PEN").available == 3
    assert stock.article("PEN").in_stock == 10


def test_order_is_all_or_nothing(stock):
    with pytest.raises(OutOfStockError, match="not available: 3 x INK") as caught:
        stock.reserve({"PEN": 1, "INK": 5})
    assert caught.value.missing == {"INK": 3}
    assert stock.article("PEN").reserved == 0


def test_shipping_and_releasing(stock):
    stock.reserve({"PEN": 4})
    stock.finish({"PEN": 3}, shipped=True)
    stock.finish({"PEN": 1}, shipped=False)
    pen = stock.article("PEN")
    assert (pen.in_stock, pen.reserved, pen.available) == (7, 0, 7)


def test_cannot_finish_more_than_reserved(stock):
    stock.reserve({"PEN": 1, "INK": 1})
    with pytest.raises(ValueError, match="only 1 x INK are reserved"):
        stock.finish({"PEN": 1, "INK": 2}, shipped=True)
    assert stock.article("PEN").reserved == 1


def test_low_stock(stock):
    stock.add_article(Article("CAP", "Cap", 10))
    assert stock.low_stock(3) == [("CAP", 0), ("INK", 2)]
    assert stock.low_stock(0) == []


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_must_be_positive(stock, number):
    with pytest.raises(ValueError, match="number must be at least 1"):
        stock.restock("PEN", number)
    with pytest.raises(ValueError, match="number must be at least 1"):
        stock.reserve({"PEN": number})


def test_unknown_and_repeated_articles(stock):
    with pytest.raises(KeyError, match="unknown article"):
        stock.reserve({"XXX": 1})
    with pytest.raises(ValueError, match="exists already"):
        stock.add_article(Article("PEN", "Other", 1))


@pytest.mark.parametrize("numbers", [(-1, 0, 0), (1, -1, 0), (1, 1, 2)])
def test_impossible_article(numbers):
    with pytest.raises(ValueError, match="impossible numbers"):
        Article("X", "x", *numbers)
