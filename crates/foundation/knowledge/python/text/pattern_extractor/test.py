import pytest

from pattern_extractor import extract, extract_emails, extract_urls


def test_emails_are_found_once():
    text = "Write to ann@example.org, bob.b+x@mail.example.com or ann@example.org."
    assert extract_emails(text) == ["ann@example.org", "bob.b+x@mail.example.com"]


def test_urls_lose_the_punctuation_behind_them():
    text = "See https://example.org/a?b=1, (http://example.com/x) and https://example.org."
    assert extract_urls(text) == [
        "https://example.org/a?b=1",
        "http://example.com/x",
        "https://example.org",
    ]


def test_hashtags_and_mentions():
    text = "#one #two by @ann, not x#y or me@example"
    assert extract("hashtag", text) == ["one", "two"]
    assert extract("mention", text) == ["ann"]


def test_numbers():
    assert extract("number", "3 apples, -2.5 degrees, v1") == ["3", "-2.5"]


def test_repeated_finds_are_kept_on_request():
    assert extract("number", "1 and 1") == ["1", "1"]
    assert extract("number", "1 and 1", unique=True) == ["1"]


def test_unknown_kind():
    with pytest.raises(ValueError, match="unknown kind: date"):
        extract("date", "")
