import pytest

from vigenere_cipher import decode, encode


def test_known_pairs():
    assert encode("ATTACKATDAWN", "LEMON") == "LXFOPVEFRNHR"
    assert encode("helloworld", "key") == "rijvsuyvjn"


def test_keyword_advances_on_letters_only():
    assert encode("Attack at dawn!", "lemon") == "Lxfopv ef rnhr!"
    assert encode("a-a a\u00e9a", "abcd") == "a-b c\u00e9d"


def test_case_of_text_is_kept_and_of_keyword_ignored():
    assert encode("AbC", "bBb") == "BcD"
    assert encode("zZ", "B") == "aA"


def test_decode_is_the_inverse():
    assert decode("LXFOPVEFRNHR", "lemon") == "ATTACKATDAWN"
    assert decode(encode("Meet me at 10, Bob.", "Secret"), "secret") == "Meet me at 10, Bob."


def test_neutral_keyword_and_empty_text():
    assert encode("Same", "a") == "Same"
    assert encode("", "key") == ""


@pytest.mark.parametrize("keyword", ["", "two words", "k3y", "\u00e9"])
def test_bad_keywords(keyword):
    with pytest.raises(ValueError, match="letters a to z"):
        encode("text", keyword)
    with pytest.raises(ValueError, match="letters a to z"):
        decode("text", keyword)
