import random

import pytest

from binary_search_tree import BinarySearchTree

KEYS = [50, 30, 70, 20, 40, 60, 80]


def test_iteration_is_sorted():
    assert list(BinarySearchTree(KEYS)) == [20, 30, 40, 50, 60, 70, 80]
    assert list(BinarySearchTree()) == []


def test_membership_and_duplicates():
    tree = BinarySearchTree(KEYS)
    assert 40 in tree
    assert 45 not in tree
    assert tree.insert(45) is True
    assert tree.insert(45) is False
    assert 45 in tree


@pytest.mark.parametrize("key", KEYS)
def test_delete_each_kind_of_node(key):
    tree = BinarySearchTree(KEYS)
    tree.delete(key)
    assert list(tree) == sorted(set(KEYS) - {key})


def test_delete_with_distant_heir():
    tree = BinarySearchTree([10, 5, 30, 20, 40, 15, 17])
    tree.delete(10)
    assert list(tree) == [5, 15, 17, 20, 30, 40]
    assert tree.height() == 4


def test_delete_missing_key():
    with pytest.raises(KeyError, match="99"):
        BinarySearchTree(KEYS).delete(99)


def test_between():
    assert BinarySearchTree(KEYS).between(30, 60) == [30, 40, 50, 60]
    assert BinarySearchTree(KEYS).between(81, 99) == []


@pytest.mark.parametrize("keys, height", [([], 0), ([1], 1), (KEYS, 3), ([1, 2, 3], 3)])
def test_height(keys, height):
    assert BinarySearchTree(keys).height() == height


def test_random_deletions_down_to_empty():
    rng = random.Random(4)
    keys = rng.sample(range(1000), 60)
    tree = BinarySearchTree(keys)
    for number, key in enumerate(rng.sample(keys, 60), start=1):
        tree.delete(key)
        assert sum(1 for _ in tree) == 60 - number
