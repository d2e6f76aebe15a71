from text_reversal import reverse_each_word, reverse_text, reverse_words


def test_characters():
    assert reverse_text("hello") == "olleh"
    assert reverse_text("") == ""


def test_accents_stay_on_their_letters():
    assert reverse_text("ae\u0301b") == "be\u0301a"


def test_word_order():
    assert reverse_words("the quick  brown fox") == "fox brown quick the"


def test_each_word():
    assert reverse_each_word("ab  cd\nef") == "ba  dc\nfe"
