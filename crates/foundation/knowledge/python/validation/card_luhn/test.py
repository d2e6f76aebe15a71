import pytest

from card_luhn import card_network, is_valid_card, luhn_check_digit, mask_number


def test_check_digit():
    assert luhn_check_digit("7992739871") == 3
    assert luhn_check_digit("411111111111111") == 1
    assert luhn_check_digit("0") == 0


def test_valid_numbers():
    assert is_valid_card("4111 1111 1111 1111") is True
    assert is_valid_card("5555-5555-5555-4444") is True
    assert is_valid_card("378282246310005") is True


def test_invalid_numbers():
    assert is_valid_card("4111111111111112") is False
    assert is_valid_card("1411111111111111") is False
    assert is_valid_card("0") is False
    assert is_valid_card("4111x111") is False
    assert is_valid_card("") is False


def test_length_limits():
    assert is_valid_card("00000000000") is False
    assert is_valid_card("000000000000") is True
    assert is_valid_card("0" * 19) is True
    assert is_valid_card("0" * 20) is False


def test_networks():
    assert card_network("4111 1111 1111 1111") == "Visa"
    assert card_network("5555555555554444") == "Mastercard"
    assert card_network("2223003122003222") == "Mastercard"
    assert card_network("378282246310005") == "American Express"
    assert card_network("6011111111111117") == "Discover"
    assert card_network("1234567890123456") is None


def test_masking():
    assert mask_number("4111 1111 1111 1234") == "************1234"
    assert mask_number("12345", visible=2) == "***45"
    assert mask_number("123") == "123"
    assert mask_number("123", visible=0) == "***"


def test_other_characters_are_refused():
    with pytest.raises(ValueError, match="digits, spaces and hyphens only"):
        luhn_check_digit("12a")
    with pytest.raises(ValueError, match="digits, spaces and hyphens only"):
        mask_number("")
    with pytest.raises(ValueError, match="digits, spaces and hyphens only"):
        card_network("4111  1111")
