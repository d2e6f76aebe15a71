import pytest

from csv_parser import CsvError, parse_csv, parse_csv_dicts


def test_plain_rows_with_any_line_ending():
    assert parse_csv("a,b\nc,d") == [["a", "b"], ["c", "d"]]
    assert parse_csv("a,b\r\nc,d\r\n") == [["a", "b"], ["c", "d"]]
    assert parse_csv("a\rb\r") == [["a"], ["b"]]
    assert parse_csv("") == []


def test_empty_fields_and_blank_lines():
    assert parse_csv(",,\n\n\nx,,y\n") == [["", "", ""], ["x", "", "y"]]
    assert parse_csv('a,\n""\n') == [["a", ""], [""]]
    assert parse_csv("a,") == [["a", ""]]
    assert parse_csv(" a , b ") == [[" a ", " b "]]


def test_quoted_fields_hold_delimiters_and_quotes():
    assert parse_csv('"Smith, Jane",42') == [["Smith, Jane", "42"]]
    assert parse_csv('"say ""hi""",x') == [['say "hi"', "x"]]
    assert parse_csv('"""",""') == [['"', ""]]
    assert parse_csv('5" pipe,2') == [['5" pipe', "2"]]


def test_quoted_fields_hold_line_breaks():
    assert parse_csv('id,note\n1,"two\nlines"\n') == [["id", "note"], ["1", "two\nlines"]]
    assert parse_csv('"a\r\n\r\nb",c') == [["a\r\n\r\nb", "c"]]


def test_custom_delimiters_and_quote():
    assert parse_csv("a;b,c;d", delimiter=";") == [["a", "b,c", "d"]]
    assert parse_csv("a\tb\n", delimiter="\t") == [["a", "b"]]
    assert parse_csv('a::b:c::"d::e"', delimiter="::") == [["a", "b:c", "d::e"]]
    assert parse_csv("a|'b|''c'", delimiter="|", quote="'") == [["a", "b|'c"]]
    assert parse_csv("a.b^c", delimiter=".", quote="^") == [["a", "b^c"]]


def test_byte_order_mark_is_dropped():
    assert parse_csv("\ufeffname\nAda") == [["name"], ["Ada"]]


def test_mistakes_are_located():
    with pytest.raises(CsvError, match="line 2, column 3: quoted field is never closed") as caught:
        parse_csv('a,b\nc,"d\ne,f')
    assert (caught.value.line, caught.value.column) == (2, 3)
    with pytest.raises(CsvError, match="line 1, column 4: unexpected 'x' after a quote"):
        parse_csv('"a"x,b')
    with pytest.raises(CsvError, match="line 2, column 1"):
        parse_csv('\n"a')


def test_unusable_settings_are_refused():
    with pytest.raises(ValueError, match="delimiter"):
        parse_csv("a", delimiter="")
    with pytest.raises(ValueError, match="delimiter"):
        parse_csv("a", delimiter="\n")
    with pytest.raises(ValueError, match="quote"):
        parse_csv("a", quote="''")
    with pytest.raises(ValueError, match="quote"):
        parse_csv("a", delimiter=";", quote=";")


def test_records_are_keyed_by_the_header():
    assert parse_csv_dicts('name,age\n"Lovelace, Ada",36\nAlan,41\n') == [
        {"name": "Lovelace, Ada", "age": "36"},
        {"name": "Alan", "age": "41"},
    ]
    assert parse_csv_dicts("a;b\n1;2", delimiter=";") == [{"a": "1", "b": "2"}]
    assert parse_csv_dicts("a,b\n'1,2',3", quote="'") == [{"a": "1,2", "b": "3"}]
    assert parse_csv_dicts("") == []


def test_inconsistent_records_are_refused():
    with pytest.raises(ValueError, match="record 2 has 1 fields, not 2"):
        parse_csv_dicts("a,b\n1,2\n3\n")
    with pytest.raises(ValueError, match="repeated column names: a, b"):
        parse_csv_dicts("b,a,b,a,c\n")
