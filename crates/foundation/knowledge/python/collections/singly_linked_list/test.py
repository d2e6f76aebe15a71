import pytest

from singly_linked_list import LinkedList


def test_append_and_prepend():
    chain = LinkedList([2, 3])
    chain.append(4)
    chain.prepend(1)
    assert list(chain) == [1, 2, 3, 4]
    assert len(chain) == 4


def test_prepend_to_empty_then_append():
    chain = LinkedList()
    chain.prepend("a")
    chain.append("b")
    assert list(chain) == ["a", "b"]


@pytest.mark.parametrize(
    "index, expected",
    [(0, ["x", 1, 2]), (1, [1, "x", 2]), (2, [1, 2, "x"])],
)
def test_insert(index, expected):
    chain = LinkedList([1, 2])
    chain.insert(index, "x")
    chain.append("end")
    assert list(chain) == expected + ["end"]


@pytest.mark.parametrize("index", [-1, 3])
def test_insert_out_of_range(index):
    with pytest.raises(IndexError, match="out of range"):
        LinkedList([1, 2]).insert(index, "x")


@pytest.mark.parametrize("value, rest", [(1, [2, 3]), (2, [1, 3]), (3, [1, 2])])
def test_remove_and_append_afterwards(value, rest):
    chain = LinkedList([1, 2, 3])
    chain.remove(value)
    assert list(chain) == rest
    chain.append(9)
    assert list(chain) == rest + [9]


def test_remove_missing_value():
    with pytest.raises(ValueError, match="5 is not in the list"):
        LinkedList([1]).remove(5)


def test_remove_the_only_node():
    chain = LinkedList(["a"])
    chain.remove("a")
    chain.append("b")
    assert list(chain) == ["b"]


def test_reverse():
    chain = LinkedList([1, 2, 3])
    chain.reverse()
    chain.append(0)
    assert list(chain) == [3, 2, 1, 0]
    assert 2 in chain
