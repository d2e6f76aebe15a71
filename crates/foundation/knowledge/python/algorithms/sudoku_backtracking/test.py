import pytest

from sudoku_backtracking import format_board, parse_board, solve_sudoku

SOLVED = "123456789456789123789123456231674895875912364694538217317265948542897631968341572"
HOLES = "".join("." if index % 2 else digit for index, digit in enumerate(SOLVED))


def is_complete(text):
    return len(text) == 81 and "0" not in text and parse_board(text) != []


def test_solved_board_stays_the_same():
    assert solve_sudoku(SOLVED) == SOLVED


def test_fills_the_last_cell():
    assert solve_sudoku("0" + SOLVED[1:]) == SOLVED


def test_fills_half_empty_board():
    solution = solve_sudoku(HOLES)
    assert is_complete(solution) is True
    assert solution[::2] == SOLVED[::2]


def test_empty_board_can_be_filled():
    assert is_complete(solve_sudoku("." * 81)) is True


def test_unsolvable_board():
    first_row = "12345678."
    nine_in_last_column = "........9"
    assert solve_sudoku(first_row + "." * 63 + nine_in_last_column) is None


@pytest.mark.parametrize("text", ["", "1" * 80, "x" * 81, "²" * 81])
def test_malformed_boards(text):
    with pytest.raises(ValueError, match="exactly 81 cells"):
        parse_board(text)


@pytest.mark.parametrize(
    "text",
    ["11" + "." * 79, "1" + "." * 8 + "1" + "." * 71, "1" + "." * 9 + "1" + "." * 70],
)
def test_repeated_digits(text):
    with pytest.raises(ValueError, match="repeated digit"):
        solve_sudoku(text)


def test_format_board():
    lines = format_board("." + SOLVED[1:]).splitlines()
    assert lines[0] == ". 2 3 4 5 6 7 8 9"
    assert len(lines) == 9


def test_backtracks_out_of_a_wrong_guess():
    clues = "9" + "." * 80
    assert solve_sudoku(clues)[0] == "9"
