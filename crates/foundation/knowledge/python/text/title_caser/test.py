from title_caser import title_case


def test_small_words_stay_low():
    assert title_case("the lord of the rings") == "The Lord of the Rings"
    assert title_case("war And peace, but not for us") == "War and Peace, but Not for Us"


def test_first_and_last_words_are_capitalised():
    assert title_case("of mice and men") == "Of Mice and Men"
    assert title_case("what are you looking at") == "What Are You Looking At"
    assert title_case("python: an introduction") == "Python: An Introduction"


def test_apostrophes_hyphens_and_quotes():
    assert title_case("don't stop") == "Don't Stop"
    assert title_case("a well-known 'secret' story") == "A Well-Known 'Secret' Story"
    assert title_case("(draft) -- notes") == "(Draft) -- Notes"


def test_deliberate_capitals_are_kept():
    assert title_case("using NASA data on an iPhone") == "Using NASA Data on an iPhone"


def test_shouted_text_is_lowered():
    assert title_case("THE END OF DAYS") == "The End of Days"


def test_spaces_and_empty_text():
    assert title_case("  two   words\n") == "Two Words"
    assert title_case("") == ""


def test_own_small_words():
    assert title_case("back de la rue", small_words={"de", "la"}) == "Back de la Rue"
    assert title_case("up in the air", small_words=[]) == "Up In The Air"
