import pytest

from text_layout import box, indent_block, wrap_paragraphs


def test_wrap_fills_each_paragraph():
    assert wrap_paragraphs("one two three\nfour\n\n  five   six seven  \n", width=10) == (
        "one two\nthree four\n\nfive six\nseven"
    )
    assert wrap_paragraphs("") == ""
    assert wrap_paragraphs("a\n \t\nb") == "a\n\nb"


def test_wrap_keeps_long_words_unless_told():
    assert wrap_paragraphs("see http://example.org/x-y now", width=8) == (
        "see\nhttp://example.org/x-y\nnow"
    )
    assert wrap_paragraphs("abcdefgh", width=3, split_long_words=True) == "abc\ndef\ngh"


def test_wrap_needs_a_width():
    assert wrap_paragraphs("a b", width=1) == "a\nb"
    with pytest.raises(ValueError, match="width must be at least 1"):
        wrap_paragraphs("a", width=0)


def test_indent_replaces_common_indentation():
    assert indent_block("  a\n\n    b\n  c", "> ") == "> a\n\n>   b\n> c"
    assert indent_block("a\nb") == "    a\n    b"


def test_indent_with_first_line():
    assert indent_block("one\ntwo", "  ", first="- ") == "- one\n  two"
    assert indent_block("", "  ", first="- ") == ""


def test_box():
    assert box("hi\nthere") == "+-------+\n| hi    |\n| there |\n+-------+"
    assert box("x", title="Note") == "+ Note +\n| x    |\n+------+"
    assert box("longer text", title="T") == "+ T ----------+\n| longer text |\n+-------------+"
    assert box("") == "+--+\n|  |\n+--+"
