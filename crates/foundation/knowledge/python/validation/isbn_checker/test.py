import pytest

from isbn_checker import is_valid_isbn, to_isbn10, to_isbn13


def test_valid_isbn10():
    assert is_valid_isbn("0-306-40615-2") is True
    assert is_valid_isbn("0 8044 2957 x") is True
    assert is_valid_isbn("ISBN 0306406152") is True


def test_valid_isbn13():
    assert is_valid_isbn("978-0-306-40615-7") is True
    assert is_valid_isbn("ISBN-13: 9780306406157") is True
    assert is_valid_isbn("979-10-90636-07-1") is True


@pytest.mark.parametrize(
    "isbn",
    ["0-306-40615-3", "978-0-306-40615-8", "0-306-X0615-2", "9770306406157", "030640615", "", "978030640615X"],
)
def test_invalid_numbers(isbn):
    assert is_valid_isbn(isbn) is False


def test_conversion_to_isbn13():
    assert to_isbn13("0-306-40615-2") == "9780306406157"
    assert to_isbn13("080442957X") == "9780804429573"
    assert to_isbn13("978-0-306-40615-7") == "9780306406157"


def test_conversion_to_isbn10():
    assert to_isbn10("978-0-306-40615-7") == "0306406152"
    assert to_isbn10("9780804429573") == "080442957X"
    assert to_isbn10("0306406152") == "0306406152"


def test_impossible_conversions():
    with pytest.raises(ValueError, match="not a valid ISBN: '123'"):
        to_isbn13("123")
    with pytest.raises(ValueError, match="not a valid ISBN"):
        to_isbn10("9780306406158")
    with pytest.raises(ValueError, match="has no ISBN-10"):
        to_isbn10("9791090636071")
