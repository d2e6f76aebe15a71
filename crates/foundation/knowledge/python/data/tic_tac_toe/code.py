"""Tic-tac-toe."""

EMPTY = "." * 9
LINES = (
    (0, 1, 2),
    (3, 4, 5),
    (6, 7, 8),
    (0, 3, 6),
    (1, 4, 7),
    (2, 5, 8),
    (0, 4, 8),
    (2, 4, 6),
)


def play(board: str, place: int) -> str:
    """Return the board after the next player's move; X begins."""
    if winner(board) or not 0 <= place <= 8 or board[place] != ".":
        raise ValueError(f"{place} is not possible")
    return board[:place] + to_move(board) + board[place + 1 :]


def to_move(board: str) -> str:
    """Return whose turn it is."""
    return "X" if board.count("X") == board.count("O") else "O"


def winner(board: str) -> str | None:
    """Return ``X``, ``O``, ``draw``, or None while the game goes on."""
    for first, second, third in LINES:
        if board[first] != "." and board[first] == board[second] == board[third]:
            return board[first]
    return None if "." in board else "draw"


def best_move(board: str) -> int:
    """Return a move that gives the best result against a perfect player."""
    if winner(board):
        raise ValueError("the game is over")
    free = [place for place in range(9) if board[place] == "."]
    return max(free, key=lambda place: -_value(play(board, place)))


def draw(board: str) -> str:
    """Return the board as three lines."""
    return "\n".join(" ".join(board[start : start + 3]) for start in (0, 3, 6))


def _value(board: str) -> int:
    """Return the result for the player whose turn it is; earlier ends count more."""
    end = winner(board)
    if end == "draw":
        return 0
    if end:
        return -1 - board.count(".")
    free = [place for place in range(9) if board[place] == "."]
    return max(-_value(play(board, place)) for place in free)
