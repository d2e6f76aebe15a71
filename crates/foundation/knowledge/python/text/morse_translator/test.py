import pytest

from morse_translator import from_morse, to_morse


def test_letters_and_words():
    assert to_morse("SOS help") == "... --- ... / .... . .-.. .--."


def test_back_again():
    assert from_morse("... --- ... / .... . .-.. .--.") == "SOS HELP"


def test_digits_and_signs():
    assert to_morse("3?") == "...-- ..--.."


def test_unknown_characters():
    with pytest.raises(ValueError, match="no code for '~'"):
        to_morse("a~b")
    assert to_morse("a~b", skip_unknown=True) == ".- -..."


def test_unknown_codes():
    with pytest.raises(ValueError, match="unknown code '.......'"):
        from_morse(".......")
    assert from_morse("") == ""
