import pytest

from hanoi_towers import moves, play


def test_two_disks():
    assert list(moves(2)) == [("A", "B"), ("A", "C"), ("B", "C")]


def test_number_of_moves():
    assert [len(list(moves(disks))) for disks in range(6)] == [0, 1, 3, 7, 15, 31]


def test_solution_is_allowed_and_right():
    assert play(4, moves(4)) == {"A": [], "B": [], "C": [4, 3, 2, 1]}


def test_forbidden_moves():
    with pytest.raises(ValueError, match="disk 2 is larger than 1"):
        play(2, [("A", "B"), ("A", "B")])
    with pytest.raises(ValueError, match="peg B is empty"):
        play(2, [("B", "C")])
    with pytest.raises(ValueError, match="-1 disks"):
        list(moves(-1))
