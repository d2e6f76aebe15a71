import pytest

from tic_tac_toe import EMPTY, best_move, draw, play, to_move, winner


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        ("XXX.OO...", "X"),
        ("OX.OX.O.X", "O"),
        ("X.OXO.O.X", "O"),
        ("XOXXOOOXX", "draw"),
        ("X...O....", None),
    ],
)
def test_winner(board, expected):
    assert winner(board) == expected


def test_turns():
    board = play(EMPTY, 4)
    assert board == "....X...."
    assert to_move(board) == "O"
    assert play(board, 0) == "O...X...."


def test_impossible_moves():
    with pytest.raises(ValueError, match="4 is not possible"):
        play("....X....", 4)
    with pytest.raises(ValueError, match="8 is not possible"):
        play("XXX.OO...", 8)
    with pytest.raises(ValueError, match="game is over"):
        best_move("XXX.OO...")


def test_wins_and_blocks():
    assert best_move("XX.OO....") == 2
    assert best_move("X.O.X.O..") == 8
    assert best_move("XX.O.....") == 2


def test_perfect_players_draw():
    board = "X...O...."
    while winner(board) is None:
        board = play(board, best_move(board))
    assert winner(board) == "draw"


def test_drawing():
    assert draw("X.O......") == "X . O\n. . .\n. . ."
