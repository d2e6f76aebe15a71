import pytest

from roman_converter import from_roman, to_roman


def test_to_roman():
    assert to_roman(1) == "I"
    assert to_roman(4) == "IV"
    assert to_roman(1994) == "MCMXCIV"
    assert to_roman(2024) == "MMXXIV"
    assert to_roman(3999) == "MMMCMXCIX"
    assert to_roman(444) == "CDXLIV"
    assert to_roman(1666) == "MDCLXVI"
    assert to_roman(999) == "CMXCIX"


def test_from_roman():
    assert from_roman("III") == 3
    assert from_roman("xlii") == 42
    assert from_roman(" MCMXCIV ") == 1994
    assert from_roman("MMMCMXCIX") == 3999


def test_every_number_survives_the_round_trip():
    assert [from_roman(to_roman(number)) for number in range(1, 4000)] == list(range(1, 4000))


@pytest.mark.parametrize("number", [0, -5, 4000])
def test_numbers_out_of_range(number):
    with pytest.raises(ValueError, match="is not between 1 and 3999"):
        to_roman(number)


@pytest.mark.parametrize("numeral", ["", "IIII", "VX", "IXI", "MMMM", "ABC", "X I", "IVX"])
def test_malformed_numerals(numeral):
    with pytest.raises(ValueError, match="not a Roman numeral"):
        from_roman(numeral)
