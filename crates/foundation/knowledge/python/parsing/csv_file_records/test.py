import pytest

from csv_file_records import read_records, write_records


def test_read_handles_quotes_and_byte_order_mark(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text('\ufeffname,note\nAda,"first, and\nforemost"\n', encoding="utf-8")
    assert read_records(path) == [{"name": "Ada", "note": "first, and\nforemost"}]


def test_write_then_read_gives_the_same_records(tmp_path):
    path = tmp_path / "out.csv"
    assert write_records(path, [{"a": 1, "b": 'x"y'}, {"a": 2, "b": ""}]) == 2
    assert path.read_text(encoding="utf-8") == 'a,b\n1,"x""y"\n2,\n'
    assert read_records(path) == [{"a": "1", "b": 'x"y'}, {"a": "2", "b": ""}]


def test_columns_and_delimiter_can_be_chosen(tmp_path):
    path = tmp_path / "out.csv"
    assert write_records(path, [{"a": 1}], columns=["b", "a"], delimiter=";") == 1
    assert path.read_text(encoding="utf-8") == "b;a\n;1\n"
    assert read_records(path, delimiter=";") == [{"b": "", "a": "1"}]


def test_nothing_to_write_needs_columns(tmp_path):
    path = tmp_path / "empty.csv"
    with pytest.raises(ValueError, match="columns are needed"):
        write_records(path, [])
    assert write_records(path, [], columns=["a", "b"]) == 0
    assert path.read_text(encoding="utf-8") == "a,b\n"
    assert read_records(path) == []


def test_unknown_column_leaves_no_file(tmp_path):
    path = tmp_path / "out.csv"
    with pytest.raises(ValueError, match="record 2 has unknown columns: c"):
        write_records(path, [{"a": 1}, {"a": 2, "c": 3}])
    assert path.exists() is False


def test_rows_of_the_wrong_length_are_located(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 3: wrong number of values"):
        read_records(path)
    path.write_text("a,b\n1,2,3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: wrong number of values"):
        read_records(path)


def test_malformed_quotes_are_reported(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text('a,b\n"1"x,2\n', encoding="utf-8")
    with pytest.raises(ValueError, match="bad.csv, after line 1: "):
        read_records(path)
