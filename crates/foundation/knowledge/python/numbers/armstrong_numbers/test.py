from armstrong_numbers import armstrong_below, digit_sum, digital_root, digits, is_armstrong


def test_digits():
    assert digits(-407) == [4, 0, 7]
    assert digits(0) == [0]


def test_digit_sum():
    assert digit_sum(9475) == 25


def test_digital_root():
    assert [digital_root(number) for number in (0, 9, 10, 9475)] == [0, 9, 1, 7]


def test_armstrong():
    assert [is_armstrong(number) for number in (153, 154, 9474, -153)] == [True, False, True, False]


def test_below_a_limit():
    assert armstrong_below(500) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 153, 370, 371, 407]
