from vowel_counter import count_consonants, count_vowels, vowel_counts, without_vowels


def test_vowels():
    assert count_vowels("Hello World") == 3


def test_consonants():
    assert count_consonants("Hello, World 42!") == 7


def test_accents():
    assert count_vowels("Élan über") == 4


def test_y():
    assert count_vowels("rhythm") == 0
    assert count_vowels("rhythm", y_counts=True) == 1
    assert count_consonants("rhythm", y_counts=True) == 5


def test_each_vowel():
    assert vowel_counts("banana split") == {"a": 3, "e": 0, "i": 1, "o": 0, "u": 0}


def test_removal():
    assert without_vowels("Remove Us") == "Rmv s"
