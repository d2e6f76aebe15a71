import pytest

from iban_checker import format_iban, is_valid_iban, make_iban


def test_valid_numbers():
    assert is_valid_iban("GB82 WEST 1234 5698 7654 32") is True
    assert is_valid_iban("de89370400440532013000") is True
    assert is_valid_iban("NO93 8601 1117 947") is True


@pytest.mark.parametrize(
    "iban",
    [
        "AT611904300234573201", "BE68539007547034", "CH9300762011623852957",
        "CZ6508000000192000145399", "DK5000400440116243", "ES9121000418450200051332",
        "FI2112345600000785", "FR1420041010050500013M02606", "GR1601101250000000012300695",
        "IE29AIBK93115212345678", "IT60X0542811101000000123456", "LU280019400644750000",
        "NL91ABNA0417164300", "PL61109010140000071219812874", "PT50000201231234567890154",
        "SE4550000000058398257466",
    ],
)
def test_examples_of_many_countries(iban):
    assert is_valid_iban(iban) is True
    assert is_valid_iban(iban + "0") is False


def test_typing_errors_are_found():
    assert is_valid_iban("GB82 WEST 1234 5698 7654 33") is False
    assert is_valid_iban("GB82 WEST 1234 5698 6754 32") is False


@pytest.mark.parametrize("iban", ["", "GB82", "1282WEST12345698765432", "DE8937040044053201300", "GB82-WEST-1234"])
def test_malformed_numbers(iban):
    assert is_valid_iban(iban) is False


def test_length_depends_on_the_country():
    assert is_valid_iban(make_iban("XX", "12345678901")) is True
    with pytest.raises(ValueError, match="not an account number of DE"):
        make_iban("DE", "12345678901")



def test_format_in_groups():
    assert format_iban("gb82west12345698765432") == "GB82 WEST 1234 5698 7654 32"
    assert format_iban("NO9386011117947") == "NO93 8601 1117 947"
    with pytest.raises(ValueError, match="not a valid IBAN: 'GB00'"):
        format_iban("GB00")


def test_check_digits_are_computed():
    assert make_iban("GB", "WEST 123456 98765432") == "GB82WEST12345698765432"
    assert make_iban("de", "370400440532013000") == "DE89370400440532013000"
    assert make_iban("NO", "86011117947") == "NO9386011117947"
    assert make_iban("XX", "00000000003") == "XX0900000000003"
