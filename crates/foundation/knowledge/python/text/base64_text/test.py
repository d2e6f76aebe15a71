import pytest

from base64_text import decode, encode, is_encoded


def test_encode():
    assert encode("hello") == "aGVsbG8="
    assert encode("") == ""


def test_url_safe():
    assert encode("a??>~") == "YT8/Pn4="
    assert encode("a??>~", url_safe=True) == "YT8_Pn4"


def test_decode_both_alphabets():
    assert decode("YT8/Pn4=") == "a??>~"
    assert decode("YT8_Pn4") == "a??>~"


def test_unicode():
    assert decode(encode("grün ✓")) == "grün ✓"


@pytest.mark.parametrize("text", ["a", "!!!!", "/w=="])
def test_refused(text):
    with pytest.raises(ValueError, match="not Base64 text"):
        decode(text)
    assert is_encoded(text) is False
