import pytest

from slug_maker import slugify, unique_slug


def test_words_are_joined_by_hyphens():
    assert slugify("Hello, World!") == "hello-world"
    assert slugify("  --Already__slugged  -- 42 ") == "already-slugged-42"
    assert slugify("Don't stop") == "dont-stop"


def test_accents_are_reduced():
    assert slugify("Cr\u00e8me Br\u00fbl\u00e9e") == "creme-brulee"
    assert slugify("Stra\u00dfe \u00c6r\u00f8") == "strasse-aero"


def test_nothing_may_be_left():
    assert slugify("!!!") == ""
    assert slugify("\u65e5\u672c") == ""


def test_separator():
    assert slugify("a b c", separator="_") == "a_b_c"
    assert slugify("a b", separator="") == "ab"


def test_length_limit_cuts_at_words():
    assert slugify("one two three", max_length=7) == "one-two"
    assert slugify("one two three", max_length=12) == "one-two"
    assert slugify("one two three", max_length=13) == "one-two-three"
    assert slugify("extraordinary thing", max_length=5) == "extra"
    with pytest.raises(ValueError, match="at least 1"):
        slugify("a", max_length=0)
    assert slugify("abc", max_length=1) == "a"


def test_unique_slugs_are_numbered():
    assert unique_slug("My Post", []) == "my-post"
    assert unique_slug("My Post", {"my-post"}) == "my-post-2"
    assert unique_slug("My Post", ["my-post", "my-post-2", "my-post-3"]) == "my-post-4"
    with pytest.raises(ValueError, match="no letters or digits"):
        unique_slug("?", [])
