import pytest

from text_table_format import display_width, format_markdown, format_table


def test_alignment_of_text_and_numbers():
    assert format_table(["name", "qty"], [["apple", 3], ["fig", 12]]) == (
        "name   qty\n"
        "-----  ---\n"
        "apple    3\n"
        "fig     12"
    )


def test_none_is_empty_and_lines_have_no_trailing_space():
    assert format_table(["a", "b"], [["x", None], [None, "long"]]) == (
        "a  b\n-  ----\nx\n   long"
    )


def test_no_rows():
    assert format_table(["id", "name"], []) == "id  name\n--  ----"


def test_line_breaks_in_cells_are_flattened():
    assert format_table(["t"], [["two\nlines"]]).splitlines()[-1] == "two lines"


def test_wide_characters():
    lines = format_table(["k", "v"], [["日本", "x"], ["ab", "y"]]).splitlines()
    assert lines[2:] == ["日本  x", "ab    y"]


@pytest.mark.parametrize("text, width", [("", 0), ("abc", 3), ("日本", 4), ("e\u0301", 1)])
def test_display_width(text, width):
    assert display_width(text) == width


def test_markdown():
    assert format_markdown(["name", "n"], [["a|b", 1], ["c", None]]) == (
        "| name | n |\n| --- | ---: |\n| a\\|b | 1 |\n| c |  |"
    )


@pytest.mark.parametrize("render", [format_table, format_markdown])
def test_row_of_wrong_length(render):
    with pytest.raises(ValueError, match="row 2 has 1 cells, expected 2"):
        render(["a", "b"], [[1, 2], [3]])
