from heap_sort import heap_sort, is_heap


def test_sorted_in_place():
    assert heap_sort([5, 3, 8, 1, 9, 2, 5]) == [1, 2, 3, 5, 5, 8, 9]


def test_short_lists():
    assert heap_sort([]) == []
    assert heap_sort([1]) == [1]


def test_key_and_reverse():
    words = ["pear", "fig", "banana"]
    assert heap_sort(words, key=len, reverse=True) == ["banana", "pear", "fig"]


def test_many():
    assert heap_sort([(number * 37) % 7 for number in range(9)]) == [0, 0, 1, 2, 2, 3, 4, 5, 6]


def test_heap_order():
    assert is_heap([9, 5, 8, 1]) is True
    assert is_heap([1, 2]) is False
