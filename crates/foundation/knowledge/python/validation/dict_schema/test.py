import pytest

from dict_schema import ensure_valid, find_problems

ORDER = {
    "type": "object",
    "required": ["id", "lines"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$"},
        "status": {"enum": ["new", "paid"]},
        "lines": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["price"],
                "properties": {"price": {"type": "number", "minimum": 0}},
            },
        },
    },
}


def test_valid_data_has_no_problems():
    assert find_problems({"id": "AB-1", "status": "new", "lines": [{"price": 2.5, "x": 1}]}, ORDER) == []
    assert find_problems("anything", {}) == []


def test_all_problems_are_listed_with_their_paths():
    data = {"id": "7", "status": "lost", "lines": [{"price": 1}, {"price": -1}, {}], "extra": None}
    assert find_problems(data, ORDER) == [
        "$.id: '7' does not match '^[A-Z]{2}-[0-9]+$'",
        "$.status: 'lost' is not one of ['new', 'paid']",
        "$.lines[1].price: -1 is less than 0",
        "$.lines[2]: 'price' is missing",
        "$: 'extra' is not allowed",
    ]
    assert find_problems({"lines": []}, ORDER) == [
        "$: 'id' is missing",
        "$.lines: [] has fewer items than 1",
    ]


def test_types():
    assert find_problems(1, {"type": "integer"}) == []
    assert find_problems(1, {"type": "number"}) == []
    assert find_problems(None, {"type": ["string", "null"]}) == []
    assert find_problems(1.5, {"type": "integer"}) == ["$: 1.5 is not of type integer"]
    assert find_problems(1, {"type": ["string", "null"]}) == ["$: 1 is not of type string or null"]


def test_booleans_are_no_numbers():
    assert find_problems(True, {"type": "boolean"}) == []
    assert find_problems(True, {"type": "integer"}) == ["$: True is not of type integer"]
    assert find_problems(False, {"minimum": 5}) == []


def test_limits():
    assert find_problems(11, {"maximum": 10}) == ["$: 11 is more than 10"]
    assert find_problems(10, {"maximum": 10, "minimum": 10}) == []
    assert find_problems("ab", {"minLength": 3}) == ["$: 'ab' is shorter than 3"]
    assert find_problems("abcd", {"maxLength": 3}) == ["$: 'abcd' is longer than 3"]
    assert find_problems([1, 2], {"maxItems": 1}) == ["$: [1, 2] has more items than 1"]
    assert find_problems("abc", {"minLength": 3, "maxLength": 3}) == []
    assert find_problems([1], {"minItems": 1, "maxItems": 1}) == []


def test_rules_for_other_types_are_ignored():
    assert find_problems("text", {"minimum": 5, "items": {"type": "null"}}) == []
    assert find_problems(5, {"minLength": 3, "pattern": "x", "required": ["a"]}) == []


def test_ensure_valid_raises_with_every_problem():
    ensure_valid({"id": "AB-1", "lines": [{"price": 0}]}, ORDER)
    with pytest.raises(ValueError) as caught:
        ensure_valid({"x": 1, "lines": 3}, ORDER)
    assert str(caught.value) == (
        "$: 'id' is missing\n$: 'x' is not allowed\n$.lines: 3 is not of type array"
    )


def test_mistakes_in_the_schema_are_reported():
    with pytest.raises(ValueError, match="unknown keywords in the schema: minimun"):
        find_problems(1, {"minimun": 0})
    with pytest.raises(ValueError, match="unknown type in the schema: 'str'"):
        find_problems(1, {"type": "str"})
