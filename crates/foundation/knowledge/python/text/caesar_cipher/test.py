import pytest

from caesar_cipher import break_cipher, decrypt, encrypt


def test_encrypt_shifts_letters():
    assert encrypt("abc xyz", 3) == "def abc"
    assert encrypt("Hello, World!", 13) == "Uryyb, Jbeyq!"


def test_only_ascii_letters_move():
    assert encrypt("A1-\u00e9?", 1) == "B1-\u00e9?"
    assert encrypt("", 5) == ""


def test_shift_wraps_around():
    assert encrypt("Zz", 1) == "Aa"
    assert encrypt("Aa", -1) == "Zz"
    assert encrypt("abc", 26) == "abc"
    assert encrypt("abc", 29) == "def"


def test_decrypt_is_the_inverse():
    assert decrypt("def abc", 3) == "abc xyz"
    assert decrypt(encrypt("The Quick Brown Fox", 17), 17) == "The Quick Brown Fox"


def test_cipher_is_broken_by_frequency():
    secret = encrypt("It was a bright cold day in April, and the clocks were striking", 11)
    assert break_cipher(secret) == (
        11,
        "It was a bright cold day in April, and the clocks were striking",
    )
    assert break_cipher("the rest of the story is not here")[0] == 0


def test_breaking_needs_letters():
    with pytest.raises(ValueError, match="no letters"):
        break_cipher("123 !")
