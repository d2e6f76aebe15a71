import pytest

from ordered_set import OrderedSet


def test_order_of_insertion():
    assert list(OrderedSet("banana")) == ["b", "a", "n"]


def test_add_and_discard():
    items = OrderedSet([3, 1])
    items.add(2)
    items.add(3)
    items.discard(1)
    items.discard(9)
    assert list(items) == [3, 2]
    assert len(items) == 2


def test_set_operations_keep_the_order():
    left, right = OrderedSet([3, 1, 2]), OrderedSet([2, 4, 3])
    assert list(left | right) == [3, 1, 2, 4]
    assert list(left - right) == [1]


def test_equality():
    assert [OrderedSet([1, 2]) == other for other in (OrderedSet([2, 1]), {2, 1})] == [False, True]
    assert list(OrderedSet([1, 2])) == [1, 2]


def test_positions():
    items = OrderedSet("abc")
    items.move_to_end("a")
    assert repr(items) == "OrderedSet(['b', 'c', 'a'])"
    assert items.index("a") == 2
    with pytest.raises(KeyError):
        items.move_to_end("z")


def test_backwards():
    assert list(reversed(OrderedSet("abc"))) == ["c", "b", "a"]
