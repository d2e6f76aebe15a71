from subject import total


def test_adds_the_numbers_of_a_line():
    assert total("1000 2000 3000") == 6000


def test_adds_the_numbers_of_another_line():
    assert total("4000 5000") == 9000
