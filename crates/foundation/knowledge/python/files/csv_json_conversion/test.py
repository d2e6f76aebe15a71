import json

import pytest

from csv_json_conversion import csv_to_json, csv_to_records, json_to_csv, records_to_csv

PEOPLE = 'name,note\nAda,"first, programmer"\nBob,"said ""hi"""\n'


def test_quoted_fields():
    assert csv_to_records(PEOPLE) == [
        {"name": "Ada", "note": "first, programmer"},
        {"name": "Bob", "note": 'said "hi"'},
    ]


def test_typed_cells():
    text = "a;b;c;d;e;f\n12;-3.5;TRUE;;007;1e5\n"
    assert csv_to_records(text, delimiter=";", typed=True) == [
        {"a": 12, "b": -3.5, "c": True, "d": None, "e": "007", "f": "1e5"}
    ]


@pytest.mark.parametrize("text", ["", "a,b\n", "a,b\n\n"])
def test_no_rows(text):
    assert csv_to_records(text) == []
    assert json.loads(csv_to_json(text)) == []


def test_csv_to_json():
    assert json.loads(csv_to_json("x,y\n1,ü\n", typed=True)) == [{"x": 1, "y": "ü"}]
    assert "ü" in csv_to_json("x\nü\n")


def test_row_of_wrong_length():
    with pytest.raises(ValueError, match="line 3: 1 cells but 2 columns"):
        csv_to_records("a,b\n1,2\n3\n")


def test_repeated_column():
    with pytest.raises(ValueError, match="repeated column name"):
        csv_to_records("a,a\n1,2\n")


def test_records_to_csv_unites_the_columns():
    rows = [{"a": 1}, {"b": True, "a": None}, {"b": "x,y"}]
    assert records_to_csv(rows) == 'a,b\n1,\n,true\n,"x,y"\n'
    assert records_to_csv([]) == ""


def test_there_and_back():
    assert json_to_csv(csv_to_json(PEOPLE)) == PEOPLE


@pytest.mark.parametrize("text", ["{}", "[1]", '"x"'])
def test_json_of_the_wrong_shape(text):
    with pytest.raises(ValueError, match="expected a JSON array of objects"):
        json_to_csv(text)
