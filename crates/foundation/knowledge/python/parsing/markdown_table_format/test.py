import pytest

from markdown_table_format import parse_table, render_table


def test_render_pads_columns():
    assert render_table(["name", "n"], [["Ada", 1], ["Grace", 20]]) == (
        "| name  | n   |\n"
        "| ----- | --- |\n"
        "| Ada   | 1   |\n"
        "| Grace | 20  |"
    )


def test_render_aligns_columns():
    assert render_table(["a", "b", "c"], [["x", 1, "y"]], align=["left", "right", "center"]) == (
        "| a   |   b |  c  |\n"
        "| :-- | --: | :-: |\n"
        "| x   |   1 |  y  |"
    )
    assert render_table("abcd", ["wxyz"], align=["", "left", "right", "center"]) == (
        "| a   | b   |   c |  d  |\n"
        "| --- | :-- | --: | :-: |\n"
        "| w   | x   |   y |  z  |"
    )


def test_render_escapes_cells():
    assert render_table(["op"], [["a|b"], ["x\ny"], [""]]) == (
        "| op     |\n| ------ |\n| a\\|b   |\n| x<br>y |\n|        |"
    )
    assert render_table(["only"], []) == "| only |\n| ---- |"


def test_parse_reads_what_render_writes():
    text = render_table(["k", "v"], [["a|b", 1], ["", "x"]], align=["right", ""])
    assert parse_table(text) == [{"k": "a|b", "v": "1"}, {"k": "", "v": "x"}]


def test_parse_tolerates_missing_outer_pipes():
    assert parse_table("a | b\n:-|-\n1 | 2\n\n") == [{"a": "1", "b": "2"}]
    assert parse_table("|a|\n|-|") == []


def test_parse_refuses_other_text():
    with pytest.raises(ValueError, match="a header line and a rule"):
        parse_table("| a |\n| 1 |")
    with pytest.raises(ValueError, match="a header line and a rule"):
        parse_table("")
    with pytest.raises(ValueError, match="row 2 has 1 cells, not 2"):
        parse_table("|a|b|\n|-|-|\n|1|2|\n|3|")
    with pytest.raises(ValueError, match="row 0 has 1 cells, not 2"):
        parse_table("|a|b|\n|-|\n|1|2|")


def test_render_refuses_bad_shapes():
    with pytest.raises(ValueError, match="row 1 has 1 cells, not 2"):
        render_table(["a", "b"], [["x"]])
    with pytest.raises(ValueError, match="must not be empty"):
        render_table([], [])
    with pytest.raises(ValueError, match="one entry per column"):
        render_table(["a"], [], align=["left", "left"])
    with pytest.raises(ValueError, match="align entries"):
        render_table(["a"], [], align=["middle"])
