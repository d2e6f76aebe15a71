from list_rotation import is_rotation, rotate, rotated


def test_right_and_left():
    assert rotated([1, 2, 3, 4, 5], 2) == [4, 5, 1, 2, 3]
    assert rotated([1, 2, 3, 4, 5], -1) == [2, 3, 4, 5, 1]


def test_around_the_ends():
    assert rotated([1, 2, 3], 4) == [3, 1, 2]
    assert rotated([1, 2, 3], 3) == [1, 2, 3]
    assert rotated([], 2) == []


def test_in_place():
    assert rotate([1, 2, 3, 4, 5], 2) == [4, 5, 1, 2, 3]
    assert rotate([4, 5, 1, 2, 3], -7) == [1, 2, 3, 4, 5]
    assert rotate([], 1) == []


def test_is_rotation():
    assert is_rotation("abc", "cab") is True
    assert is_rotation([1, 2, 3], [1, 3, 2]) is False
    assert is_rotation([1], [1, 1]) is False
    assert is_rotation([], []) is True
