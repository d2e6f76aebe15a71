import pytest

from a_star_grid import draw_path, find_path

MAZE = [
    "..#.",
    ".##.",
    "....",
]


def test_finds_a_way_around_walls():
    path = find_path(MAZE, (0, 0), (0, 3))
    assert path == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 3), (1, 3), (0, 3)]


def test_start_is_goal():
    assert find_path(MAZE, (2, 2), (2, 2)) == [(2, 2)]


def test_no_way():
    assert find_path([".#."], (0, 0), (0, 2)) is None


def test_length_is_minimal_on_open_field():
    assert len(find_path(["....."] * 5, (0, 0), (4, 4))) == 9


@pytest.mark.parametrize(
    "start, goal, word",
    [((0, 2), (0, 0), "start"), ((0, 0), (9, 9), "goal"), ((-1, 0), (0, 0), "start")],
)
def test_bad_cells_are_refused(start, goal, word):
    with pytest.raises(ValueError, match=f"{word} .* is not an open cell"):
        find_path(MAZE, start, goal)


def test_draw_path():
    path = find_path(MAZE, (0, 0), (0, 3))
    assert draw_path(MAZE, path) == ["*.#*", "*##*", "****"]
