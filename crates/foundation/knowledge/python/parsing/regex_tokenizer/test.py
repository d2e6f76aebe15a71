import pytest

from regex_tokenizer import Token, tokenize

KINDS = {
    "keyword": r"(?:if|else)\b",
    "name": r"[a-z]\w*",
    "number": r"\d+(?:\.\d+)?",
    "operator": r"==|=|\+",
    "string": r"'[^']*'",
    "space": r"\s+",
}


def pairs(source):
    return [(token.kind, token.text) for token in tokenize(source, KINDS, skip={"space"})]


def test_kinds_and_texts():
    assert pairs("total = a1 + 2.5") == [
        ("name", "total"),
        ("operator", "="),
        ("name", "a1"),
        ("operator", "+"),
        ("number", "2.5"),
    ]
    assert pairs("") == []


def test_earlier_kinds_win():
    assert pairs("if iffy == x") == [
        ("keyword", "if"),
        ("name", "iffy"),
        ("operator", "=="),
        ("name", "x"),
    ]


def test_positions_across_lines():
    assert list(tokenize("a\n  b 'x\ny' c", KINDS, skip=["space"])) == [
        Token("name", "a", 1, 1),
        Token("name", "b", 2, 3),
        Token("string", "'x\ny'", 2, 5),
        Token("name", "c", 3, 4),
    ]


def test_nothing_is_skipped_unless_asked():
    assert list(tokenize("a ", KINDS)) == [Token("name", "a", 1, 1), Token("space", " ", 1, 2)]


def test_unexpected_text_is_located():
    with pytest.raises(ValueError, match=r"line 2, column 3: unexpected '\?'"):
        list(tokenize("a\nb ?", KINDS))


def test_unusable_patterns_are_refused():
    with pytest.raises(ValueError, match="pattern of a contains a capturing group"):
        list(tokenize("x", {"a": "(x)"}))
    with pytest.raises(ValueError, match="pattern of a matches nothing at all"):
        list(tokenize("x", {"a": "y*"}))
