import pytest

from fixed_width_records import format_record, parse_record

LAYOUT = [("name", 6), ("age", 3), ("city", 5)]


def test_parse_strips_padding():
    assert parse_record("Ada    36Paris\n", LAYOUT) == {"name": "Ada", "age": "36", "city": "Paris"}
    assert parse_record("Al an  7 Rome ", LAYOUT) == {"name": "Al an", "age": "7", "city": "Rome"}
    assert parse_record("ab", [("x", 1), ("y", 1)]) == {"x": "a", "y": "b"}


def test_missing_trailing_spaces_are_fine():
    assert parse_record("Ada", LAYOUT) == {"name": "Ada", "age": "", "city": ""}
    assert parse_record("Ada    36Paris   ", LAYOUT) == {"name": "Ada", "age": "36", "city": "Paris"}


def test_format_aligns_by_kind():
    assert format_record({"name": "Ada", "age": 36, "city": "Rome"}, LAYOUT) == "Ada    36Rome "
    assert format_record({"ok": True, "x": 1.5}, [("ok", 5), ("x", 4)]) == "True  1.5"
    assert format_record({"a": "full"}, [("a", 4)]) == "full"


def test_lines_and_values_that_do_not_fit():
    with pytest.raises(ValueError, match="line is 15 characters long, the layout only 14"):
        parse_record("Ada    36Paris!", LAYOUT)
    with pytest.raises(ValueError, match="name: 'Leonardo' is wider than 6"):
        format_record({"name": "Leonardo", "age": 1, "city": ""}, LAYOUT)
    with pytest.raises(ValueError, match="missing field: city"):
        format_record({"name": "Ada", "age": 36}, LAYOUT)


def test_senseless_layouts_are_refused():
    with pytest.raises(ValueError, match="unique"):
        parse_record("ab", [("a", 1), ("a", 1)])
    with pytest.raises(ValueError, match="positive"):
        format_record({"a": 1}, [("a", 0)])
