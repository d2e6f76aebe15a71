import pytest

from json_lines_io import read_json_lines, write_json_lines


def test_write_puts_one_value_on_each_line(tmp_path):
    path = tmp_path / "data.jsonl"
    assert write_json_lines(path, [{"a": 1, "b": "two\nlines"}, [1, None], "caf\u00e9"]) == 3
    assert path.read_text(encoding="utf-8") == '{"a": 1, "b": "two\\nlines"}\n[1, null]\n"caf\u00e9"\n'


def test_read_returns_what_was_written(tmp_path):
    path = tmp_path / "data.jsonl"
    write_json_lines(path, [{"x": [1.5, True]}, 7])
    assert list(read_json_lines(path)) == [{"x": [1.5, True]}, 7]


def test_append_and_overwrite(tmp_path):
    path = tmp_path / "data.jsonl"
    write_json_lines(path, [1])
    assert write_json_lines(path, [2, 3], append=True) == 2
    assert list(read_json_lines(path)) == [1, 2, 3]
    assert write_json_lines(path, []) == 0
    assert list(read_json_lines(path)) == []


def test_blank_lines_and_missing_final_newline(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text('\n{"a": 1}\n   \n2', encoding="utf-8")
    assert list(read_json_lines(path)) == [{"a": 1}, 2]


def test_reading_is_lazy_and_errors_are_located(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text("1\n\n{oops}\n", encoding="utf-8")
    values = read_json_lines(path)
    assert next(values) == 1
    with pytest.raises(ValueError, match="line 3, column 2"):
        next(values)


def test_values_that_are_not_json_leave_whole_lines(tmp_path):
    path = tmp_path / "data.jsonl"
    with pytest.raises(ValueError):
        write_json_lines(path, [1, float("nan")])
    with pytest.raises(TypeError):
        write_json_lines(path, [2, {3}])
    assert path.read_text(encoding="utf-8") == "2\n"
