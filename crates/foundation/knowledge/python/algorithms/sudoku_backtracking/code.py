"""A sudoku solver."""

from collections.abc import Iterator

DIGITS = frozenset(range(1, 10))
Board = list[int]


def parse_board(text: str) -> Board:
    """Read 81 digits ('0' or '.' for empty), ignoring white space.

    Raises ValueError for bad characters, a wrong length or repeated digits.
    """
    cells = "".join(text.split()).replace(".", "0")
    if len(cells) != 81 or not (cells.isascii() and cells.isdigit()):
        raise ValueError("a board needs exactly 81 cells of 0-9 or '.'")
    board = [int(char) for char in cells]
    for group in _groups():
        filled = [board[cell] for cell in group if board[cell]]
        if len(set(filled)) != len(filled):
            raise ValueError(f"repeated digit in {sorted(filled)}")
    return board


def _groups() -> Iterator[list[int]]:
    """Yield the cell numbers of each row, column and box."""
    for index in range(9):
        yield [index * 9 + offset for offset in range(9)]
        yield [offset * 9 + index for offset in range(9)]
        corner = index // 3 * 27 + index % 3 * 3
        yield [corner + offset // 3 * 9 + offset % 3 for offset in range(9)]


PEERS = [{other for group in _groups() if cell in group for other in group} for cell in range(81)]


def _fill(board: Board) -> bool:
    """Complete ``board`` in place; False (and unchanged) if impossible."""
    best_cell, best_options = -1, DIGITS
    for cell in range(81):
        if board[cell] == 0:
            options = DIGITS - {board[peer] for peer in PEERS[cell]}
            if best_cell < 0 or len(options) < len(best_options):
                best_cell, best_options = cell, options
    if best_cell < 0:
        return True
    for digit in sorted(best_options):
        board[best_cell] = digit
        if _fill(board):
            return True
    board[best_cell] = 0
    return False


def solve_sudoku(text: str) -> str | None:
    """Return the solved board as 81 digits, or None if there is no solution."""
    board = parse_board(text)
    return "".join(map(str, board)) if _fill(board) else None


def format_board(text: str) -> str:
    """Return the board as nine lines of digits, '.' for empty cells."""
    board = parse_board(text)
    rows = (board[start : start + 9] for start in range(0, 81, 9))
    return "\n".join(" ".join(str(digit or ".") for digit in row) for row in rows)
