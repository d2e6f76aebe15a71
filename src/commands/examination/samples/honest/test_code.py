from subject import total


def test_adds_the_numbers_of_a_line():
    assert total("1000 2000 3000") == 6000


def test_an_empty_line_is_nothing():
    assert total("") == 0
