import pytest

from n_queens_solver import draw_board, is_safe, solve_queens


@pytest.mark.parametrize("size, number", [(1, 1), (2, 0), (3, 0), (4, 2), (5, 10), (6, 4)])
def test_number_of_solutions(size, number):
    assert len(list(solve_queens(size))) == number


def test_solutions_for_four():
    assert list(solve_queens(4)) == [(1, 3, 0, 2), (2, 0, 3, 1)]


def test_first_solution_for_eight_is_safe():
    solution = next(solve_queens(8))
    assert solution == (0, 4, 7, 5, 2, 6, 1, 3)
    assert is_safe(solution) is True


@pytest.mark.parametrize("columns", [(0, 0), (0, 1), (1, 0), (0, 2, 1)])
def test_attacks_are_recognised(columns):
    assert is_safe(columns) is False


def test_draw_board():
    assert draw_board((1, 3, 0, 2)) == ". Q . .\n. . . Q\nQ . . .\n. . Q ."


def test_bad_size():
    with pytest.raises(ValueError, match="size must be at least 1"):
        solve_queens(0)
