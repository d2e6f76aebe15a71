import pytest

from byte_sizes import format_size, parse_size


def test_parse_plain_bytes():
    assert parse_size("0") == 0
    assert parse_size("512") == 512
    assert parse_size(" 512 B ") == 512


def test_parse_decimal_and_binary_units():
    assert parse_size("10 MB") == 10_000_000
    assert parse_size("10MiB") == 10_485_760
    assert parse_size("1kb") == 1000
    assert parse_size("1k") == 1000
    assert parse_size("2 EiB") == 2_305_843_009_213_693_952


def test_parse_fractions_exactly():
    assert parse_size("1.5 GiB") == 1_610_612_736
    assert parse_size("0.1 kB") == 100
    with pytest.raises(ValueError, match="not a whole number of bytes"):
        parse_size("0.1 KiB")


@pytest.mark.parametrize("text", ["", "MB", "-1 kB", "1 XB", "1,5 MB", "1 kiBs", "1. kB"])
def test_parse_refuses_other_text(text):
    with pytest.raises(ValueError, match="not a size"):
        parse_size(text)


def test_format_binary():
    assert format_size(0) == "0 B"
    assert format_size(1023) == "1023 B"
    assert format_size(1024) == "1.0 KiB"
    assert format_size(1536) == "1.5 KiB"
    assert format_size(5 * 1024**4, digits=0) == "5 TiB"


def test_format_decimal():
    assert format_size(999, binary=False) == "999 B"
    assert format_size(1000, binary=False) == "1.0 kB"
    assert format_size(1_234_567, binary=False, digits=2) == "1.23 MB"


def test_format_moves_to_the_next_unit_when_rounding_up():
    assert format_size(1024**2 - 1) == "1.0 MiB"
    assert format_size(1024**2 - 1, digits=3) == "1023.999 KiB"
    assert format_size(5000 * 1024**6) == "5000.0 EiB"


def test_format_refuses_negative_sizes():
    with pytest.raises(ValueError, match="negative"):
        format_size(-1)
