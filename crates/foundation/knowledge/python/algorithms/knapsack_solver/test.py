import pytest

from knapsack_solver import Item, pack

TENT = Item("tent", 5, 10)
STOVE = Item("stove", 4, 40)
FOOD = Item("food", 6, 30)
ROPE = Item("rope", 3, 50)
ALL = [TENT, STOVE, FOOD, ROPE]


def test_best_choice():
    assert pack(ALL, 10) == (90, [STOVE, ROPE])


def test_everything_fits():
    assert pack(ALL, 18) == (130, ALL)


def test_beats_the_greedy_choice():
    small, half, other = Item("s", 1, 3), Item("h", 5, 10), Item("o", 5, 10)
    assert pack([small, half, other], 10) == (20, [half, other])


@pytest.mark.parametrize("items, capacity", [([], 5), ([TENT], 4), ([TENT], 0)])
def test_nothing_to_take(items, capacity):
    assert pack(items, capacity) == (0, [])


def test_weightless_item_always_fits():
    note = Item("note", 0, 1)
    assert pack([note, TENT], 0) == (1, [note])


def test_each_item_is_taken_once():
    assert pack([ROPE], 9) == (50, [ROPE])


def test_bad_numbers_are_refused():
    with pytest.raises(ValueError, match="capacity must not be negative"):
        pack([], -1)
    with pytest.raises(ValueError, match="anvil: weight and value"):
        Item("anvil", -5, 1)
