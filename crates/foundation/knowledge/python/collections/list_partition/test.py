from list_partition import partition, split_at, split_between


def test_partition():
    assert partition([1, 2, 3, 4, 5], lambda item: item % 2) == ([1, 3, 5], [2, 4])
    assert partition([], bool) == ([], [])


def test_an_iterator_is_read_once():
    assert partition(iter("aXbY"), str.isupper) == (["X", "Y"], ["a", "b"])


def test_split_at_separators():
    assert split_at([1, 0, 2, 3, 0], lambda item: item == 0) == [[1], [2, 3], []]


def test_split_between_neighbours():
    runs = split_between([1, 2, 3, 7, 8, 1], lambda left, right: right != left + 1)
    assert runs == [[1, 2, 3], [7, 8], [1]]
    assert split_between([], lambda left, right: True) == []
