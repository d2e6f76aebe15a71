from pair_sums import all_pairs, three_sum, two_sum


def test_pair_of_indices():
    assert two_sum([2, 7, 11, 15], 9) == (0, 1)
    assert two_sum([3, 3], 6) == (0, 1)


def test_no_pair():
    assert two_sum([1, 2], 7) is None
    assert two_sum([4], 8) is None


def test_all_pairs():
    assert all_pairs([1, 5, 3, 3, 5, 1, 2], 6) == [(1, 5), (3, 3)]
    assert all_pairs([3], 6) == []


def test_triples():
    assert three_sum([-1, 0, 1, 2, -1, -4]) == [(-1, -1, 2), (-1, 0, 1)]
    assert three_sum([1, 2, 3], 7) == []
