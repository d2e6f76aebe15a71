import pytest

from phone_normalizer import format_phone, normalize_phone, same_number


def test_national_numbers():
    assert normalize_phone("(020) 7946 0958", "44") == "+442079460958"
    assert normalize_phone("030/1234-567", "49") == "+49301234567"


def test_international_numbers():
    assert normalize_phone(" +44 20 7946 0958 ", "1") == "+442079460958"
    assert normalize_phone("0044.20.7946.0958", "49") == "+442079460958"
    assert normalize_phone("+44 (0)20 7946 0958", "44") == "+442079460958"
    assert normalize_phone("+39 06 1234567", "39") == "+39061234567"


def test_other_trunk_prefixes():
    assert normalize_phone("(555) 010-9999", "1", trunk_prefix="1") == "+15550109999"
    assert normalize_phone("1 555 010 9999", "1", trunk_prefix="1") == "+15550109999"
    assert normalize_phone("06 1234567", "39", trunk_prefix="") == "+39061234567"


def test_number_of_digits():
    assert normalize_phone("+1234567", "1") == "+1234567"
    assert normalize_phone("+123456789012345", "1") == "+123456789012345"
    with pytest.raises(ValueError, match="has 6 digits, not 7 to 15"):
        normalize_phone("+123456", "1")
    with pytest.raises(ValueError, match="has 16 digits"):
        normalize_phone("+1234567890123456", "1")


@pytest.mark.parametrize("number", ["", "call me", "555-0100 ext 3", "+", "12+345678", "++491234567"])
def test_text_that_is_not_a_number(number):
    with pytest.raises(ValueError, match="not a phone number"):
        normalize_phone(number, "1")


def test_country_codes():
    with pytest.raises(ValueError, match=r"malformed country code: '\+44'"):
        normalize_phone("020 7946 0958", "+44")
    with pytest.raises(ValueError, match="no country code begins with 0"):
        normalize_phone("+0123456789", "44")


def test_format_in_groups():
    assert format_phone("020 7946 0958", "44") == "+44 207 946 0958"
    assert format_phone("0301234567", "49", group=2) == "+49 30 12 34 567"
    assert format_phone("+4912345678", "49", group=4) == "+49 1234 5678"
    with pytest.raises(ValueError, match="does not belong to country code 49"):
        format_phone("+442079460958", "49")
    with pytest.raises(ValueError, match="group"):
        format_phone("+442079460958", "44", group=1)


def test_spellings_of_the_same_number():
    assert same_number("+44 20 7946 0958", "020-7946-0958", "44") is True
    assert same_number("020 7946 0958", "020 7946 0959", "44") is False
